"""Price and stock lists: columns are proposed, chosen, kept; bad rows are reported."""

import asyncio
import re
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from desk import Desk, words
from sheets import csv, xlsx
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

HEAD = ["Артикул", "Наименование", "Цена Оптовая", "Остаток Москва"]
_OPTION = re.compile(r'<option value="([^"]*)"( selected)?>([^<]*)</option>')


@pytest.fixture
async def shop(desk: Desk, wholesaler: Wholesaler) -> Desk:
    """Twenty products A-1 to A-20, a list and a warehouse that no ERP knows."""
    prices, place = await wholesaler.price_list("Оптовая"), await wholesaler.place("Москва")
    await wholesaler.products(20, price_list=prices, price=Decimal(10), place=place)
    return desk


class Columns:
    """The page on which the columns of one list are chosen."""

    def __init__(self, desk: Desk, address: str, page: str) -> None:
        self.desk, self.address, self.page = desk, address, page

    @property
    def selects(self) -> list[str]:
        found = re.findall(r'<select[^>]*name="column-\d+">(.*?)</select>', self.page, re.DOTALL)
        return list(found)

    @property
    def chosen(self) -> list[str]:
        """The proposal for each column, in words."""
        return [
            next((text for _, sure, text in _OPTION.findall(select) if sure), "не читать")
            for select in self.selects
        ]

    def value(self, text: str) -> str:
        """What a choice is posted as."""
        return next(v for v, _, t in _OPTION.findall(self.selects[0]) if t.startswith(text))

    async def start(self, *choices: str, **fields: str) -> httpx.Response:
        """Post the choice of every column."""
        data = {f"column-{i}": choice for i, choice in enumerate(choices)}
        return await self.desk.client.send_form(
            self.address, {"name": "Прайс", "currency": "", **data, **fields}
        )


async def look(desk: Desk, name: str, content: bytes, query: str = "") -> Columns:
    answer = await desk.upload(name, content)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    return Columns(desk, address, (await desk.client.get(address + query)).text)


async def run_of(desk: Desk, started: httpx.Response) -> str:
    assert started.status_code == 303, words(started.text)
    await desk.work()
    return words((await desk.client.get(started.headers["location"])).text)


async def load(desk: Desk, name: str, content: bytes) -> str:
    """Upload a list and start it as it is proposed."""
    columns = await look(desk, name, content)
    proposed = [
        next((v for v, sure, _ in _OPTION.findall(select) if sure), "")
        for select in columns.selects
    ]
    return await run_of(desk, await columns.start(*proposed))


async def test_prices_and_stock_of_a_workbook_are_taken(shop: Desk) -> None:
    rows = [
        ["Прайс-лист на 22 ноября"],
        [],
        HEAD,
        ["Крепёж"],
        ["A-1", "Болт", 12.5, 7],
        ["a 2", "Болт", "1 234,50 ₽", "0"],
        ["А-3", "Болт кириллицей", 3, ""],
        ["A-4", "Болт", "", 9],
    ]
    columns = await look(shop, "прайс.xlsx", xlsx(rows))
    assert columns.chosen == ["Артикул", "не читать", "Оптовая, RUB", "Москва"]
    assert "1 234,50 ₽" in columns.page
    page = await load(shop, "прайс.xlsx", xlsx(rows))
    assert "готова" in page
    assert "Отклонено" not in page.partition("Отчёт")[2]
    prices, stock = await shop.prices(), await shop.stock()
    assert [prices[f"A-{n}", "Оптовая"] for n in range(1, 6)] == [
        Decimal("12.5"), Decimal("1234.5"), Decimal(3), Decimal(10), Decimal(10),
    ]  # fmt: skip
    assert [stock[f"A-{n}", "Москва"] for n in range(1, 6)] == [7, 0, 0, 9, 1000]


async def test_costs_and_price_groups_are_taken(shop: Desk, hall: Hall) -> None:
    rows = [
        ["Артикул", "Себестоимость", "Ценовая группа"],
        ["A-1", 70.5, "Болты"],
        ["A-2", "", "Болты"],
        ["A-3", 0, ""],
        ["A-4", "много", "Гайки"],
        ["НЕТ", 5, ""],
        ["A-5", "", ""],
    ]
    columns = await look(shop, "затраты.xlsx", xlsx(rows))
    assert columns.chosen == ["Артикул", "Себестоимость без НДС", "Ценовая группа"]
    page = await load(shop, "затраты.xlsx", xlsx(rows))
    assert "Себестоимость и группы" in page
    for said in ("должна быть больше нуля", "стоит «много»", "с таким артикулом на сайте нет"):
        assert said in page, said
    stored = text(
        "select p.sku, x.cost, x.cost_currency, x.cost_vat_included, x.price_group"
        " from fondaco.product_pricing x join fondaco.product p on p.id = x.product_id order by 1"
    )
    async with hall.database.transaction() as connection:
        assert (await connection.execute(stored)).all() == [
            ("A-1", Decimal("70.5000"), "RUB", False, "Болты"),
            ("A-2", None, "RUB", False, "Болты"),
        ]


