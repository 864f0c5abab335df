"""What is found for what is typed, and in which order."""

from decimal import Decimal
from decimal import Decimal as D

from fondaco_sdk.providers.search import (
    AttributeFacet,
    AttributeFilter,
    Details,
    SearchWindow,
)
from fondaco_sdk.types.ids import CategoryId

from .shelves import Shelves


async def test_an_article_is_found_however_it_is_written(shelves: Shelves) -> None:
    await shelves.product("АМ-104.5 В", "Муфта", barcode="4600001364055")
    await shelves.product("XY-1", "Вал")
    for typed in ("AM1045B", "ам 104.5в", "AM-104.5 В", "4600001364055", "am104", "1045"):
        assert await shelves.names(typed) == ["Муфта"], typed


async def test_the_very_article_stands_before_those_that_begin_with_it_and_hold_it(
    shelves: Shelves,
) -> None:
    await shelves.product("X-77104", "Держит")
    await shelves.product("7710-5", "Начинается")
    await shelves.product("7710", "Тот самый")
    await shelves.product("B-1", "Насос 7710 водяной")
    assert await shelves.names("7710") == [
        "Тот самый",
        "Начинается",
        "Держит",
        "Насос 7710 водяной",
    ]


async def test_names_are_found_by_words_parts_and_other_endings_with_either_e(
    shelves: Shelves,
) -> None:
    await shelves.product("A-1", "Щётка стеклоочистителя")
    await shelves.product("A-2", "Прокладка масляного фильтра")
    await shelves.product("A-3", "Фильтр масляный")
    assert await shelves.names("щетки") == ["Щётка стеклоочистителя"]
    assert await shelves.names("ЩЁТК") == ["Щётка стеклоочистителя"]
    assert await shelves.names("стеклооч") == ["Щётка стеклоочистителя"]
    assert await shelves.names("масляные фильтры") == [
        "Фильтр масляный",
        "Прокладка масляного фильтра",
    ]


async def test_a_misspelt_word_or_number_finds_what_looks_alike_and_says_so(
    shelves: Shelves,
) -> None:
    await shelves.product("RVSK-23957", "Амортизатор задний")
    await shelves.product("XY-1", "Вал")
    page = await shelves.find("амартизатор")
    assert (page.total, page.similar) == (1, True)
    page = await shelves.find("RVSK23975")
    assert (page.total, page.similar) == (1, True)
    page = await shelves.find("экскаватор")
    assert (page.total, page.similar) == (0, False)


