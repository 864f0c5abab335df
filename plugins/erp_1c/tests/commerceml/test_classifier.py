"""Categories, attributes, price lists, warehouses, units."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from fondaco_sdk.types.records import (
    AttributeKind,
    AttributeRecord,
    CategoryRecord,
    PlaceRecord,
    PriceListRecord,
    RefusedRecord,
    UnitRecord,
)

Read: TypeAlias = Callable[[str], list[Any]]


def group(external_id: str, name: str, inner: str = "") -> str:
    return f"<Группа><Ид>{external_id}</Ид><Наименование>{name}</Наименование>{inner}</Группа>"


def test_groups_come_with_their_parents_first(read_classifier: Read) -> None:
    deepest = f"<Группы>{group('1.1.1', 'М6')}</Группы>"
    nested = f"<Группы>{group('1.1', 'Винты', deepest)}{group('1.2', 'Болты')}</Группы>"
    records = read_classifier(
        f"<Группы>{group(' 1 ', 'Крепёж', nested)}{group('2', 'Масла')}</Группы>"
    )
    assert [(r.external_id, r.name, r.parent_external_id) for r in records] == [
        ("1", "Крепёж", None),
        ("1.1", "Винты", "1"),
        ("1.1.1", "М6", "1.1"),
        ("1.2", "Болты", "1"),
        ("2", "Масла", None),
    ]


def test_an_id_may_stand_behind_the_nested_groups(read_classifier: Read) -> None:
    records = read_classifier(
        f"<Группы><Группа><Группы>{group('2', 'Б')}</Группы><Наименование>А</Наименование>"
        "<Ид>1</Ид></Группа></Группы>"
    )
    assert [(r.external_id, r.parent_external_id) for r in records] == [("1", None), ("2", "1")]


def test_a_group_without_id_or_name_is_refused_and_its_children_move_up(
    read_classifier: Read,
) -> None:
    deepest = f"<Группы>{group('3', 'В')}</Группы>"
    nameless = f"<Группы>{group('', 'без', deepest)}</Группы>"
    records = read_classifier(f"<Группы>{group('1', 'А', nameless)}{group('4', '')}</Группы>")
    assert [r.code for r in records if isinstance(r, RefusedRecord)] == [
        "category.id_missing",
        "category.name_missing",
    ]
    categories = [r for r in records if isinstance(r, CategoryRecord)]
    assert [(r.external_id, r.parent_external_id) for r in categories] == [("1", None), ("3", "1")]


def test_a_deleted_group_needs_no_name(read_classifier: Read) -> None:
    [category] = read_classifier(
        "<Группы><Группа><Ид>1</Ид><ПометкаУдаления>true</ПометкаУдаления></Группа></Группы>"
    )
    assert category.deleted


def test_thirty_levels_of_groups(read_classifier: Read) -> None:
    body = ""
    for level in reversed(range(30)):
        body = f"<Группы>{group(str(level), 'г', body)}</Группы>"
    records = read_classifier(body)
    assert [r.parent_external_id for r in records] == [None, *map(str, range(29))]


def test_kinds_of_goods_are_categories_only_without_groups(read_document: Read) -> None:
    kinds = f"<Категории>{group('k', 'Светильники').replace('Группа', 'Категория')}</Категории>"
    goods = (
        "<Каталог><Товары><Товар><Ид>1</Ид><Категория>k</Категория></Товар></Товары></Каталог>"
        "</КоммерческаяИнформация>"
    )
    start = "<КоммерческаяИнформация><Классификатор>"
    alone = read_document(f"{start}{kinds}</Классификатор>{goods}")
    assert [r.external_id for r in alone if isinstance(r, CategoryRecord)] == ["k"]
    assert alone[-1].category_external_ids == ("k",)
    beside = read_document(f"{start}<Группы/>{kinds}</Классификатор>{goods}")
    assert not any(isinstance(r, CategoryRecord) for r in beside)
    assert not isinstance(beside[-1].category_external_ids, tuple)


@pytest.mark.parametrize("tag", ["Свойство", "СвойствоНоменклатуры"])
@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Строка", AttributeKind.TEXT),
        ("Число", AttributeKind.NUMBER),
        ("Справочник", AttributeKind.OPTION),
        ("ДатаВремя", AttributeKind.MOMENT),
        ("Время", AttributeKind.MOMENT),
        ("Булево", AttributeKind.TEXT),
        ("", AttributeKind.TEXT),
    ],
)
def test_properties_of_both_names_and_every_type(
    read_classifier: Read, tag: str, written: str, kind: Any
) -> None:
    [attribute] = read_classifier(
        f"<Свойства><{tag}><Ид>c</Ид><Наименование>Цвет</Наименование>"
        f"<ТипЗначений>{written}</ТипЗначений></{tag}></Свойства>"
    )
    assert attribute == AttributeRecord(row=1, external_id="c", name="Цвет", kind=kind)


@pytest.mark.parametrize(
    ("variants", "options"),
    [
        (
            "<Справочник><ИдЗначения>a </ИдЗначения><Значение> Красный</Значение></Справочник>"
            "<Справочник><ИдЗначения>b</ИдЗначения><Значение>Синий</Значение></Справочник>",
            {"a": "Красный", "b": "Синий"},
        ),
        ("<Вариант><Ид>a</Ид><Значение>Да</Значение></Вариант>", {"a": "Да"}),
        ("<Значение>Red</Значение><ВариантыЗначений/>", {"Red": "Red"}),
        ("<Справочник><ИдЗначения>a</ИдЗначения><Значение/></Справочник>", {}),
    ],
)
def test_options_in_every_form(
    read_classifier: Read, variants: str, options: dict[str, str]
) -> None:
    [attribute] = read_classifier(
        "<Свойства><Свойство><Ид>c</Ид><Наименование>Цвет</Наименование>"
        f"<ВариантыЗначений>{variants}</ВариантыЗначений></Свойство></Свойства>"
    )
    assert attribute.options == options
    assert (attribute.kind is AttributeKind.OPTION) == bool(options)


def test_unusable_properties_are_refused(read_classifier: Read) -> None:
    records = read_classifier(
        "<Свойства><Свойство><Наименование>Цвет</Наименование></Свойство>"
        "<Свойство><Ид>2</Ид></Свойство>"
        "<Свойство><Ид>3</Ид><ПометкаУдаления>true</ПометкаУдаления></Свойство></Свойства>"
    )
    assert [getattr(r, "code", "") for r in records] == [
        "attribute.id_missing",
        "attribute.name_missing",
        "",
    ]
    assert records[0].reference == "Цвет"
    assert records[2].deleted


def price_type(currency: str, tax: str = "") -> str:
    return (
        "<ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Опт</Наименование>"
        f"<Валюта>{currency}</Валюта>{tax}</ТипЦены></ТипыЦен>"
    )


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("руб", "RUB"),
        ("руб.", "RUB"),
        (" РУБ. ", "RUB"),
        ("RUR", "RUB"),
        ("rub", "RUB"),
        ("643", "RUB"),
        ("₽", "RUB"),
        ("USD", "USD"),
        ("840", "USD"),
        ("$", "USD"),
        ("EUR", "EUR"),
        ("грн", "UAH"),
        ("грн.", "UAH"),
        ("980", "UAH"),
        ("бел. руб.", "BYN"),
        ("тенге", "KZT"),
        ("", ""),
    ],
)
def test_currencies_become_iso(read_classifier: Read, written: str, iso: str) -> None:
    [price_list] = read_classifier(price_type(written))
    assert price_list == PriceListRecord(row=1, external_id="t", name="Опт", currency=iso)


@pytest.mark.parametrize("written", ["у.е.", "BYR", "тугрик", "999"])
def test_an_unknown_currency_refuses_the_price_list(read_classifier: Read, written: str) -> None:
    [refused] = read_classifier(price_type(written))
    assert refused == RefusedRecord(
        row=1,
        code="price_list.currency_unknown",
        reference="Опт",
        params={"currency": written},
    )


@pytest.mark.parametrize(
    ("tax", "included"),
    [
        ("", None),
        ("<Налог><Наименование>НДС</Наименование><УчтеноВСумме>true</УчтеноВСумме></Налог>", True),
        ("<Налог><Наименование>НДС</Наименование><УчтеноВСумме>1</УчтеноВСумме></Налог>", True),
        (
            "<Налог><Наименование>НДС</Наименование><УчтеноВСумме>false</УчтеноВСумме></Налог>",
            False,
        ),
        (
            "<Налог><Наименование>Акциз</Наименование><УчтеноВСумме>true</УчтеноВСумме></Налог>",
            None,
        ),
        ("<Налог><УчтенВСумме>true</УчтенВСумме></Налог>", True),
    ],
)
def test_vat_of_a_price_list(read_classifier: Read, tax: str, included: bool | None) -> None:
    [price_list] = read_classifier(price_type("руб", tax))
    assert price_list.vat_included is included


@pytest.mark.parametrize("section", ["Классификатор", "ПакетПредложений"])
def test_price_lists_and_warehouses_stand_in_either_section(
    read_document: Read, section: str
) -> None:
    records = read_document(
        f"<КоммерческаяИнформация><{section}>{price_type('руб')}"
        "<Склады><Склад><Ид>w</Ид><Наименование>Главный</Наименование>"
        "<Адрес><Представление>Москва</Представление></Адрес></Склад>"
        "<Склад><Наименование>Без Ид</Наименование></Склад></Склады>"
        f"</{section}></КоммерческаяИнформация>"
    )
    assert isinstance(records[1], PriceListRecord)
    assert records[2] == PlaceRecord(row=1, external_id="w", name="Главный", address="Москва")
    assert records[3].code == "place.id_missing"


def test_units_of_the_newer_schemas(read_classifier: Read) -> None:
    records = read_classifier(
        "<ЕдиницыИзмерения><ЕдиницаИзмерения><Ид>e4e0</Ид><НаименованиеКраткое>упа"
        "</НаименованиеКраткое><Код>778 </Код><НаименованиеПолное>Упаковка   </НаименованиеПолное>"
        "<МеждународноеСокращение>NMP</МеждународноеСокращение></ЕдиницаИзмерения>"
        "<ЕдиницаИзмерения><Код>796 </Код><НаименованиеПолное>Штука</НаименованиеПолное>"
        "</ЕдиницаИзмерения>"
        "<ЕдиницаИзмерения><Код>    </Код><НаименованиеКраткое>бухта</НаименованиеКраткое>"
        "</ЕдиницаИзмерения></ЕдиницыИзмерения>"
    )
    assert records == [
        UnitRecord(row=1, code="778", name="упа", full_name="Упаковка", international="NMP"),
        UnitRecord(row=1, code="796", name="шт", full_name="Штука"),
        RefusedRecord(row=1, code="unit.code_missing", reference="бухта"),
    ]
