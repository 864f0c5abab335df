"""The answer to `query`, as 1C reads it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from fondaco_erp_1c.commerceml import money
from fondaco_erp_1c.commerceml.stream import elements
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, child, children, release, texts
from fondaco_erp_1c.commerceml.values import clean, number
from fondaco_erp_1c.http.words import plain, state_of
from fondaco_erp_1c.sim.told import Buyer, Line, Told
from fondaco_sdk.types.order import OrderState


def read_told(path: Path) -> Sequence[Told]:
    """All documents of the file. Raises SourceRefused."""
    found: list[Told] = []
    with path.open("rb") as source:
        for event, element in elements(source, ("Документ",)):
            if event == "end" and LOCAL[element.tag] == "Документ":
                found.append(_document(element))
                release(element)
    return found


def _document(element: Element) -> Told:
    known = _texts(element)
    said = _requisites(element)
    return Told(
        id=known["Ид"],
        number=known["Номер"],
        order=said.get("номерзаказанасайте", known["Номер"]),
        state=_state(said),
        currency=money.currency(known.get("Валюта", "")) or "RUB",
        before=_number(said.get("суммапредоплаты")),
        received=_number(said.get("суммаоплаты")),
        place=said.get("склад", ""),
        seller=said.get("организация", ""),
        buyer=_buyer(element),
        lines=tuple(_line(item) for item in _all(element, "Товары", "Товар")),
    )


def _state(said: Mapping[str, str]) -> OrderState:
    if said.get("отменен") == "true":
        return OrderState.CANCELLED
    return state_of(said.get("статусзаказа", ""), {}) or OrderState.PLACED


def _buyer(element: Element) -> Buyer:
    [party] = _all(element, "Контрагенты", "Контрагент")[:1] or [None]
    known = _texts(party) if party is not None else {}
    tax_id = known.get("ИНН", "")
    return Buyer(
        id=known.get("Ид", ""),
        name=known.get("Наименование", ""),
        tax_id=tax_id,
        kpp=known.get("КПП", ""),
        country="BY" if len(tax_id) == 9 else "RU",
    )


def _line(item: Element) -> Line:
    known = _texts(item)
    return Line(
        product=known.get("Ид", ""),
        sku=known.get("Артикул", ""),
        name=known.get("Наименование", ""),
        unit=known.get("Единица", ""),
        quantity=_number(known.get("Количество")),
        price=_number(known.get("ЦенаЗаЕдиницу")),
        total=_number(known.get("Сумма")),
    )


def _all(element: Element, home: str, name: str) -> list[Element]:
    found = child(element, home)
    return list(children(found, name)) if found is not None else []


def _requisites(element: Element) -> Mapping[str, str]:
    found = [_texts(one) for one in _all(element, "ЗначенияРеквизитов", "ЗначениеРеквизита")]
    return {plain(one.get("Наименование", "")): one.get("Значение", "") for one in found}


def _texts(element: Element) -> Mapping[str, str]:
    return {name: clean(value) for name, value in texts(element).items()}


def _number(written: str | None) -> Decimal:
    return number(written) or Decimal(0)
