"""Whatever stands where: records or a refusal, never another exception."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondaco_erp_1c.commerceml import SourceRefused, read_file

TAGS = re.findall(
    r"\w+",
    """
КоммерческаяИнформация Классификатор Каталог ПакетПредложений ИзмененияПакетаПредложений Группы
Группа Свойства Свойство ВариантыЗначений Справочник ИдЗначения Значение Категории Категория
ТипыЦен ТипЦены Налог УчтеноВСумме Склады Склад Адрес Представление ЕдиницыИзмерения
ЕдиницаИзмерения Код Товары Товар Предложения Предложение Ид Наименование Артикул Штрихкод
БазоваяЕдиница Пересчет Единица Коэффициент ДополнительныеДанные Описание Картинка Страна
ТорговаяМарка Изготовитель ЗначенияСвойств ЗначенияСвойства ЗначениеСвойства СтавкиНалогов
СтавкаНалога Ставка ХарактеристикиТовара ХарактеристикаТовара ЗначенияРеквизитов
ЗначениеРеквизита Вес Цены Цена ИдТипаЦены ЦенаЗаЕдиницу Валюта МинКоличество Количество Остатки
Остаток ПометкаУдаления Статус ИдХарактеристики СодержитТолькоИзменения Другое
    """,
)
ATTRIBUTES = ["Статус", "Код", "НаименованиеПолное", "ИдСклада", "КоличествоНаСкладе"]
VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "1", "-1", "0", "true", "false", "g#v", "руб", "796 ", "Удален", "НДС"]
    ),
    st.text(st.characters(min_codepoint=32, blacklist_categories=("Cs", "Cn")), max_size=8),
)


def tagged(name: str, attributes: dict[str, str], inner: str) -> str:
    written = "".join(f" {key}={quoted(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>"


def quoted(value: str) -> str:
    return '"' + escape(value, {'"': "&quot;"}) + '"'


def nested(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=2)
    inner = st.lists(children, max_size=6).map("".join)
    return st.builds(tagged, st.sampled_from(TAGS), attributes, inner)


TREES = st.recursive(VALUES.map(escape), nested, max_leaves=40)
WRAPPERS = st.sampled_from(
    [
        ("<Каталог><Товары><Товар><Ид>1</Ид>", "</Товар></Товары></Каталог>"),
        (
            "<ПакетПредложений><Предложения><Предложение><Ид>1</Ид>",
            "</Предложение></Предложения></ПакетПредложений>",
        ),
        ("<Классификатор><Группы><Группа><Ид>1</Ид>", "</Группа></Группы></Классификатор>"),
        ("<Классификатор>", "</Классификатор>"),
        ("", ""),
    ]
)


def read_quietly(data: bytes) -> list[Any]:
    try:
        return list(read_file(BytesIO(data)))
    except SourceRefused:
        return []


@settings(max_examples=300, deadline=None)
@given(WRAPPERS, st.lists(TREES, max_size=6))
def test_any_tree_of_known_names(wrapper: tuple[str, str], inner: list[str]) -> None:
    before, after = wrapper
    document = tagged("КоммерческаяИнформация", {}, before + "".join(inner) + after)
    read_quietly(document.encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    read_quietly(data)
    read_quietly(b"<?xml version='1.0'?>" + data)


CHECKOUT = Path(__file__).resolve().parents[4]
SMALL = sorted((CHECKOUT.parent / "shared/data/commerceml/cml31-split-wagood").glob("*.xml"))


@pytest.mark.skipif(not SMALL, reason="no real exports beside the checkout")
def test_a_real_file_cut_anywhere() -> None:
    for file in SMALL:
        data = file.read_bytes()
        whole = read_quietly(data)
        for at in range(0, len(data), 7):
            records = []
            try:
                for record in read_file(BytesIO(data[:at])):
                    records.append(record)
            except SourceRefused:
                assert records == whole[: len(records)]
