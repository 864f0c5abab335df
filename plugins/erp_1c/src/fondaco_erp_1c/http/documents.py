"""Documents of orders that 1C sends: CommerceML 2.03 to 3.1, and those of 1C 7.7."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.stream import elements
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, child, children, release, texts
from fondaco_erp_1c.commerceml.values import Unreadable, clean, flag, number
from fondaco_erp_1c.http.words import DELIVERY, plain

MOST_DOCUMENTS = 20_000
_MOST_LINES = 10_000


class LineIn(Struct, frozen=True):
    """A line in base units; money with VAT included. `service`: it is none of goods."""

    product: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    service: bool = False


class DocumentIn(Struct, frozen=True):
    """What 1C says of an order. `requisites` are by their names without spaces, in lower case.

    `version` is НомерВерсии as bytes, which grow with every change in 1C. `lines` is None where the
    document has none, or some that cannot be read: then they say nothing, and `unreadable` why.
    `amount` is its total in `currency` as 1C writes it, None where it says none that can be read.
    """

    row: int
    id: str
    number: str
    base: str
    operation: str
    erp_number: str
    erp_day: str
    version: bytes | None
    deleted: bool
    requisites: Mapping[str, str]
    lines: tuple[LineIn, ...] | None
    unreadable: str = ""
    amount: Decimal | None = None
    currency: str = ""

    @property
    def name(self) -> str:
        """What a person can look for."""
        return self.number or self.base or self.id or self.erp_number


def read_documents(path: Path) -> Sequence[DocumentIn]:
    """All documents of a file. Raises SourceRefused; then none of them counts."""
    found: list[DocumentIn] = []
    with path.open("rb") as source:
        for event, element in elements(source, ("Документ",)):
            if event == "end" and LOCAL[element.tag] == "Документ":
                found.append(_of_77(element) if element.get("Номер") else _document(element))
                release(element)
                if len(found) > MOST_DOCUMENTS:
                    raise SourceRefused("source.record_too_large", line=str(found[-1].row))
    return found


def _document(element: Element) -> DocumentIn:
    known = {name: clean(value) for name, value in texts(element).items()}
    requisites = _requisites(element)
    lines, unreadable = _lines(element)
    return DocumentIn(
        row=int(element.sourceline),
        id=known.get("Ид", ""),
        number=known.get("Номер", ""),
        base=known.get("Основание", ""),
        operation=plain(known.get("ХозОперация", "")),
        erp_number=known.get("Номер1С") or requisites.get("номерпо1с", ""),
        erp_day=known.get("Дата1С") or requisites.get("датапо1с", ""),
        version=_version(known.get("НомерВерсии", "")),
        deleted=bool(flag(known.get("ПометкаУдаления") or requisites.get("пометкаудаления"))),
        requisites=requisites,
        lines=lines,
        unreadable=unreadable,
        amount=_amount(known.get("Сумма")),
        currency=known.get("Валюта", ""),
    )


def _amount(written: str | None) -> Decimal | None:
    try:
        return number(written)
    except Unreadable:
        return None


def _requisites(element: Element) -> Mapping[str, str]:
    found: dict[str, str] = {}
    home = child(element, "ЗначенияРеквизитов")
    for one in children(home, "ЗначениеРеквизита") if home is not None else ():
        known = texts(one)
        found[plain(known.get("Наименование") or "")] = clean(known.get("Значение"))
    return found


def _version(written: str) -> bytes | None:
    try:
        return base64.b64decode(written, validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _lines(element: Element) -> tuple[tuple[LineIn, ...] | None, str]:
    home = child(element, "Товары")
    if home is None:
        return None, ""
    beside = _beside(element)
    lines: list[LineIn] = []
    for item in children(home, "Товар"):
        known = texts(item)
        name = clean(known.get("Ид")) or clean(known.get("Наименование"))
        if clean(known.get("Ид")) == DELIVERY:
            continue
        try:
            lines.append(_line(item, known, beside))
        except (Unreadable, ZeroDivisionError) as wrong:
            return None, f"строка «{name[:80]}»: «{wrong}» не число"
        if len(lines) > _MOST_LINES:
            return None, f"в документе больше {_MOST_LINES} строк"
    return tuple(lines), ""


def _line(item: Element, known: Mapping[str, str | None], beside: bool) -> LineIn:
    quantity = number(known.get("Количество")) or Decimal(0)
    factor = number(known.get("Коэффициент")) or Decimal(1)
    total = number(known.get("Сумма"))
    price = number(known.get("ЦенаЗаЕдиницу")) or Decimal(0)
    total = price * quantity if total is None else total
    if beside:
        total += _taxes(item)
    quantity *= factor
    each = total / quantity if quantity and (beside or factor != 1) else price
    id_, name = clean(known.get("Ид")), clean(known.get("Наименование"))
    return LineIn(id_, name, quantity, each, total, _is_service(item))


def _beside(element: Element) -> bool:
    """Whether the tax stands beside the sums of the lines, and not in them."""
    home = child(element, "Налоги")
    taxes = children(home, "Налог") if home is not None else ()
    return any(flag(texts(tax).get("УчтеноВСумме")) is False for tax in taxes)


def _taxes(item: Element) -> Decimal:
    home = child(item, "Налоги")
    taxes = children(home, "Налог") if home is not None else ()
    return sum((number(texts(tax).get("Сумма")) or Decimal(0) for tax in taxes), Decimal(0))


def _is_service(item: Element) -> bool:
    return plain(_requisites(item).get("типноменклатуры", "")) == "услуга"


def _of_77(element: Element) -> DocumentIn:
    """1C 7.7 writes attributes; its lines name goods by the ids of its own catalogue."""
    lines: list[LineIn] = []
    unreadable = ""
    for item in children(element, "ТоварнаяПозиция"):
        try:
            quantity = number(item.get("Количество")) or Decimal(0)
            price = number(item.get("Цена")) or Decimal(0)
            total = number(item.get("Сумма"))
        except Unreadable as wrong:
            unreadable = f"«{wrong}» не число"
            break
        whole = price * quantity if total is None else total
        lines.append(LineIn(clean(item.get("Товар")), "", quantity, price, whole))
    return DocumentIn(
        row=int(element.sourceline),
        id="",
        number=clean(element.get("Номер")),
        base="",
        operation=plain(_OPERATIONS_77.get(clean(element.get("ХозОперация")), "")),
        erp_number=clean(element.get("Номер")),
        erp_day=clean(element.get("Дата")),
        version=None,
        deleted=False,
        requisites=_requisites(element),
        lines=None if unreadable else tuple(lines),
        unreadable=unreadable,
    )


_OPERATIONS_77 = {"Order": "Заказ товара", "Sale": "Отпуск товара"}
