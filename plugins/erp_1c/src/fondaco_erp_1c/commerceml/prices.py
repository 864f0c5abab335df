"""`Цены/Цена` of an offer, or of goods in exports written by libraries and shops."""

from decimal import Decimal

from fondaco_erp_1c.commerceml.classifier import vat_included
from fondaco_erp_1c.commerceml.money import currency
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.tree import Element, texts
from fondaco_erp_1c.commerceml.values import Unreadable, clean, ident, number
from fondaco_sdk.types.records import PriceRecord

_ONE = Decimal(1)
_NONE = Decimal(0)


def read_prices(container: Element, offer: str, reading: Reading) -> None:
    """One record a price; a price that cannot be read is refused, the others go on."""
    for element in container:
        known = texts(element)
        row = element.sourceline
        price_list = ident(known.get("ИдТипаЦены"))
        if not price_list:
            reading.refuse(row, "price.list_missing", offer)
            continue
        iso = currency(known.get("Валюта"))
        if iso is None:
            reading.refuse(
                row, "price.currency_unknown", offer, currency=clean(known.get("Валюта"))
            )
            continue
        try:
            price = number(known.get("ЦенаЗаЕдиницу"))
            factor = number(known.get("Коэффициент")) or _ONE
            quantity = number(known.get("МинКоличество", known.get("КоличествоОт"))) or _NONE
        except Unreadable as error:
            reading.refuse(row, "price.unreadable", offer, value=str(error))
            continue
        if (price is not None and price < 0) or factor < 0 or quantity < 0:
            reading.refuse(row, "price.negative", offer)
            continue
        reading.records.append(
            PriceRecord(
                row=row,
                offer_external_id=offer,
                price_list_external_id=price_list,
                price=price or None,
                currency=iso,
                min_quantity=quantity if factor == _ONE else quantity * factor,
                vat_included=vat_included(element) if "Налог" in known else None,
                factor=factor,
            )
        )