async def test_the_choice_is_kept_and_proposed_for_the_same_headings(shop: Desk) -> None:
    strange = ["Код", "Что это", "Сколько стоит", "Где"]
    columns = await look(shop, "a.xlsx", xlsx([strange, ["A-1", "Болт", 5, 6]]))
    price, stock = columns.value("Оптовая"), columns.value("Москва")
    page = await run_of(
        shop, await columns.start("article", "", price, stock, name="От поставщика")
    )
    assert "готова" in page
    again = await look(shop, "b.csv", csv([strange, ["A-2", "Болт", "7,5", "8"]]))
    assert again.chosen == ["Артикул", "не читать", "Оптовая, RUB", "Москва"]
    assert "От поставщика" in words(again.page)
    other = await look(shop, "c.csv", csv([[*strange, "Ещё"], ["A-2", "Болт", "7,5", "8", ""]]))
    assert "От поставщика" not in words(other.page)


async def test_new_lists_and_places_are_made_for_columns(shop: Desk) -> None:
    rows = [["Артикул", "Цена РРЦ", "Цена опт USD", "Склад Тверь"], ["A-1", 100, 2, 3]]
    columns = await look(shop, "p.xlsx", xlsx(rows))
    page = await run_of(
        shop, await columns.start("article", "price:new", "price:new", "stock:new", currency="USD")
    )
    assert "готова" in page
    prices = await shop.prices()
    assert (prices["A-1", "Цена РРЦ"], prices["A-1", "Цена опт USD"]) == (100, 2)
    assert (await shop.stock())["A-1", "Склад Тверь"] == 3
    lists = await shop.all("select name, currency from fondaco.price_list order by id")
    assert lists == [("Оптовая", "RUB"), ("Цена РРЦ", "USD"), ("Цена опт USD", "USD")]


async def test_tiers_come_with_a_column_of_quantities(shop: Desk) -> None:
    rows = [["Артикул", "Цена", "Мин. кол-во"], ["A-1", 10, 1], ["A-1", 9, 50], ["A-1", 8, 500]]
    await load(shop, "tiers.xlsx", xlsx(rows))
    tiers = await shop.all(
        "select min_quantity, price from fondaco.price_row r join fondaco.product p"
        " on p.id = r.product_id where p.sku = 'A-1' order by 1"
    )
    assert tiers == [(1, 10), (50, 9), (500, 8)]


BAD = [
    [*HEAD, "Валюта"],
    ["A-1", "", "по запросу", 1, "RUB"],
    ["A-2", "", -5, 2, "RUB"],
    ["A-3", "", 50, 3, "тугрик"],
    ["NO-1", "", 60, 4, "RUB"],
    ["A-5", "", 70, 5, "RUB"],
    ["A-5", "", 71, 6, "RUB"],
    ["A-6", "", 80, "много", "RUB"],
    ["A-7", "", 90, -2, "RUB"],
    ["A-8", "", 10, 8, "USD"],
    ["", "", 11, 9, "RUB"],
    ["A-9", "", "1,234", 9, "руб."],
    ["A-10", "", "99,90 руб.", 10, "руб."],
]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_each_bad_row_is_reported_and_the_good_ones_go_on(shop: Desk, kind: str) -> None:
    content = xlsx(BAD) if kind == "xlsx" else csv(BAD)
    page = await load(shop, f"bad.{kind}", content)
    assert "готова" in page
    report = page[page.index("Отчёт") :]
    for said in (
        "A-1 Отклонено Вместо цены стоит «по запросу»",
        "A-2 Отклонено Цена «-5» меньше нуля",
        "A-3 Отклонено Валюта «тугрик» неизвестна",
        "NO1 Отклонено Товара с таким артикулом на сайте нет",
        "A-6 Отклонено Вместо количества стоит «много»",
        "A-7 Замечание Остаток отрицательный: -2",
        "Отклонено Цена в USD, а прайс-лист в RUB",
        "Отклонено В строке есть цена или количество, но нет артикула",
        "Замечание Артикул назван в списке несколько раз, взята последняя цена",
    ):
        assert said in report, said
    assert f"если цена не меняется. 2 bad.{kind}" in report
    prices, stock = await shop.prices(), await shop.stock()
    kept = {n: prices[f"A-{n}", "Оптовая"] for n in (1, 2, 3, 5, 6, 7, 8, 10)}
    assert kept == {1: 10, 2: 10, 3: 10, 5: 71, 6: 80, 7: 90, 8: 10, 10: Decimal("99.9")}
    assert [stock[f"A-{n}", "Москва"] for n in (1, 2, 3, 5, 6, 7, 8, 10)] == [
        1, 2, 3, 6, 1000, -2, 8, 10,
    ]  # fmt: skip


