"""`Предложение` of an offers, prices or rests file."""

from fondaco_erp_1c.commerceml.classifier import is_deleted
from fondaco_erp_1c.commerceml.parts import read_parts, shared_fields
from fondaco_erp_1c.commerceml.prices import read_prices
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.stock import read_stock
from fondaco_erp_1c.commerceml.tree import Element
from fondaco_erp_1c.commerceml.values import clean, ident, offer_id, offer_key
from fondaco_sdk.types.records import VariantRecord


def read_offer(element: Element, reading: Reading) -> None:
    """The variant, its prices and its stock.

    2.09 and 3.1 name in the prices and rests files nothing but the id, and this yields no variant:
    there is nothing to say about it. A deleted offer has neither prices nor stock.
    """
    row = element.sourceline
    parts = read_parts(element)
    known = parts.known
    goods, characteristic = offer_key(known.get("Ид"))
    if not goods:
        reference = clean(known.get("Артикул")) or clean(known.get("Наименование"))
        reading.refuse(row, "offer.id_missing", reference)
        return
    offer = offer_id(goods, characteristic or ident(known.get("ИдХарактеристики")))
    deleted = is_deleted(element, known)
    shared = shared_fields(parts, reading, row)
    before = len(reading.records)
    if shared or deleted:
        reading.records.append(
            VariantRecord(
                row=row, external_id=offer, product_external_id=goods, deleted=deleted, **shared
            )
        )
    if deleted:
        return
    if "Цены" in parts.nested:
        read_prices(parts.nested["Цены"], offer, reading)
    read_stock(parts, row, offer, reading)
    if len(reading.records) == before:
        reading.records.append(VariantRecord(row=row, external_id=offer, product_external_id=goods))