async def test_only_what_is_on_sale_is_found(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт новый")
    await shelves.product("A-2", "Болт старый")
    # Taken off sale a moment ago: its document is still there.
    await shelves.sql("update fondaco.product set active = false where sku = 'A-2'")
    assert await shelves.names("болт") == ["Болт новый"]
    assert (await shelves.find("A-2")).total == 0


async def test_filters_narrow_and_the_counts_follow(shelves: Shelves) -> None:
    top, _ = await shelves.category("Крепёж")
    bolts, _ = await shelves.category("Болты", top)
    nuts, _ = await shelves.category("Гайки", top)
    await shelves.product("A-1", "Болт М8", category=bolts, brand="METIZ")
    await shelves.product("A-2", "Болт М10", category=bolts, brand="OPTIM")
    await shelves.product("A-3", "Гайка под болт", category=nuts, brand="METIZ")
    page = await shelves.find("болт")
    counts = {(facet.category_id, facet.brand): facet.products for facet in page.facets}
    assert counts == {(bolts, "METIZ"): 1, (bolts, "OPTIM"): 1, (nuts, "METIZ"): 1}
    within = (CategoryId(bolts),)
    assert await shelves.names("болт", categories=within) == ["Болт М10", "Болт М8"]
    assert await shelves.names("болт", categories=within, brand="METIZ") == ["Болт М8"]
    assert await shelves.names("", brand="METIZ") == ["Болт М8", "Гайка под болт"]


async def test_pages_follow_each_other_without_gaps(shelves: Shelves) -> None:
    for number in range(7):
        await shelves.product(f"A-{number}", f"Болт {number}")
    seen = []
    for offset in (0, 3, 6):
        page = await shelves.find("болт", window=SearchWindow(offset, 3))
        assert page.total == 7
        seen += page.ids
    assert len(set(seen)) == len(seen) == 7


async def test_whatever_is_typed_is_words_and_never_a_query(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт")
    for typed in (
        "'",
        "\\",
        "болт & ! |",
        "':*",
        "%",
        "_",
        "a\x00b",
        "болт:*\\'",
        "<->",
        "(" * 300,
    ):
        await shelves.find(typed)
    assert await shelves.names("болт & :* !") == ["Болт"]
    assert (await shelves.find("A_1")).ids == (await shelves.find("A-1")).ids


async def test_the_wrong_layout_is_understood_and_named(shelves: Shelves) -> None:
    await shelves.product("WD-40", "Смазка проникающая")
    await shelves.product("SK-6205", "Подшипник LORVEX")
    for typed, understood, name in (
        ("gjlibgybr", "подшипник", "Подшипник LORVEX"),
        ("gjlibgybr LORVEX", "подшипник LORVEX", "Подшипник LORVEX"),
        ("ЦВ-40", "WD-40", "Смазка проникающая"),
        ("подшипник ЫЛ-6205", "подшипник SK-6205", "Подшипник LORVEX"),
    ):
        page = await shelves.find(typed)
        assert (page.understood, page.similar) == (understood, False), typed
        assert await shelves.names(typed) == [name]
    assert (await shelves.find("подшипник")).understood == ""


async def test_what_is_found_as_typed_is_not_understood_otherwise(shelves: Shelves) -> None:
    await shelves.product("gjlibgybr", "Болт")
    await shelves.product("A-1", "Подшипник")
    page = await shelves.find("gjlibgybr")
    assert (page.total, page.understood) == (1, "")


async def test_of_near_articles_the_likeliest_slip_comes_first(shelves: Shelves) -> None:
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


async def test_sizes_are_found_however_they_are_written(shelves: Shelves) -> None:
    await shelves.product("A-1", "Болт DIN 933 М8 х 30 оцинкованный")
    await shelves.product("A-2", "Масло 5W-40 синтетика")
    for typed in ("болт м8х30", "болт M8x30", "болт М8*30", "din933", "болт din-933", "din 933"):
        assert await shelves.names(typed) == ["Болт DIN 933 М8 х 30 оцинкованный"], typed
    for typed in ("5w40", "масло 5W-40", "масло 5w 40"):
        assert await shelves.names(typed) == ["Масло 5W-40 синтетика"], typed


async def test_words_and_an_article_are_found_together(shelves: Shelves) -> None:
    await shelves.product("W712/95", "Фильтр масляный", brand="VELKARD")
    await shelves.product("W712/96", "Фильтр масляный", brand="VELKARD")
    assert len((await shelves.find("фильтр W712/95")).ids) == 1
    assert len((await shelves.find("velkard w71295")).ids) == 1


async def attributes(shelves: Shelves) -> None:
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('len', 'Длина, мм', 'number'), ('coat', 'Покрытие', 'option')"
    )


async def test_attributes_price_and_stock_narrow(shelves: Shelves) -> None:
    await attributes(shelves)
    await shelves.product("A-1", "Болт 20", attributes='{"len": 20, "coat": "цинк"}', price="10")
    await shelves.product(
        "A-2", "Болт 30", attributes='{"len": 30.5, "coat": ["цинк", "хром"]}', price="20"
    )
    await shelves.product("A-3", "Болт 40", attributes='{"len": 40, "coat": "хром"}', on_hand=0)
    await shelves.product("A-4", "Болт без данных", price="30")
    for filters, expected in (
        ({"attributes": (AttributeFilter("coat", ("цинк",)),)}, ["Болт 20", "Болт 30"]),
        ({"attributes": (AttributeFilter("len", low=Decimal("30.5")),)}, ["Болт 30", "Болт 40"]),
        ({"attributes": (AttributeFilter("len", low=D(21), high=D(39)),)}, ["Болт 30"]),
        (
            {
                "attributes": (
                    AttributeFilter("coat", ("хром",)),
                    AttributeFilter("len", high=D(35)),
                )
            },
            ["Болт 30"],
        ),
        ({"attributes": (AttributeFilter("coat", ('"; drop --',)),)}, []),
        ({"price_from": D(15), "price_to": D(30)}, ["Болт 30", "Болт без данных"]),
        ({"in_stock": True}, ["Болт 20", "Болт 30", "Болт без данных"]),
    ):
        assert await shelves.names("болт", **filters) == expected, filters


async def test_what_was_found_says_what_narrows_it(shelves: Shelves) -> None:
    await attributes(shelves)
    for number, coat in enumerate(("цинк", "цинк", "хром")):
        said = f'{{"len": {number + 0.5}, "coat": "{coat}"}}'
        await shelves.product(
            f"A-{number}", f"Болт {number}", attributes=said, price=f"{number + 1}", on_hand=number
        )
    page = await shelves.find("болт", window=SearchWindow(detailed=True))
    assert page.details == Details(
        attributes=(
            AttributeFacet("len", "Длина, мм", low=Decimal("0.5"), high=Decimal("2.5")),
            AttributeFacet("coat", "Покрытие", values=(("цинк", 2), ("хром", 1))),
        ),
        price_list="Оптовая",
        lowest=Decimal(1),
        highest=Decimal(3),
        in_stock=2,
    )
    assert (await shelves.find("болт")).details is None
