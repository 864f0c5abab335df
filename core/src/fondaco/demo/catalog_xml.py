"""import.xml: the classifier and the catalogue, in the words of CommerceML 2.08."""

from collections.abc import Iterator, Sequence
from functools import cache
from xml.sax.saxutils import escape

from fondaco.demo.assortment import LEAVES, TREE
from fondaco.demo.assortment.spec import Choice, Property
from fondaco.demo.ids import guid
from fondaco.demo.parts import packed
from fondaco.demo.prices import VAT_PERCENT
from fondaco.demo.products import Goods
from fondaco.demo.xml_parts import (
    CATALOG_ID,
    DOCUMENT_TAIL,
    barcode_element,
    base_unit_element,
    changes_flag,
    grouped,
    owner_element,
    thousandths,
)
from fondaco_sdk.types.records import AttributeKind

CATALOG_TAIL = "\t\t</Товары>\n\t</Каталог>\n" + DOCUMENT_TAIL

_MACHINES = Property("Применяемость", "", AttributeKind.TEXT)
_MAKER_NUMBER = Property("Оригинальный номер", "", AttributeKind.TEXT)
_WARRANTY = Property("Гарантия, мес.", "", AttributeKind.NUMBER)

_KINDS = {
    AttributeKind.TEXT: "Строка",
    AttributeKind.NUMBER: "Число",
    AttributeKind.OPTION: "Справочник",
}
_VAT = (
    "\t\t\t\t<СтавкиНалогов>\n\t\t\t\t\t<СтавкаНалога>\n"
    f"\t\t\t\t\t\t<Наименование>НДС</Наименование>\n\t\t\t\t\t\t<Ставка>{VAT_PERCENT}</Ставка>\n"
    "\t\t\t\t\t</СтавкаНалога>\n\t\t\t\t</СтавкиНалогов>\n"
)


def classifier() -> Iterator[str]:
    """The tree of categories and the attributes with their options."""
    yield (
        f"\t<Классификатор>\n\t\t<Ид>{CATALOG_ID}</Ид>\n"
        "\t\t<Наименование>Классификатор (Основной каталог товаров)</Наименование>\n"
        f"{owner_element()}\t\t<Группы>\n"
    )
    for top in TREE:
        yield (
            f"\t\t\t<Группа>\n\t\t\t\t<Ид>{_category_id(top.key)}</Ид>\n"
            f"\t\t\t\t<Наименование>{top.name}</Наименование>\n\t\t\t\t<Группы>\n"
        )
        for leaf in top.leaves:
            yield (
                f"\t\t\t\t\t<Группа>\n\t\t\t\t\t\t<Ид>{_category_id(leaf.key)}</Ид>\n"
                f"\t\t\t\t\t\t<Наименование>{leaf.name}</Наименование>\n\t\t\t\t\t</Группа>\n"
            )
        yield "\t\t\t\t</Группы>\n\t\t\t</Группа>\n"
    yield "\t\t</Группы>\n\t\t<Свойства>\n"
    for prop, options in attributes().items():
        yield _property_element(prop, options)
    yield "\t\t</Свойства>\n\t</Классификатор>\n"


def catalog_head(changes_only: bool) -> str:
    """Opens the catalogue; `CATALOG_TAIL` closes it and the document."""
    return (
        f"\t<Каталог {changes_flag(changes_only)}>\n\t\t<Ид>{CATALOG_ID}</Ид>\n"
        f"\t\t<ИдКлассификатора>{CATALOG_ID}</ИдКлассификатора>\n"
        f"\t\t<Наименование>Основной каталог товаров</Наименование>\n{owner_element()}"
        "\t\t<Товары>\n"
    )


def goods_element(goods: Goods, barcode: str, picture: str) -> str:
    """One Товар; `picture` is relative to the package; it and `barcode` may be ""."""
    image = f"\t\t\t\t<Картинка>{picture}</Картинка>\n" if picture else ""
    return (
        f"\t\t\t<Товар>\n\t\t\t\t<Ид>{goods.external_id}</Ид>\n{barcode_element(barcode)}"
        f"\t\t\t\t<Артикул>{goods.article}</Артикул>\n\t\t\t\t<Код>{goods.code}</Код>\n"
        f"\t\t\t\t<Наименование>{escape(goods.name)}</Наименование>\n{base_unit_element(goods.leaf)}"
        f"\t\t\t\t<Группы>\n\t\t\t\t\t<Ид>{_category_id(goods.leaf.key)}</Ид>\n"
        f"\t\t\t\t</Группы>\n\t\t\t\t<Описание>{escape(_description(goods))}</Описание>\n{image}"
        f"\t\t\t\t<Страна>{goods.brand.country}</Страна>\n{_maker_element(goods.brand.name)}"
        f"\t\t\t\t<ЗначенияСвойств>\n{_values(goods)}\t\t\t\t</ЗначенияСвойств>\n{_VAT}"
        f"\t\t\t\t<ЗначенияРеквизитов>\n{_requisites(goods)}\t\t\t\t</ЗначенияРеквизитов>\n"
        "\t\t\t</Товар>\n"
    )


