"""One CommerceML file, 2.03 to 3.1, as a stream of records."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from fondaco_erp_1c.commerceml import classifier
from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.goods import read_goods
from fondaco_erp_1c.commerceml.offers import read_offer
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.sections import Headers
from fondaco_erp_1c.commerceml.stream import SECTIONS, elements
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, child, parent_name, release
from fondaco_sdk.types.records import ImportRecord

_CLASSIFIER, _CATALOG, *_OFFERS = SECTIONS
_HOMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Товар": ("Товары", (_CATALOG,)),
    "Предложение": ("Предложения", tuple(_OFFERS)),
    "Группа": ("Группы", (_CLASSIFIER,)),
    "Свойство": ("Свойства", (_CLASSIFIER,)),
    "СвойствоНоменклатуры": ("Свойства", (_CLASSIFIER,)),
    "Категории": ("", (_CLASSIFIER,)),
    "ТипыЦен": ("", (_CLASSIFIER, *_OFFERS)),
    "Склады": ("", (_CLASSIFIER, *_OFFERS)),
    "ЕдиницыИзмерения": ("", (_CLASSIFIER,)),
}
"""Where an element is a record: its container, if any, and the sections it may stand in."""

_NOT_OURS = ("Документ", "Контрагенты")


def read_file(source: BinaryIO | Path) -> Iterator[ImportRecord]:
    """Yield the records of one XML file in the order of the file, in constant memory.

    What the file is (classifier, goods, offers, prices, rests) is decided by its content. A record
    that cannot be used comes as RefusedRecord. Raises SourceRefused, at the first record or later:
    the records yielded before it are sound.
    """
    if isinstance(source, Path):
        with source.open("rb") as opened:
            yield from _records(opened)
    else:
        yield from _records(source)


def _records(source: BinaryIO) -> Iterator[ImportRecord]:
    reading = Reading()
    headers: Headers | None = None
    home: Element = None
    home_of = ""
    for event, element in elements(source, (*_HOMES, *_NOT_OURS)):
        name = LOCAL[element.tag]
        if event == "start":
            headers = headers or Headers(element)
            _refuse_documents(element, name)
        elif name in _HOMES and headers is not None:
            parent = element.getparent()
            if parent is not home or name != home_of:
                section = _section(parent, name)
                if section is None:
                    continue
                home, home_of = parent, name
                header = headers.open(section, with_records=True)
                if header is not None:
                    yield header
            _READERS[name](element, reading)
            release(element)
            yield from reading.records
            reading.records.clear()
        elif name in SECTIONS and headers is not None:
            header = headers.open(element, with_records=False)
            if header is not None:
                yield header
            release(element)


def _section(parent: Element | None, name: str) -> Element | None:
    """The section a record belongs to; None if it stands where it is no record."""
    container, sections = _HOMES[name]
    if parent is not None and container:
        parent = parent.getparent() if LOCAL[parent.tag] == container else None
    return parent if parent is not None and LOCAL[parent.tag] in sections else None


def _refuse_documents(element: Element, name: str) -> None:
    """Orders, the 7.7 dialect and counterparties are not goods; they take another way in."""
    if name == "Документ" or (name == "Каталог" and element.get("Идентификатор") is not None):
        raise SourceRefused("source.documents", line=str(element.sourceline))
    if name == "Контрагенты" and parent_name(element) == "КоммерческаяИнформация":
        raise SourceRefused("source.counterparties", line=str(element.sourceline))


def _all_of(
    read: Callable[[Element], Iterable[ImportRecord]],
) -> Callable[[Element, Reading], None]:
    def read_all(element: Element, reading: Reading) -> None:
        reading.records.extend(read(element))

    return read_all


def _read_attribute(element: Element, reading: Reading) -> None:
    reading.records.append(classifier.attribute(element))


def _read_kinds(element: Element, reading: Reading) -> None:
    """Kinds of goods stand in for categories only where there are no groups."""
    if child(element.getparent(), "Группы") is None:
        reading.kinds_are_categories = True
        reading.records.extend(classifier.kinds_of_goods(element))


_READERS: dict[str, Callable[[Element, Reading], None]] = {
    "Товар": read_goods,
    "Предложение": read_offer,
    "Группа": _all_of(classifier.categories),
    "Свойство": _read_attribute,
    "СвойствоНоменклатуры": _read_attribute,
    "Категории": _read_kinds,
    "ТипыЦен": _all_of(classifier.price_lists),
    "Склады": _all_of(classifier.places),
    "ЕдиницыИзмерения": _all_of(classifier.units),
}
