"""A full package for the exchange. Products are streamed, nothing is collected."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from fondaco.demo.album import Album
from fondaco.demo.assortment import LEAVES, TREE
from fondaco.demo.catalog_xml import attributes, goods_element
from fondaco.demo.layout import check_size
from fondaco.demo.offers_xml import offer_element
from fondaco.demo.package_files import package_files
from fondaco.demo.prices import PRICE_TYPES
from fondaco.demo.products import product_at
from fondaco.demo.stock import WAREHOUSES

_GENERATED = "2026-03-02T06:00:00"
_REPORT_EVERY = 500


class PackageSummary(Struct, frozen=True, kw_only=True):
    """What a snapshot holds: `goods` are Товар, `products` are Предложение."""

    goods: int
    products: int
    categories: int
    attributes: int
    price_lists: int
    prices: int
    warehouses: int
    stock_rows: int
    pictures: int


def write_package(
    folder: Path,
    *,
    skus: int,
    seed: int,
    pictures: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> PackageSummary:
    """Write import.xml, offers.xml and import_files/*.jpg: a full snapshot of `skus` products.

    The folder is made if it is missing. Equal arguments give equal bytes. At most `pictures`
    different pictures are drawn, and the products share them. `progress` is called with (products
    written, skus) now and then, and at the end. ValueError for a number of products that is not
    from 1 to 1,000,000.
    """
    check_size(skus)
    album = Album(folder / "import_files", pictures)
    goods = prices = 0
    with package_files(folder, _GENERATED, changes_only=False) as files:
        for index in range(skus):
            product = product_at(seed, index)
            if product.leads:
                barcode = "" if product.variant else product.barcode
                picture = album.picture_of(product.goods)
                files.catalog.write(goods_element(product.goods, barcode, picture))
                goods += 1
            files.offers.write(offer_element(product))
            prices += len(product.prices)
            if progress and (index + 1) % _REPORT_EVERY == 0:
                progress(index + 1, skus)
    if progress:
        progress(skus, skus)
    return PackageSummary(
        goods=goods,
        products=skus,
        categories=len(TREE) + len(LEAVES),
        attributes=len(attributes()),
        price_lists=len(PRICE_TYPES),
        prices=prices,
        warehouses=len(WAREHOUSES),
        stock_rows=skus * len(WAREHOUSES),
        pictures=album.drawn,
    )