@cache
def attributes() -> dict[Property, tuple[str, ...]]:
    """All properties of the classifier, keyed by name and kind, with their options if any."""
    found: dict[Property, dict[str, None]] = {}
    for attribute in (attribute for leaf in LEAVES for attribute in leaf.attributes):
        if not isinstance(attribute, Choice):
            found.setdefault(_named(attribute.property), {})
            continue
        for place, prop in enumerate(attribute.properties):
            options = found.setdefault(_named(prop), {})
            if prop.kind is AttributeKind.OPTION:
                options.update((row[place].strip(" -"), None) for row in attribute.rows)
    for prop in (_MACHINES, _MAKER_NUMBER, _WARRANTY):
        found[prop] = {}
    return {prop: tuple(filter(None, options)) for prop, options in found.items()}


def _named(prop: Property) -> Property:
    return Property(prop.name, "", prop.kind)


def _property_element(prop: Property, options: tuple[str, ...]) -> str:
    several = "\t\t\t\t<Множественное>true</Множественное>\n" if prop is _MAKER_NUMBER else ""
    choices = "".join(
        f"\t\t\t\t\t<Справочник>\n\t\t\t\t\t\t<ИдЗначения>{_option_id(prop.name, option)}"
        f"</ИдЗначения>\n\t\t\t\t\t\t<Значение>{escape(option)}</Значение>\n"
        "\t\t\t\t\t</Справочник>\n"
        for option in options
    )
    listed = f"\t\t\t\t<ВариантыЗначений>\n{choices}\t\t\t\t</ВариантыЗначений>\n"
    return (
        f"\t\t\t<Свойство>\n\t\t\t\t<Ид>{_property_id(prop.name)}</Ид>\n"
        f"\t\t\t\t<Наименование>{escape(prop.name)}</Наименование>\n{several}"
        f"\t\t\t\t<ТипЗначений>{_KINDS[prop.kind]}</ТипЗначений>\n"
        f"{listed if options else ''}\t\t\t\t<ДляТоваров>true</ДляТоваров>\n\t\t\t</Свойство>\n"
    )


def _values(goods: Goods) -> str:
    part = goods.part
    values = "".join(_value_element(prop, (text,)) for prop, text in part.values if text)
    if part.machines:
        fits = "; ".join(f"{machine} с {year} г." for machine, year in part.machines)
        values += _value_element(_MACHINES, (fits,))
        values += _value_element(_MAKER_NUMBER, part.maker_numbers)
    return values + _value_element(_WARRANTY, ("24" if goods.brand.level > 110 else "12",))


def _value_element(prop: Property, texts: Sequence[str]) -> str:
    values = "".join(f"\t\t\t\t\t\t<Значение>{_written(prop, text)}</Значение>\n" for text in texts)
    return (
        f"\t\t\t\t\t<ЗначенияСвойства>\n\t\t\t\t\t\t<Ид>{_property_id(prop.name)}</Ид>\n{values}"
        "\t\t\t\t\t</ЗначенияСвойства>\n"
    )


def _written(prop: Property, text: str) -> str:
    if prop.kind is AttributeKind.OPTION:
        return _option_id(prop.name, text)
    if prop.kind is AttributeKind.NUMBER and text.isdigit():
        return grouped(int(text))
    return escape(text)


def _requisites(goods: Goods) -> str:
    pairs = [
        ("ВидНоменклатуры", "Запасные части"),
        ("ТипНоменклатуры", "Товар"),
        ("Полное наименование", escape(goods.name)),
        ("Вес", thousandths(goods.part.mass)),
        *zip(("Длина", "Ширина", "Высота"), map(str, packed(goods.part.mass)), strict=True),
    ]
    if goods.leaf.multiple > 1:
        pairs.append(("Кратность", str(goods.leaf.multiple)))
    return "".join(
        "\t\t\t\t\t<ЗначениеРеквизита>\n"
        f"\t\t\t\t\t\t<Наименование>{title}</Наименование>\n"
        f"\t\t\t\t\t\t<Значение>{value}</Значение>\n\t\t\t\t\t</ЗначениеРеквизита>\n"
        for title, value in pairs
    )


def _description(goods: Goods) -> str:
    if not goods.part.machines:
        return goods.leaf.about
    machines = ", ".join(machine for machine, _ in goods.part.machines)
    return f"{goods.leaf.about} Подходит: {machines}."


@cache
def _maker_element(brand: str) -> str:
    return (
        f"\t\t\t\t<Изготовитель>\n\t\t\t\t\t<Ид>{guid('maker', brand)}</Ид>\n"
        f"\t\t\t\t\t<Наименование>{brand}</Наименование>\n"
        f"\t\t\t\t\t<ОфициальноеНаименование>{brand}</ОфициальноеНаименование>\n"
        "\t\t\t\t</Изготовитель>\n"
    )


@cache
def _category_id(key: str) -> str:
    return guid("category", key)


@cache
def _property_id(name: str) -> str:
    return guid("property", name)


@cache
def _option_id(name: str, value: str) -> str:
    return guid("option", f"{name}/{value}")
