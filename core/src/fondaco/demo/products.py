"""A product of the catalogue by its index: the same for the same seed, with nothing remembered."""

from functools import lru_cache
from random import Random

from msgspec import Struct, structs

from fondaco.demo.articles import brand_article, ean_13
from fondaco.demo.assortment import LEAF_NUMBERS
from fondaco.demo.assortment.spec import KILOGRAM, METRE, Leaf
from fondaco.demo.brands import BRANDS, Brand
from fondaco.demo.ids import guid
from fondaco.demo.layout import place_of
from fondaco.demo.parts import MAKERS_OF_A_PART, Part, part_of
from fondaco.demo.prices import WHOLESALE, Price, prices_of
from fondaco.demo.stock import stock_of


class Goods(Struct, frozen=True):
    """What stands in the catalogue: one product, or a family of products in several sizes.

    `number` counts the goods of the leaf; `code` is the accounting system's own.
    """

    external_id: str
    code: str
    number: int
    leaf: Leaf
    brand: Brand
    part: Part
    article: str
    name: str


class Product(Struct, frozen=True):
    """What can be ordered. `stock`: thousandths of the base unit in each warehouse; `mass`: grams.

    `variant` is (characteristic, value) within a family; `barcode` may be empty. `leads`: it is
    the first of its goods, and the goods are written with it.
    """

    external_id: str
    goods: Goods
    article: str
    name: str
    barcode: str
    variant: tuple[str, str] | None
    leads: bool
    mass: int
    prices: tuple[Price, ...]
    stock: tuple[int, ...]


def product_at(seed: int, index: int) -> Product:
    """The product number `index` (from 0) of the catalogue of this seed."""
    place = place_of(seed, index)
    goods = _goods_of(seed, place.leaf, place.goods)
    leaf, part = goods.leaf, goods.part
    chance = Random((seed << 40) + (1 << 36) + index)
    plain = Product(
        external_id=goods.external_id,
        goods=goods,
        article=goods.article,
        name=goods.name,
        barcode=ean_13(seed, index) if chance.random() > 0.06 else "",
        variant=None,
        leads=not place.variant,
        mass=part.mass,
        prices=(),
        stock=(),
    )
    percent = 100
    if leaf.variants is not None and place.variant is not None:
        value, suffix, percent = leaf.variants.rows[place.variant]
        characteristic = guid("characteristic", f"{leaf.key}/{value}")
        plain = structs.replace(
            plain,
            external_id=f"{goods.external_id}#{characteristic}",
            article=f"{goods.article}-{suffix}",
            name=f"{goods.name} ({value})",
            variant=(leaf.variants.name, value),
            mass=part.mass * percent // 100,
        )
    market = part.retail * percent // 100
    pack = leaf.packs[0] if leaf.packs else 0
    priced = structs.replace(plain, prices=prices_of(market, goods.brand.level, pack, chance))
    return structs.replace(priced, stock=counted_stock(priced, chance))


def counted_stock(product: Product, chance: Random) -> tuple[int, ...]:
    """What the next stocktaking may find: thousandths of the base unit in each warehouse."""
    leaf = product.goods.leaf
    wholesale = next(price.minor for price in product.prices if price.type is WHOLESALE)
    return stock_of(wholesale, leaf.unit in (METRE, KILOGRAM), leaf.multiple, chance)


@lru_cache(maxsize=64)
def _goods_of(seed: int, leaf: Leaf, number: int) -> Goods:
    makers = len(leaf.brands)
    turn = number // makers
    brand = BRANDS[leaf.brands[(number + turn) % makers]]
    part = part_of(seed, leaf, number // MAKERS_OF_A_PART)
    if part.designation:
        article = f"{brand.code} {part.designation}"
        name = f"{part.title} {brand.name}"
    else:
        article = brand_article(seed, leaf, brand, turn)
        name = f"{part.title} {brand.name} {article}"
    return Goods(
        external_id=guid("goods", f"{seed}/{LEAF_NUMBERS[leaf.key]}/{number}"),
        code=f"ЗЧ-{LEAF_NUMBERS[leaf.key]}{number:06d}",
        number=number,
        leaf=leaf,
        brand=brand,
        part=part,
        article=article,
        name=name,
    )
