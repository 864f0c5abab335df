"""The classifier: categories, attributes, price lists, warehouses, units."""

from collections.abc import Iterator

from fondaco_erp_1c.commerceml.money import currency, is_vat
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, child, children, texts
from fondaco_erp_1c.commerceml.units import short_name
from fondaco_erp_1c.commerceml.values import clean, flag, ident
from fondaco_sdk.types.records import (
    AttributeKind,
    AttributeRecord,
    CategoryRecord,
    ImportRecord,
    PlaceRecord,
    PriceListRecord,
    RefusedRecord,
    UnitRecord,
)

_KINDS = {
    "строка": AttributeKind.TEXT,
    "число": AttributeKind.NUMBER,
    "справочник": AttributeKind.OPTION,
    "дата": AttributeKind.MOMENT,
    "время": AttributeKind.MOMENT,
    "датавремя": AttributeKind.MOMENT,
}


def categories(top: Element) -> Iterator[ImportRecord]:
    """A top group and all below it, parents first."""
    waiting: list[tuple[Element, str | None]] = [(top, None)]
    while waiting:
        group, parent = waiting.pop()
        known = texts(group)
        external_id = ident(known.get("Ид"))
        yield _category(group, known, parent)
        below = child(group, "Группы")
        if below is not None:
            nested = list(children(below, "Группа"))
            waiting.extend((deeper, external_id or parent) for deeper in reversed(nested))


def kinds_of_goods(container: Element) -> Iterator[ImportRecord]:
    """`Категории` as categories, for exports that have no groups."""
    for kind in children(container, "Категория"):
        yield _category(kind, texts(kind), None)


def _category(element: Element, known: dict[str, str | None], parent: str | None) -> ImportRecord:
    row = element.sourceline
    external_id, name = ident(known.get("Ид")), clean(known.get("Наименование"))
    deleted = is_deleted(element, known)
    if not external_id:
        return RefusedRecord(row=row, code="category.id_missing", reference=name)
    if not name and not deleted:
        return RefusedRecord(row=row, code="category.name_missing", reference=external_id)
    return CategoryRecord(
        row=row, external_id=external_id, name=name, parent_external_id=parent, deleted=deleted
    )


def attribute(element: Element) -> ImportRecord:
    """A property of goods with its options."""
    row, known = element.sourceline, texts(element)
    external_id, name = ident(known.get("Ид")), clean(known.get("Наименование"))
    deleted = is_deleted(element, known)
    if not external_id:
        return RefusedRecord(row=row, code="attribute.id_missing", reference=name)
    if not name and not deleted:
        return RefusedRecord(row=row, code="attribute.name_missing", reference=external_id)
    options = dict(_options(child(element, "ВариантыЗначений")))
    kind = _KINDS.get(clean(known.get("ТипЗначений")).lower())
    if kind is None:
        kind = AttributeKind.OPTION if options else AttributeKind.TEXT
    return AttributeRecord(
        row=row, external_id=external_id, name=name, kind=kind, options=options, deleted=deleted
    )


def _options(variants: Element | None) -> Iterator[tuple[str, str]]:
    """(id, text); an option without an id is its own id."""
    for option in variants if variants is not None else ():
        known = texts(option)
        bare = clean(option.text) if LOCAL[option.tag] == "Значение" else ""
        text = clean(known.get("Значение")) or bare
        if text:
            yield ident(known.get("ИдЗначения")) or ident(known.get("Ид")) or text, text


def price_lists(container: Element) -> Iterator[ImportRecord]:
    """The price types."""
    for element in children(container, "ТипЦены"):
        row, known = element.sourceline, texts(element)
        external_id, name = ident(known.get("Ид")), clean(known.get("Наименование"))
        iso = currency(known.get("Валюта"))
        if not external_id:
            yield RefusedRecord(row=row, code="price_list.id_missing", reference=name)
        elif iso is None:
            yield RefusedRecord(
                row=row,
                code="price_list.currency_unknown",
                reference=name or external_id,
                params={"currency": clean(known.get("Валюта"))},
            )
        else:
            yield PriceListRecord(
                row=row,
                external_id=external_id,
                name=name or external_id,
                currency=iso,
                vat_included=vat_included(element),
                deleted=is_deleted(element, known),
            )


def vat_included(element: Element) -> bool | None:
    """What `Налог/УчтеноВСумме` of a price type or price says about VAT; None if nothing."""
    for tax in children(element, "Налог"):
        known = texts(tax)
        if is_vat(known.get("Наименование")):
            return flag(known.get("УчтеноВСумме", known.get("УчтенВСумме")))
    return None


def places(container: Element) -> Iterator[ImportRecord]:
    """The warehouses."""
    for element in children(container, "Склад"):
        row, known = element.sourceline, texts(element)
        external_id, name = ident(known.get("Ид")), clean(known.get("Наименование"))
        if not external_id:
            yield RefusedRecord(row=row, code="place.id_missing", reference=name)
            continue
        address = child(element, "Адрес")
        lines = texts(address) if address is not None else {}
        yield PlaceRecord(
            row=row,
            external_id=external_id,
            name=name or external_id,
            address=clean(lines.get("Представление")) or clean(known.get("Адрес")),
            deleted=is_deleted(element, known),
        )


def units(container: Element) -> Iterator[ImportRecord]:
    """The units of measure of 2.09 and 3.1."""
    for element in children(container, "ЕдиницаИзмерения"):
        row, known = element.sourceline, texts(element)
        code, full_name = clean(known.get("Код")), clean(known.get("НаименованиеПолное"))
        name = clean(known.get("НаименованиеКраткое")) or short_name(code) or full_name
        if not code:
            yield RefusedRecord(row=row, code="unit.code_missing", reference=name)
            continue
        yield UnitRecord(
            row=row,
            code=code,
            name=name or code,
            full_name=full_name,
            international=clean(known.get("МеждународноеСокращение")).strip("-"),
        )


def is_deleted(element: Element, known: dict[str, str | None]) -> bool:
    """Both ways to say it: `Статус` (attribute or element) to 2.08, `ПометкаУдаления` from 2.09."""
    if flag(known.get("ПометкаУдаления")):
        return True
    status = element.get("Статус") or known.get("Статус")
    return status is not None and clean(status).lower() in ("удален", "удалён")
