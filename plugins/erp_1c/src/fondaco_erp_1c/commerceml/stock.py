"""Stock of an offer. There are five forms:

1. `Количество`;
2. `Склад ИдСклада=".." КоличествоНаСкладе=".."`, repeated, beside the total of 1;
3. the same with the tag `Склады`;
4. `Остатки/Остаток/Количество`;
5. `Остатки/Остаток/Склад{Ид, Количество}`.
"""

from collections.abc import Iterator
from decimal import Decimal

from fondaco_erp_1c.commerceml.parts import Parts
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.tree import Element, children, texts
from fondaco_erp_1c.commerceml.values import Unreadable, ident, number
from fondaco_sdk.types.records import StockRecord

_NOTHING = Decimal(0)


def read_stock(parts: Parts, row: int, offer: str, reading: Reading) -> None:
    """What each warehouse holds; a total only if the offer names no warehouse.

    The total of 1C may be less than the sum of the warehouses, by what is reserved.
    """
    placed = False
    for line, place, written in _by_warehouse(parts):
        if place:
            placed = True
            _report(line, place, written, offer, reading)
    if not placed:
        for line, written in _totals(parts, row):
            _report(line, None, written, offer, reading)
            break


def _by_warehouse(parts: Parts) -> Iterator[tuple[int, str, str | None]]:
    """(line, warehouse, quantity) as written, of the forms 2, 3 and 5."""
    for tag in ("Склад", "Склады"):
        for element in parts.repeated.get(tag, ()):
            attributes = element.attrib
            written = attributes.get("КоличествоНаСкладе")
            yield element.sourceline, ident(attributes.get("ИдСклада")), written
    for rest in children(parts.nested.get("Остатки", ()), "Остаток"):
        for element in children(rest, "Склад"):
            known = texts(element)
            yield element.sourceline, ident(known.get("Ид")), known.get("Количество")


def _totals(parts: Parts, row: int) -> Iterator[tuple[int, str | None]]:
    """(line, quantity) as written, of the forms 1 and 4."""
    if "Количество" in parts.known:
        yield row, parts.known["Количество"]
    for rest in children(parts.nested.get("Остатки", ()), "Остаток"):
        for element in children(rest, "Количество"):
            yield element.sourceline, element.text


def _report(
    row: int, place: str | None, written: str | None, offer: str, reading: Reading
) -> None:
    """An empty quantity is zero: 1C leaves it out where nothing is left."""
    try:
        quantity = number(written)
    except Unreadable:
        reading.refuse(row, "stock.unreadable", offer, value=str(written))
        return
    reading.records.append(
        StockRecord(
            row=row,
            offer_external_id=offer,
            place_external_id=place,
            quantity=_NOTHING if quantity is None else quantity,
        )
    )