async def test_an_ambiguous_price_is_asked_about_not_guessed(shop: Desk) -> None:
    page = await load(shop, "p.csv", csv([["Артикул", "Цена"], ["A-1", "1,234"]]))
    assert "Цену «1,234» можно прочесть двояко" in page
    surely = [["Артикул", "Цена"], ["A-1", "1,234"], ["A-2", "10,5"]]
    assert "двояко" not in await load(shop, "p.csv", csv(surely))
    assert (await shop.prices())["A-1", "Оптовая"] == Decimal("1.234")


async def test_the_sheet_and_the_heading_can_be_chosen(shop: Desk) -> None:
    first = [["Правила"], ["Всё в рублях, самовывоз"]]
    second = [["№ 1 2 3"], ["Код", "Р"], ["A-1", 5]]
    content = xlsx(first, "Правила", {"Цены": second})
    columns = await look(shop, "p.xlsx", content, "?sheet=Цены&header=2")
    assert [words(t) for t in re.findall(r'<label class="d-block[^>]*>([^<]*)<', columns.page)] == [
        "Код",
        "Р",
    ]
    price = columns.value("Оптовая")
    started = await columns.start("article", price, sheet="Цены", header="2")
    assert "готова" in await run_of(shop, started)
    assert (await shop.prices())["A-1", "Оптовая"] == 5


@pytest.mark.parametrize(
    ("choices", "name", "said"),
    [
        (("", "", "price", "stock"), "x", "Выберите колонку с артикулами"),
        (("article", "", "", ""), "x", "хотя бы одну колонку с ценами или остатками"),
        (("article", "price", "price", ""), "x", "Две колонки выбраны для одного и того же"),
        (("article", "", "price", "stock"), " ", "Назовите этот набор колонок"),
    ],
)
async def test_a_wrong_choice_is_told_and_kept_on_the_page(
    shop: Desk, choices: tuple[str, ...], name: str, said: str
) -> None:
    columns = await look(shop, "p.xlsx", xlsx([HEAD, ["A-1", "Болт", 1, 2]]))
    known = {"price": columns.value("Оптовая"), "stock": columns.value("Москва")}
    answer = await columns.start(*(known.get(c, c) for c in choices), name=name)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert answer.text.count('value="article" selected') == choices.count("article")
    assert await shop.all("select 1 from fondaco.import_run") == []
    assert await shop.all("select 1 from fondaco.sheet_mapping") == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.xlsx", b"PK\x03\x04 broken", "Файл повреждён"),
        ("p.csv", b"\x00\x01\x02\x03" * 50, "не похоже"),
        ("p.xls", b"\xff\xd8\xff\xe0 a photograph", "JPEG"),
    ],
)
async def test_what_is_no_list_is_told_before_anything_is_chosen(
    shop: Desk, name: str, content: bytes, said: str
) -> None:
    answer = await shop.upload(name, content)
    page = await shop.client.get(answer.headers["location"])
    assert page.status_code == 422
    assert said in words(page.text)


async def test_two_lists_of_different_columns_do_not_overtake_each_other(shop: Desk) -> None:
    prices = await look(shop, "p.xlsx", xlsx([["Артикул", "Цена"], ["A-1", 5]]))
    await prices.start("article", prices.value("Оптовая"), name="Цены")
    stock = await look(shop, "s.xlsx", xlsx([["Артикул", "Остаток"], ["A-1", 6]]))
    await stock.start("article", stock.value("Москва"), name="Остатки")
    await shop.work()
    assert await shop.all("select distinct state from fondaco.import_run") == [("done",)]
    assert (await shop.prices())["A-1", "Оптовая"] == 5
    assert (await shop.stock())["A-1", "Москва"] == 6


async def test_the_command_line_reads_a_list_by_a_saved_mapping(
    shop: Desk, database_url: str, tmp_path: Path
) -> None:
    columns = await look(shop, "p.xlsx", xlsx([["Артикул", "Цена"], ["A-1", 5]]))
    await run_of(shop, await columns.start("article", columns.value("Оптовая"), name="Завод"))
    file = tmp_path / "next.csv"
    file.write_bytes(csv([["Цена", "Артикул"], ["6", "A-2"], ["x", "A-3"]]))

    said = await asyncio.to_thread(shop.command, database_url, "import", str(file))
    assert said.returncode == 2
    assert "--mapping (Завод)" in said.stderr
    said = await asyncio.to_thread(
        shop.command, database_url, "import", str(file), "--importer", "sheet", "--mapping", "Завод"
    )
    assert said.returncode == 0, said.stderr
    assert "next.csv:3 A-3: Вместо цены стоит «x»" in said.stdout
    assert (await shop.prices())["A-2", "Оптовая"] == 6

    file.write_bytes(csv([["Стоимость", "Артикул"], ["7", "A-2"]]))
    said = await asyncio.to_thread(
        shop.command, database_url, "import", str(file), "--mapping", "Завод"
    )
    assert said.returncode == 1
    assert "нет колонки «цена»" in said.stderr
    assert (await shop.prices())["A-2", "Оптовая"] == 6
