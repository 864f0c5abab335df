"""A package of changes: the morning after the snapshot."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

from msgspec import Struct, structs

from fondaco.demo.catalog_xml import goods_element
from fondaco.demo.layout import check_size
from fondaco.demo.offers_xml import offer_element
from fondaco.demo.package_files import package_files
from fondaco.demo.prices import Price
from fondaco.demo.products import Product, counted_stock, product_at

_GENERATED = "2026-03-03T06:00:00"


class ChangesSummary(Struct, frozen=True, kw_only=True):
    """What a package of changes holds; a product may count in several of the last three."""

    products: int
    renamed: int
    repriced: int
    restocked: int


def write_changes(folder: Path, *, skus: int, seed: int, share: Decimal) -> ChangesSummary:
    """Write import.xml and offers.xml with changes of `share` (0 to 1) of the products.

    `skus` and `seed` are those of the snapshot. Renamed goods stand in import.xml, every changed
    product in offers.xml with all its prices and stock, as the accounting system sends them.
    ValueError for a number of products from outside 1 to 1,000,000 or a share outside 0 to 1.
    """
    check_size(skus)
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share}")
    count = int((skus * share).to_integral_value(ROUND_HALF_UP))
    renamed = repriced = restocked = 0
    with package_files(folder, _GENERATED, changes_only=True) as files:
        for index in sorted(Random(seed).sample(range(skus), count)):
            chance = Random((seed << 40) + (2 << 36) + index)
            product = product_at(seed, index)
            if product.leads and not product.variant and chance.random() < 0.1:
                product = _renamed(product)
                files.catalog.write(goods_element(product.goods, product.barcode, ""))
                renamed += 1
            fate = chance.random()
            if fate < 0.6:
                product = _repriced(product, chance)
                repriced += 1
            if fate > 0.4:
                product = _restocked(product, chance)
                restocked += 1
            files.offers.write(offer_element(product))
    return ChangesSummary(products=count, renamed=renamed, repriced=repriced, restocked=restocked)


def _renamed(product: Product) -> Product:
    goods = structs.replace(product.goods, name=f"{product.goods.name}, новая упаковка")
    return structs.replace(product, goods=goods, name=goods.name)


def _repriced(product: Product, chance: Random) -> Product:
    percent = chance.choice((92, 95, 97, 103, 104, 106, 109))
    return structs.replace(
        product,
        prices=tuple(
            Price(price.type, _at_least_one_off(price.minor, percent), price.min_quantity)
            for price in product.prices
        ),
    )


def _at_least_one_off(minor: int, percent: int) -> int:
    if not minor:
        return 0
    changed = minor * percent // 100
    return changed if changed not in (0, minor) else minor + 1


def _restocked(product: Product, chance: Random) -> Product:
    stock = counted_stock(product, chance)
    if stock == product.stock:
        stock = (stock[0] + 1000 * product.goods.leaf.multiple, *stock[1:])
    return structs.replace(product, stock=stock)
