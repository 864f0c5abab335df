"""Stock of an offer. There are five forms:

1. `Количество`;
2. `Склад ИдСклада=".." КоличествоНаСкладе=".."`, repeated, beside the total of 1;
3. the same with the tag `Склады`;
4. `Остатки/Остаток/Количество`;
5. `Остатки/Остаток/Склад{Ид, Количество}`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from fondaco_erp_1c.commerceml.parts import Parts
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.tree import children, line_of, texts
from fondaco_erp_1c.commerceml.values import Unreadable, ident, number
from fondaco_sdk.types.records import StockRecord

_NOTHING_LEFT = Decimal(0)
"""What an empty quantity means: 1C leaves it out where nothing is left."""

_Rest: TypeAlias = tuple[int, str | None, str | None]
"""(line, warehouse, quantity as written)"""


def read_stock(parts: Parts, row: int, offer: str, reading: Reading) -> None:
    """What each warehouse holds; a total only if the offer names no warehouse.

    The total of 1C may be less than the sum of the warehouses, by what is reserved.
    """
    placed = [rest for rest in _by_warehouse(parts) if rest[1]]
    for line, place, written in placed or _totals(parts, row):
        try:
            quantity = number(written)
        except Unreadable as error:
            reading.refuse(line, "stock.unreadable", offer, value=str(error))
            continue
        reading.records.append(
            StockRecord(
                row=line,
                offer_external_id=offer,
                place_external_id=place,
                quantity=_NOTHING_LEFT if quantity is None else quantity,
            )
        )


def _by_warehouse(parts: Parts) -> Iterator[_Rest]:
    """The forms 2, 3 and 5."""
    for tag in ("Склад", "Склады"):
        for element in parts.repeated.get(tag, ()):
            get = element.get
            yield line_of(element), ident(get("ИдСклада")), get("КоличествоНаСкладе")
    for rest in children(parts.nested.get("Остатки", ()), "Остаток"):
        for element in children(rest, "Склад"):
            known = texts(element)
            yield element.sourceline, ident(known.get("Ид")), known.get("Количество")


def _totals(parts: Parts, row: int) -> Iterator[_Rest]:
    """The forms 1 and 4; one of them is enough."""
    if "Количество" in parts.known:
        yield row, None, parts.known["Количество"]
        return
    for rest in children(parts.nested.get("Остатки", ()), "Остаток"):
        for element in children(rest, "Количество"):
            yield element.sourceline, None, element.text
            return
