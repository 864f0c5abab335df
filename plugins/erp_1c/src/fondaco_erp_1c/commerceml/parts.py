"""What goods and offers have in common: one pass over the children, and the shared fields."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, children
from fondaco_erp_1c.commerceml.units import base_unit, packs
from fondaco_erp_1c.commerceml.values import barcodes, clean, has_value, ident

_REPEATED = frozenset({"Штрихкод", "ШтрихКод", "Картинка", "Склад", "Склады"})
_NESTED = frozenset(
    {
        "БазоваяЕдиница",
        "Группы",
        "ЗначенияРеквизитов",
        "ЗначенияСвойств",
        "Изготовитель",
        "Остатки",
        "СтавкиНалогов",
        "ХарактеристикиТовара",
        "Цены",
    }
)


class Parts(NamedTuple):
    """The children of a record: texts, containers and repeated elements, by local name."""

    known: dict[str, str | None]
    nested: dict[str, Element]
    repeated: dict[str, list[Element]]


def read_parts(element: Element) -> Parts:
    """Sort the children of `Товар` or `Предложение`, in one pass."""
    local = LOCAL
    known: dict[str, str | None] = {}
    nested: dict[str, Element] = {}
    repeated: dict[str, list[Element]] = {}
    for part in element:
        name = local[part.tag]
        if name in _NESTED:
            nested[name] = part
        elif name not in _REPEATED:
            known[name] = part.text
        elif name in repeated:
            repeated[name].append(part)
        else:
            repeated[name] = [part]
    return Parts(known, nested, repeated)


def shared_fields(parts: Parts, reading: Reading, row: int) -> dict[str, Any]:
    """The fields that goods and offers share, those that the file mentions."""
    known, nested, repeated = parts
    fields: dict[str, Any] = {}
    name = clean(known.get("Наименование"))
    if name:
        fields["name"] = name
    if "Артикул" in known:
        fields["sku"] = clean(known["Артикул"])
    if "Код" in known:
        fields["code"] = clean(known["Код"])
    for tag in ("Штрихкод", "ШтрихКод"):
        if tag in repeated:
            fields["barcodes"] = barcodes([element.text for element in repeated[tag]])
    if "БазоваяЕдиница" in nested:
        _read_unit(nested["БазоваяЕдиница"], fields, reading, row)
    if "ЗначенияСвойств" in nested:
        fields["attributes"] = _attributes(nested["ЗначенияСвойств"])
    if "ХарактеристикиТовара" in nested:
        fields["characteristics"] = _characteristics(nested["ХарактеристикиТовара"])
    return fields


def _read_unit(element: Element, fields: dict[str, Any], reading: Reading, row: int) -> None:
    unit = base_unit(element)
    reading.unit(row, unit)
    fields["unit_code"] = unit.code
    fields["unit_name"] = unit.name
    if len(element):
        found, unreadable = packs(element, unit)
        fields["packs"] = found
        for written in unreadable:
            reading.refuse(row, "unit.pack_unreadable", fields.get("name", ""), value=written)


def _attributes(container: Element) -> Mapping[str, tuple[str, ...]]:
    """Attribute id to raw values; none left after 1C's ways of saying "nothing" is `()`."""
    local = LOCAL
    found: dict[str, tuple[str, ...]] = {}
    for element in container:
        external_id = ""
        values: list[str] = []
        for part in element:
            name = local[part.tag]
            text = part.text
            if name == "Ид":
                external_id = ident(text)
            elif name == "Значение" or name == "ИдЗначения":
                if text and has_value(text.strip()):
                    values.append(text.strip())
            elif name == "ЗначениеСвойства":
                values.extend(value for value in _described(part) if has_value(value))
        if external_id:
            kept = tuple(values)
            found[external_id] = found[external_id] + kept if external_id in found else kept
    return found


def _described(element: Element) -> Iterator[str]:
    """The values that some exports wrap together with a description."""
    return (clean(part.text) for part in children(element, "Значение"))


def _characteristics(container: Element) -> tuple[tuple[str, str], ...]:
    """(name, value) of what tells this variant from the others."""
    local = LOCAL
    found: list[tuple[str, str]] = []
    for element in container:
        name = value = ""
        for part in element:
            tag = local[part.tag]
            if tag == "Наименование":
                name = clean(part.text)
            elif tag == "Значение":
                value = clean(part.text)
        if name and has_value(value):
            found.append((name, value))
    return tuple(found)
