"""`Товар` of the catalogue."""

from decimal import Decimal
from typing import Any

from fondaco_erp_1c.commerceml.classifier import is_deleted
from fondaco_erp_1c.commerceml.money import is_vat, vat
from fondaco_erp_1c.commerceml.parts import Parts, read_parts, shared_fields
from fondaco_erp_1c.commerceml.pictures import is_picture, picture_paths
from fondaco_erp_1c.commerceml.prices import read_prices
from fondaco_erp_1c.commerceml.reading import Reading
from fondaco_erp_1c.commerceml.requisites import NONE, Requisites, read_requisites
from fondaco_erp_1c.commerceml.richtext import plain_text
from fondaco_erp_1c.commerceml.tree import LOCAL, Element, texts
from fondaco_erp_1c.commerceml.values import Unreadable, clean, ident, number, offer_id, offer_key
from fondaco_sdk.types.records import ProductRecord, VariantRecord

_SIZES = {"Длина": "length_cm", "Ширина": "width_cm", "Высота": "height_cm"}


def read_goods(element: Element, reading: Reading) -> None:
    """Goods, and the variant if 2.04 lists it as goods of its own (`goods#characteristic`)."""
    row = element.sourceline
    parts = read_parts(element)
    known = parts.known
    goods, characteristic = offer_key(known.get("Ид"))
    if not goods:
        reference = clean(known.get("Артикул")) or clean(known.get("Наименование"))
        reading.refuse(row, "product.id_missing", reference)
        return
    shared = shared_fields(parts, reading, row)
    deleted = is_deleted(element, known)
    offer = offer_id(goods, characteristic)
    if not characteristic:
        details = _details(parts, reading, row, goods)
        reading.records.append(
            ProductRecord(row=row, external_id=goods, deleted=deleted, **shared, **details)
        )
    else:
        if not deleted and goods != reading.last_goods:
            reading.last_goods = goods
            of_variant = {"characteristics", "barcodes", "attributes"}
            common = {name: value for name, value in shared.items() if name not in of_variant}
            details = _details(parts, reading, row, goods)
            reading.records.append(ProductRecord(row=row, external_id=goods, **common, **details))
        reading.records.append(
            VariantRecord(
                row=row, external_id=offer, product_external_id=goods, deleted=deleted, **shared
            )
        )
    if "Цены" in parts.nested and not deleted:
        read_prices(parts.nested["Цены"], offer, reading)


def _details(parts: Parts, reading: Reading, row: int, goods: str) -> dict[str, Any]:
    """The fields that only goods have, those that the file mentions."""
    known, nested, repeated = parts
    container = nested.get("ЗначенияРеквизитов")
    said = NONE if container is None else read_requisites(container)
    fields: dict[str, Any] = {"extra": _extra(known, said), "service": said.service}
    full_name = clean(known.get("ПолноеНаименование")) or said.full_name
    if full_name:
        fields["full_name"] = full_name
    if said.code and "Код" not in known:
        fields["code"] = said.code
    if "Описание" in known or said.html:
        fields["description"] = plain_text(known.get("Описание")) or plain_text(said.html)
    if "Страна" in known:
        fields["country"] = clean(known["Страна"])
    if "ТорговаяМарка" in known or "Изготовитель" in nested:
        fields["brand"] = _brand(parts)
    if "Группы" in nested:
        fields["category_external_ids"] = _categories(nested["Группы"])
    elif reading.kinds_are_categories and "Категория" in known:
        kind = ident(known["Категория"])
        fields["category_external_ids"] = (kind,) if kind else ()
    if "Картинка" in repeated or said.files:
        fields["images"] = _images(parts, said, reading, row, goods)
    if "СтавкиНалогов" in nested:
        _read_vat(nested["СтавкиНалогов"], fields, reading, row, goods)
    if "Вес" in known or said.weight is not None:
        wrong = _read_measure("weight_kg", (known.get("Вес"), said.weight), fields)
        if wrong:
            reading.refuse(row, "product.weight_unreadable", goods, value=wrong)
    requisites = dict(said.extra)
    for tag, name in _SIZES.items():
        if tag in known or tag in requisites:
            wrong = _read_measure(name, (known.get(tag), requisites.get(tag)), fields)
            if wrong:
                reading.refuse(row, "product.size_unreadable", goods, value=wrong)
    return fields


def _extra(known: dict[str, str | None], said: Requisites) -> tuple[tuple[str, str], ...]:
    own = ((tag, clean(known[tag])) for tag in _SIZES if tag in known)
    return (*said.extra, *((name, value) for name, value in own if value not in ("", "0")))


def _brand(parts: Parts) -> str:
    brand = clean(parts.known.get("ТорговаяМарка"))
    maker = parts.nested.get("Изготовитель")
    if brand or maker is None:
        return brand
    return clean(texts(maker).get("Наименование")) or clean(maker.text)


def _categories(container: Element) -> tuple[str, ...]:
    local = LOCAL
    found = (ident(element.text) for element in container if local[element.tag] == "Ид")
    return tuple(dict.fromkeys(category for category in found if category))


def _images(
    parts: Parts, said: Requisites, reading: Reading, row: int, goods: str
) -> tuple[str, ...]:
    written = [element.text for element in parts.repeated.get("Картинка", ())]
    paths, outside = picture_paths([*written, *filter(is_picture, said.files)])
    for path in outside:
        reading.refuse(row, "product.picture_outside", goods, path=path)
    return paths


def _read_vat(
    container: Element, fields: dict[str, Any], reading: Reading, row: int, goods: str
) -> None:
    for element in container:
        known = texts(element)
        written = clean(known.get("Ставка"))
        if not written or not is_vat(known.get("Наименование")):
            continue
        code = vat(written)
        if code is None:
            reading.refuse(row, "product.vat_unknown", goods, value=written)
        else:
            fields["vat"] = code
        return


def _read_measure(name: str, candidates: tuple[str | None, ...], fields: dict[str, Any]) -> str:
    """The first weight (kg) or size (cm) above zero; 1C writes 0 where it knows none.

    What is not readable, else "".
    """
    found: Decimal | None = None
    for written in candidates:
        try:
            found = found or number(written) or None
        except Unreadable as error:
            return str(error)
    if found is not None and found < 0:
        return str(found)
    fields[name] = found
    return ""
