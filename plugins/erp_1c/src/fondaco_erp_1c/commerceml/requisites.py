"""`ЗначенияРеквизитов`: pairs of name and value that each configuration fills its own way."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from fondaco_erp_1c.commerceml.tree import LOCAL, Element
from fondaco_erp_1c.commerceml.values import has_value

_FULL_NAMES = frozenset({"полноенаименование", "повненайменування"})
_KIND = "типноменклатуры"
_SERVICES = frozenset({"услуга", "работа", "послуга"})
_CAPTION = "описаниефайла"
_HTML = "описаниевформатеhtml"


class Requisites(NamedTuple):
    """What the requisites say; `weight` and `html` are raw, `extra` is all that is left."""

    full_name: str | None
    code: str | None
    weight: str | None
    html: str | None
    service: bool
    files: list[str]
    extra: list[tuple[str, str]]


NONE = Requisites(None, None, None, None, False, [], [])


def read_requisites(container: Element) -> Requisites:
    """The requisites of goods; captions of pictures are left out."""
    full_name: str | None = None
    code: str | None = None
    weight: str | None = None
    html: str | None = None
    service = False
    files: list[str] = []
    extra: list[tuple[str, str]] = []
    for name, value in _pairs(container):
        key = _key(name)
        if key in _FULL_NAMES:
            full_name = value
        elif key == "код":
            code = value
        elif key == "вес":
            weight = value
        elif key == _HTML:
            html = value
        elif key == "файл":
            files.append(value)
        elif key != _CAPTION and has_value(value):
            service = service or (key == _KIND and value.lower() in _SERVICES)
            extra.append((name, value))
    return Requisites(full_name, code, weight, html, service, files, extra)


def _pairs(container: Element) -> Iterator[tuple[str, str]]:
    """(name, value) of each requisite; a repeated value gives a pair of its own."""
    local = LOCAL
    for requisite in container:
        name = ""
        values: list[str] = []
        for part in requisite:
            text = part.text
            tag = local[part.tag]
            if tag == "Значение":
                values.append(text.strip() if text else "")
            elif tag == "Наименование" and text:
                name = text.strip()
        for value in values:
            yield name, value


@lru_cache(maxsize=1_024)
def _key(name: str) -> str:
    """Configurations disagree about spaces and capitals: «Статус заказа», «СтатусЗаказа»."""
    return name.replace(" ", "").lower()
