"""Units of measure: OKEI codes are padded, and the base unit has three forms.

<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука" МеждународноеСокращение="PCE">шт</...>
<БазоваяЕдиница Код="796" НаименованиеПолное="Штука"/>
<БазоваяЕдиница>796 </БазоваяЕдиница>
"""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from fondaco_erp_1c.commerceml.tree import Element, child, children, texts
from fondaco_erp_1c.commerceml.values import Unreadable, clean, number

_SHORT_NAMES = {
    "006": "м",
    "018": "пог. м",
    "055": "м²",
    "112": "л",
    "113": "м³",
    "163": "г",
    "166": "кг",
    "168": "т",
    "356": "ч",
    "625": "лист",
    "642": "ед",
    "657": "изд",
    "704": "набор",
    "715": "пар",
    "728": "пач",
    "736": "рул",
    "778": "упак",
    "796": "шт",
    "812": "ящ",
    "839": "компл",
    "868": "бут",
}

Pack: TypeAlias = tuple[str, str, Decimal]
"""(unit code, unit name, base units in it); the code or the name may be empty."""


class Unit(NamedTuple):
    """A unit as goods and offers name it; any of the texts may be empty."""

    code: str
    name: str
    full_name: str
    international: str


def short_name(code: str) -> str:
    """What to call a unit of which only the OKEI code is known; empty if it is a rare one."""
    return _SHORT_NAMES.get(code, "")


def base_unit(element: Element) -> Unit:
    """The unit a `БазоваяЕдиница` means, in whichever form."""
    get = element.get
    return _unit(
        _own_text(element),
        get("Код"),
        get("НаименованиеКраткое"),
        get("НаименованиеПолное"),
        get("МеждународноеСокращение"),
    )


@lru_cache(maxsize=1_024)
def _unit(
    written: str, code: str | None, short: str | None, full: str | None, international: str | None
) -> Unit:
    code, full = clean(code), clean(full)
    if not code and written.isascii() and written.isdigit():
        code, written = written, ""
    name = written or clean(short) or short_name(code) or full
    return Unit(code, name, full, clean(international).strip("-"))


def packs(element: Element, base: Unit) -> tuple[tuple[Pack, ...], list[str]]:
    """(packs, unreadable factors) of a base unit.

    A pack of one piece of the base unit is the base unit, and is left out.
    """
    found: list[Pack] = []
    unreadable: list[str] = []
    for recount in children(element, "Пересчет"):
        parts = texts(recount)
        try:
            pack = _pack(parts.get("Единица"), parts.get("Коэффициент"), base)
        except Unreadable as error:
            unreadable.append(str(error))
            continue
        if pack is not None:
            code, name, factor = pack
            found.append((code, _extra_name(recount) or name, factor))
    return tuple(found), unreadable


@lru_cache(maxsize=1_024)
def _pack(unit: str | None, factor: str | None, base: Unit) -> Pack | None:
    code, name = clean(unit), ""
    if not (code.isascii() and code.isdigit()):
        code, name = "", code
    pieces = number(factor)
    if pieces is not None and pieces < 0:
        raise Unreadable(clean(factor))
    is_base = code == base.code if code else name in (base.name, base.international)
    if not (code or name) or not pieces or (is_base and pieces == 1):
        return None
    return code, name or short_name(code), pieces


def _extra_name(recount: Element) -> str:
    """The pack's own name, which some write beside its code."""
    extra = child(recount, "ДополнительныеДанные")
    for requisite in extra if extra is not None else ():
        parts = texts(requisite)
        if clean(parts.get("Наименование")) == "НаименованиеКраткое":
            return clean(parts.get("Значение"))
    return ""


def _own_text(element: Element) -> str:
    """The text beside the children; some write it behind them."""
    before = clean(element.text)
    return before or next((clean(part.tail) for part in element if clean(part.tail)), "")
