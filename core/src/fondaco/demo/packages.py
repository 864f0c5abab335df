"""Packages for the exchange: a full snapshot, and one with changes only. Files are streamed."""

from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TextIO

from msgspec import Struct, structs

from fondaco.demo.album import Album
from fondaco.demo.assortment import LEAVES, TREE
from fondaco.demo.catalog_xml import (
    CATALOG_TAIL,
    attributes,
    catalog_head,
    classifier,
    goods_element,
)
from fondaco.demo.layout import check_size, place_of
from fondaco.demo.offers_xml import OFFERS_TAIL, offer_element, offers_head
from fondaco.demo.prices import PRICE_TYPES
from fondaco.demo.products import Product, product_at
from fondaco.demo.stock import WAREHOUSES, restocked
from fondaco.demo.xml_parts import document_head

_SNAPSHOT_TIME = "2026-03-02T06:00:00"
_CHANGES_TIME = "2026-03-03T06:00:00"
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


class ChangesSummary(Struct, frozen=True, kw_only=True):
    """What a package of changes holds; one product may be counted in several of the three."""

    products: int
    renamed: int
    repriced: int
    restocked: int


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
    different pictures are drawn, the products share them. `progress` is called with (products
    written, skus) now and then, and at the end. Raises ValueError for a number of products that
    is not from 1 to 1,000,000.
    """
    check_size(skus)
    folder.mkdir(parents=True, exist_ok=True)
    album = Album(folder / "import_files", pictures)
    goods = prices = 0
    with _package(folder, _SNAPSHOT_TIME, changes_only=False) as (catalog, offers):
        for index in range(skus):
            product = product_at(seed, index)
            if product.opens_goods:
                ...
