"""Elements that the catalogue and the offers share, as 1C writes them."""

from functools import cache
from xml.sax.saxutils import escape

from fondaco.demo.assortment.spec import BOX, CRATE, Leaf, Unit
from fondaco.demo.companies import SELLER
from fondaco.demo.ids import guid

CATALOG_ID = guid("catalog", "main")
DOCUMENT_TAIL = "</КоммерческаяИнформация>\n"


def document_head(generated: str) -> str:
    """Everything before the first element; `generated`: local time of the dump, ISO 8601."""
    return (
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n'
        '<КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' ВерсияСхемы="2.08" ДатаФормирования="{generated}">\n'
    )


def changes_flag(changes_only: bool) -> str:
    """The attribute that tells a snapshot from a list of changes."""
    return f'СодержитТолькоИзменения="{"true" if changes_only else "false"}"'


def owner_element() -> str:
    """The wholesaler as the owner of a classifier, a catalogue or a package of offers."""
    return (
        f"\t\t<Владелец>\n\t\t\t<Ид>{SELLER.external_id}</Ид>\n"
        f"\t\t\t<Наименование>{escape(SELLER.name)}</Наименование>\n"
        f"\t\t\t<ОфициальноеНаименование>{escape(SELLER.full_name)}</ОфициальноеНаименование>\n"
        f"\t\t\t<ИНН>{SELLER.tax_id}</ИНН>\n\t\t\t<КПП>{SELLER.kpp}</КПП>\n\t\t</Владелец>\n"
    )


def barcode_element(barcode: str) -> str:
    """Штрихкод, or nothing where there is none."""
    return f"\t\t\t\t<Штрихкод>{barcode}</Штрихкод>\n" if barcode else ""


@cache
def base_unit_element(leaf: Leaf) -> str:
    """The base unit with the packs of the leaf; codes are padded, as 1C pads them."""
    packs = "".join(
        f"\t\t\t\t\t<Пересчет>\n\t\t\t\t\t\t<Единица>{pack.code}</Единица>\n"
        f"\t\t\t\t\t\t<Коэффициент>{factor}</Коэффициент>\n\t\t\t\t\t</Пересчет>\n"
        for pack, factor in zip((BOX, CRATE), leaf.packs, strict=False)
    )
    return (
        f"\t\t\t\t<БазоваяЕдиница {_unit_attributes(leaf.unit)}>{leaf.unit.name}"
        + (f"\n{packs}\t\t\t\t" if packs else "")
        + "</БазоваяЕдиница>\n"
    )


def grouped(number: int) -> str:
    """Thousands apart by a non-breaking space, as 1C shows numbers to people."""
    return f"{number:,}".replace(",", "\u00a0")


def thousandths(number: int) -> str:
    """A number of thousandths as a decimal with a point: 37500 is "37.5"."""
    whole, rest = divmod(abs(number), 1000)
    sign = "-" if number < 0 else ""
    return sign + (f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole))


def _unit_attributes(unit: Unit) -> str:
    international = f' МеждународноеСокращение="{unit.international}"' if unit.international else ""
    return f'Код="{unit.code} " НаименованиеПолное="{unit.full_name}"{international}'
