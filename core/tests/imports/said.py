"""Records as an ERP sends them, short to write."""

from decimal import Decimal
from typing import Any

from fondaco_sdk.types.records import (
    PackageRecord,
    PriceListRecord,
    PriceRecord,
    ProductRecord,
    Section,
    StockRecord,
    VariantRecord,
)

CATALOG = "catalog-1"


def catalog(*, full: bool = False) -> PackageRecord:
    """What follows is goods."""
    return PackageRecord(row=1, section=Section.CATALOG, full=full, catalog_id=CATALOG)


def offers(*, full: bool = False) -> PackageRecord:
    """What follows is offers."""
    return PackageRecord(row=1, section=Section.OFFERS, full=full, catalog_id=CATALOG)


def goods(external_id: str, name: str = "Болт", row: int = 10, **fields: Any) -> ProductRecord:
    """Goods with a name."""
    return ProductRecord(row=row, external_id=external_id, name=name, **fields)


def variant(external_id: str, row: int = 20, **fields: Any) -> VariantRecord:
    """An offer; its goods stand before the `#`."""
    goods_id = external_id.partition("#")[0]
    return VariantRecord(row=row, external_id=external_id, product_external_id=goods_id, **fields)


def price_list(external_id: str = "opt", currency: str = "RUB", **fields: Any) -> PriceListRecord:
    """A price list."""
    return PriceListRecord(row=5, external_id=external_id, name="Опт", currency=currency, **fields)


def price(offer: str, amount: str | None, price_list: str = "opt", **fields: Any) -> PriceRecord:
    """A price in roubles."""
    return PriceRecord(
        row=fields.pop("row", 30),
        offer_external_id=offer,
        price_list_external_id=price_list,
        price=None if amount is None else Decimal(amount),
        currency=fields.pop("currency", "RUB"),
        min_quantity=Decimal(fields.pop("from_quantity", 0)),
        **fields,
    )


def stock(offer: str, quantity: str, place: str | None = "w1", row: int = 40) -> StockRecord:
    """What a place holds."""
    return StockRecord(
        row=row, offer_external_id=offer, place_external_id=place, quantity=Decimal(quantity)
    )
