"""Searches answered by Meilisearch: what is found, in which order, and what is counted."""

from collections.abc import Mapping
from decimal import Decimal as D
from typing import Any

import pytest
from shelves import Shelves

from fondaco.db.counting import counting
from fondaco.search import outside
from fondaco.search.service import Search
from fondaco.testing.client import Client
from fondaco_sdk.providers.search import AttributeFilter, SearchFilters, SearchWindow
from fondaco_sdk.types.ids import CategoryId

pytestmark = pytest.mark.plugins("search_meilisearch")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers later than a buyer would wait; what is slow has tests of its own."""
    monkeypatch.setattr(outside, "PATIENCE", 10.0)


async def test_articles_are_found_by_our_own_rules_before_all_else(shelves: Shelves) -> None:
    await shelves.product("X-77104", "Держит")
    await shelves.product("7710-5", "Начинается")
    await shelves.product("7710", "Тот самый", barcode="4600001364055")
    await shelves.product("B-1", "Насос 7710 водяной")
    expected = ["Тот самый", "Начинается", "Держит", "Насос 7710 водяной"]
    assert await shelves.names("7710") == expected
    assert await shelves.names("4600001364055") == ["Тот самый"]


async def test_of_near_articles_the_likeliest_slip_comes_first_and_is_said(
    shelves: Shelves,
) -> None:
    await shelves.product("AB-1254", "Неверная цифра")
    await shelves.product("AB-10234", "Недостающая цифра")
    await shelves.product("AB-1324", "Переставлены")
    await shelves.product("AB-I234", "Похожий знак")
    assert await shelves.names("AB1234") == [
        "Похожий знак",
        "Переставлены",
        "Недостающая цифра",
        "Неверная цифра",
    ]
    assert (await shelves.find("AB1234")).similar


async def test_words_are_found_in_other_endings_and_in_any_order(shelves: Shelves) -> None:
    await shelves.product("A-2", "Щётка стеклоочистителя")
    await shelves.product("A-3", "Фильтр масляный")
    for typed in ("масляный фильтр", "масляные фильтры", "ФИЛЬТР МАСЛ"):
        assert await shelves.names(typed) == ["Фильтр масляный"], typed
        assert not (await shelves.find(typed)).similar, typed
    assert await shelves.names("стеклооч") == ["Щётка стеклоочистителя"]


async def test_a_misspelt_word_is_found_and_said_to_be_like(shelves: Shelves) -> None:
    await shelves.product("RVSK-23957", "Амортизатор задний")
    await shelves.product("XY-1", "Вал")
    page = await shelves.find("амартизатор")
    assert (page.total, page.similar) == (1, True)
    assert (await shelves.find("экскаватор")).total == 0


async def test_the_wrong_layout_is_understood_and_named(shelves: Shelves) -> None:
    await shelves.product("WD-40", "Смазка проникающая")
    await shelves.product("SK-6205", "Подшипник LORVEX")
    for typed, understood, name in (
        ("gjlibgybr", "подшипник", "Подшипник LORVEX"),
        ("gjlibgybr LORVEX", "подшипник LORVEX", "Подшипник LORVEX"),
        ("ЦВ-40", "WD-40", "Смазка проникающая"),
    ):
        page = await shelves.find(typed)
        assert (page.understood, page.similar) == (understood, False), typed
        assert await shelves.names(typed) == [name]


async def test_sizes_are_found_however_they_are_written(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт DIN 933 М8 х 30 оцинкованный")
    await shelves.product("A-2", "Масло 5W-40 синтетика")
    for typed in ("болт м8х30", "болт M8x30", "болт М8*30", "din933", "болт din-933", "din 933"):
        assert await shelves.names(typed) == ["Болт DIN 933 М8 х 30 оцинкованный"], typed
    for typed in ("5w40", "масло 5W-40"):
        assert await shelves.names(typed) == ["Масло 5W-40 синтетика"], typed


async def test_filters_narrow_and_the_counts_follow(shelves: Shelves) -> None:
    bolts, _ = await shelves.category("Болты")
    nuts, _ = await shelves.category("Гайки")
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('len', 'Длина, мм', 'number'), ('coat', 'Покрытие', 'option')"
    )
    long = '{"len": 40, "coat": ["цинк", "\\"хром\\" \\\\"]}'
    await shelves.product("A-1", "Болт М8", category=bolts, brand='ООО "METIZ"', price="10")
    await shelves.product("A-2", "Болт М10", category=bolts, attributes=long, on_hand=0)
    await shelves.product("A-3", "Гайка под болт", category=nuts, brand='ООО "METIZ"')
    page = await shelves.find("болт")
    counts = {(facet.category_id, facet.brand): facet.products for facet in page.facets}
    assert counts == {
        (bolts, 'ООО "METIZ"'): 1,
        (bolts, "КРЕПЁЖ"): 1,
        (nuts, 'ООО "METIZ"'): 1,
    }
    assert page.details is not None
    assert (page.details.in_stock, page.details.lowest, page.details.highest) == (2, 10, 100)
    cases: tuple[tuple[Mapping[str, Any], set[str]], ...] = (
        ({"categories": (CategoryId(bolts),)}, {"Болт М8", "Болт М10"}),
        ({"brand": 'ООО "METIZ"'}, {"Болт М8", "Гайка под болт"}),
        ({"attributes": (AttributeFilter("coat", ('"хром" \\',)),)}, {"Болт М10"}),
        ({"attributes": (AttributeFilter("coat", ('" OR id > 0 OR brand = "',)),)}, set()),
        ({"attributes": (AttributeFilter("len", low=D(30)),)}, {"Болт М10"}),
        ({"price_to": D(50)}, {"Болт М8"}),
        ({"in_stock": True}, {"Болт М8", "Гайка под болт"}),
    )
    for filters, expected in cases:
        assert set(await shelves.names("болт", **filters)) == expected, filters


async def sized(shelves: Shelves) -> None:
    """Four bolts of three sizes."""
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('size', 'Резьба', 'option')"
    )
    for number, size in enumerate(("М8", "М8", "М10", "М12")):
        said = f'{{"size": "{size}"}}'
        await shelves.product(f"A-{number}", f"Болт {number}", attributes=said)


async def test_values_of_one_property_are_alternatives(shelves: Shelves) -> None:
    await sized(shelves)
    several = (AttributeFilter("size", ("М8", "М10")),)
    page = await shelves.find("болт", attributes=several)
    assert (page.total, page.partial) == (3, False)
    assert page.details is not None
    [counted] = page.details.attributes
    assert dict(counted.values) == {"М8": 2, "М10": 1, "М12": 1}
    ask = shelves.company.ask(shelves.hall)
    undetailed = SearchFilters(attributes=several)
    assert (await Search(ask).find("болт", undetailed, SearchWindow())).total == 3


async def test_of_more_than_may_be_proposed_the_engine_takes_the_values_and_the_page_says_the_rest(
    shelves: Shelves, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sized(shelves)
    monkeypatch.setattr(outside, "MOST_PROPOSED", 3)
    page = await shelves.find("болт", attributes=(AttributeFilter("size", ("М12",)),))
    assert (page.total, page.capped, page.partial) == (1, False, False)
    assert page.details is not None and not page.details.attributes
    assert (await shelves.find("болт")).partial is False
    await shelves.sql(
        "update fondaco.price_row set price = 5 where product_id in"
        " (select id from fondaco.product where sku = 'A-3')"
    )
    found = await shelves.find("болт", price_to=D(9))
    assert (found.total, found.partial) == (1, False)
    for narrowed in ({"in_stock": True}, {"price_from": D(1)}):
        assert (await shelves.find("болт", **narrowed)).partial, narrowed
    said = "отобраны не все подходящие товары"
    assert said in (await visitor.get("/search?q=болт&stock=1")).text
    assert said not in (await visitor.get("/search?q=болт")).text
    visitor.cookies.set("locale", "en")
    assert "too broad" in (await visitor.get("/search?q=болт&price_from=1")).text


async def test_whatever_is_typed_is_words_and_never_a_query(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт")
    for typed in ("'", "\\", "болт & ! |", '":*', "%", "a\x00b", "(" * 300, "-болт", "🔩" * 40):
        await shelves.find(typed)
    assert await shelves.names('"болт" & :* !') == ["Болт"]


async def test_suggestions_come_from_articles_and_words(shelves: Shelves) -> None:
    await shelves.product("7710", "Насос")
    await shelves.product("A-2", "Подшипник роликовый")
    search = Search(shelves.company.ask(shelves.hall))
    for typed in ("подш", "gjli", "A-2", "771"):
        assert len((await search.suggest(typed, 8)).ids) == 1, typed


async def test_what_goes_off_sale_or_changes_is_found_accordingly(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт новый")
    await shelves.product("A-2", "Болт старый")
    ids = [row[0] for row in await shelves.sql("select id from fondaco.product order by id")]
    await shelves.sql("update fondaco.product set active = false where sku = 'A-2'")
    assert await shelves.names("болт") == ["Болт новый"]
    await shelves.publish(ids)
    await shelves.sql("update fondaco.product set name = 'Гайка' where sku = 'A-1'")
    await shelves.publish(ids)
    assert await shelves.names("болт") == []
    assert await shelves.names("гайка") == ["Гайка"]


async def test_the_page_is_as_with_postgresql(shelves: Shelves, visitor: Client) -> None:
    await shelves.product("A-1", "Амортизатор задний")
    page = await visitor.get("/search?q=амартизатор")
    assert page.status_code == 200
    assert "Амортизатор задний" in page.text and "упрощённо" not in page.text


async def test_statements_do_not_depend_on_the_number_of_products(
    shelves: Shelves, sql_budget: type[counting]
) -> None:
    counts = []
    for many in (1, 40):
        for number in range(many):
            await shelves.product(f"B-{many}-{number}", f"Болт {many} {number}")
        with sql_budget() as count:
            page = await shelves.find("болт")
        assert page.total >= many
        counts.append(count.number)
    assert counts == [counts[0]] * 2
    # The search, and what the buyer sees: asked for twice here, where nothing is remembered.
    assert counts[0] <= 3
