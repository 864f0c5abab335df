"""A file of articles and outlets through the front door: looked at, taken, undone, mended."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import openpyxl
import pytest
import pytest_asyncio
import xlsxwriter

sys.path.insert(0, str(Path(__file__).parents[1] / "cart"))

from outlet_chain import PAGE, Chain

FILE = f"{PAGE}/file"
Rows = Sequence[Sequence[object]]


@pytest_asyncio.fixture
async def chain(shop: Any) -> Chain:
    """Three outlets: Аша, Бор, Вятка."""
    found = Chain(shop)
    await found.open("Аша", "Бор", "Вятка")
    return found


def workbook(rows: Rows) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "in_memory": True}) as book:
        sheet = book.add_worksheet("Точки")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
    return out.getvalue()


async def upload(buyer: Any, content: bytes, name: str = "точки.xlsx") -> httpx.Response:
    answer: httpx.Response = await buyer.send_form(FILE, files={"file": (name, content)})
    return answer


async def looked_at(buyer: Any, rows: Rows) -> httpx.Response:
    answer = await upload(buyer, workbook(rows))
    assert answer.status_code == 200, buyer.words(answer.text)
    return answer


async def take(buyer: Any, looked: httpx.Response, **more: str) -> httpx.Response:
    fields = buyer.hidden(looked.text)
    answer: httpx.Response = await buyer.send_form(
        f"{FILE}/take", {"shares": fields["shares"], **more}
    )
    return answer


def sheet_of(content: bytes) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(BytesIO(content)).active.values]


async def test_it_is_looked_at_taken_and_undone(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.fill(5)
    rows = [["Артикул", "Товар", "Бор", "аша"], ["A-1", "Болт", 3, 4], ["A-2", "", None, "1,5"]]
    looked = await looked_at(buyer, rows)
    words = buyer.words(looked.text)
    assert "Понятны 2 товара для 2 точек. В корзине пока ничего не изменилось" in words
    assert "Распределить: 3 количества" in words
    assert "Не считаются торговыми точками столбцы: Товар" in words
    assert (await chain.shares(), await chain.quantities()) == ([], [5])

    taken = await take(buyer, looked)
    assert taken.status_code == 200, buyer.words(taken.text)
    wanted = [("A-1", "Аша", 4), ("A-1", "Бор", 3), ("A-2", "Аша", Decimal("1.5"))]
    assert (await chain.shares(), await chain.quantities()) == (wanted, [7, Decimal("1.5")])
    undone = await buyer.send_form(f"{PAGE}/undo", buyer.hidden(taken.text))
    assert undone.headers["location"] == PAGE
    assert "Один заказ на 3 точки" in buyer.words((await buyer.get(PAGE)).text)
    await buyer.send_form(f"{PAGE}/begin")
    assert (await chain.shares(), await chain.quantities()) == ([], [5])


async def test_what_was_shared_out_stays_so_and_a_zero_takes_away(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(6, 9)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([2, 2, 2], [1, 1, 1]))
    looked = await looked_at(buyer, [["", "Аша", "Бор"], ["A-1", 0, 1], ["A-2", 0, None]])
    assert "было 2" in buyer.words(looked.text)
    taken = await take(buyer, looked)
    left = [("A-1", "Бор", 1), ("A-1", "Вятка", 2), ("A-2", "Бор", 1), ("A-2", "Вятка", 1)]
    assert await chain.shares() == left
    # The second line had a rest before, and keeps it.
    assert await chain.quantities() == [3, 9]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(taken.text))
    assert [quantity for _, _, quantity in await chain.shares()] == [2, 2, 2, 1, 1, 1]
    assert await chain.quantities() == [6, 9]


async def test_a_dirty_file_says_of_each_row_what_is_wrong_and_loses_nothing(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.sql("update fondaco.product set multiple = 12 where sku = 'A-3'")
    rows = [
        ["Заказ на неделю"],
        [],
        ["Артикул", "Кратность", "Аша", "Уфа", "БОР ", "Всего"],
        ["A-1", 1, 2, 7, "пять", 9],
        ["НЕТ", 1, 3, None, 4, 7],
        ["a 2", 1, "-", 8, 1, 1],
        ["A-3", 12, 30, None, None, 30],
        ["", 1, 5],
        ["A-4", 1],
        ["=SUM(A1)", 1, -1],
        ["Итого", None, 40, 15, 5, 60],
    ]
    looked = await looked_at(buyer, rows)
    words = buyer.words(looked.text)
    for said in (
        "Торговой точки «Уфа» нет в вашем списке. Столбец не принят, в нём 2 количества",
        "4 A-1 Уфа: 7; БОР: пять Бор: Количество «пять» не похоже на число",
        "5 НЕТ Аша: 3; БОР: 4 Артикула «НЕТ» в каталоге нет",
        "8 — Аша: 5 Не указан артикул",
        "Количество «-1» меньше нуля",
        "Не приняты полностью 4 строки",
        "кратно 12: 24, 36",
        "Понятны 3 товара для 2 точек",
        "Без количеств осталась 1 строка",
        "столбцы: Кратность, Всего",
    ):
        assert said in words, said

    left = buyer.hidden(looked.text)["left"]
    file = await buyer.send_form(f"{FILE}/left.xlsx", {"left": left})
    head, *kept = sheet_of(file.content)
    assert head == ["Артикул", "Аша", "Уфа", "БОР", "Описание: что не так"]
    assert [row[:4] for row in kept] == [
        ["A-1", None, "7", "пять"],
        ["НЕТ", "3", None, "4"],
        ["a 2", None, "8", None],
        ["", "5", None, None],
        ["=SUM(A1)", "-1", None, None],
    ]
    kept[0][3], kept[1][0], kept[3][0] = "5", "A-5", "A-5"
    mended = await looked_at(buyer, [head, *kept])
    assert "Понятны 2 товара для 2 точек" in buyer.words(mended.text)

    await take(buyer, looked, whole_multiples="1")
    assert await chain.shares() == [("A-1", "Аша", 2), ("A-2", "Бор", 1), ("A-3", "Аша", 36)]
    await take(buyer, mended)
    assert [(sku, q) for sku, _, q in await chain.shares() if sku in ("A-1", "A-5")] == [
        ("A-1", 2),
        ("A-1", 5),
        ("A-5", 8),
        ("A-5", 4),
    ]


async def test_the_table_of_the_page_can_be_filled_in_and_comes_back(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.sql("update fondaco.outlet set name = 'Бор' where name = 'Вятка'")
    await shop.sql("update fondaco.outlet set name = '=Аша+1' where name = 'Аша'")
    await shop.sql("update fondaco.product set sku = '', name = 'Без артикула' where sku = 'A-2'")
    await shop.sql("update fondaco.product_code set kind = 'oem' where value = 'A-2'")
    await shop.fill(6, 3, 12)
    await buyer.send_form(f"{PAGE}/begin")
    # By name: «=Аша+1», then the two called «Бор», told apart by their addresses.
    await buyer.partial(f"{PAGE}/cells", await chain.cells([1, 2, 3], ["", "", "0.5"]))
    before = (await chain.shares(), await chain.quantities())
    file = await buyer.get(f"{PAGE}/table.xlsx")
    head, *rows = sheet_of(file.content)
    assert head[4:] == ["=Аша+1", "Бор (г. Бор)", "Бор (г. Вятка)"]
    assert [row[0] for row in rows] == ["A-1", "A-2", "A-3"]
    await take(buyer, await upload(buyer, file.content))
    assert (await chain.shares(), await chain.quantities()) == before

    rows[2][5] = 12
    looked = await looked_at(buyer, [head, *rows])
    assert "Не принят" not in buyer.words(looked.text)
    await take(buyer, looked)
    assert len(await chain.shares()) == len(before[0]) + 1
    plain = await looked_at(buyer, [["", "Бор"], ["A-1", 1]])
    assert "Название «Бор» носят несколько точек" in buyer.words(plain.text)


async def test_a_csv_of_windows_is_read_too(shop: Any, buyer: Any, chain: Chain) -> None:
    looked = await upload(buyer, "Артикул;Бор\r\nA-1;1 000,5\r\n".encode("cp1251"), "точки.csv")
    await take(buyer, looked)
    assert await chain.shares() == [("A-1", "Бор", Decimal("1000.5"))]


async def test_hostile_files_are_refused_by_a_clear_word(
    shop: Any, buyer: Any, chain: Chain, settings: Any
) -> None:
    bomb, source = BytesIO(), BytesIO(workbook([["", "Бор"], ["A-1", 1]]))
    with ZipFile(source) as old, ZipFile(bomb, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            sheet = name.endswith("sheet1.xml")
            new.writestr(name, b" " * 400_000_000 if sheet else old.read(name))
    wide = workbook([["", *(f"Т{n}" for n in range(1200))], ["A-1", *([1] * 1200)]])
    names = ["", *(["Бор"] * 30)]
    for content, said in (
        (bomb.getvalue(), "слишком большой объём"),
        (wide, "слишком много заполненных ячеек"),
        (workbook([names, *([["A-1", *([1] * 30)]] * 1700)]), "слишком много заполненных ячеек"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 2000, "Это не таблица"),
        (b"", "нет ни одной строки"),
        (workbook([["Артикул", "Бор"], ["A-1", None]]), "нет ни одного количества"),
    ):
        answer = await upload(buyer, content)
        assert answer.status_code == 422, said
        assert said in buyer.words(answer.text)
    nothing = await buyer.send_form(FILE)
    assert (nothing.status_code, await chain.shares()) == (422, [])
    assert not list((settings.data / "uploads").iterdir())


@pytest.mark.parametrize(
    "shares",
    [
        "",
        "[]",
        "[[],{}]",
        '[["x"],{}]',
        '[["{own}"],{"{product}":[[0,"-1"]]}]',
        '[["{own}"],{"{product}":[[0,"NaN"]]}]',
        '[["{own}"],{"{product}":[[1,"1"]]}]',
        '[["{own}"],{"{product}":[[-1,"1"]]}]',
        '[["{own}"],{"{own}":[[0,"1"]]}]',
        '[["{own}"],{"{product}":[[0,"0.0001"]]}]',
    ],
)
async def test_what_the_page_did_not_carry_is_refused(
    shop: Any, buyer: Any, chain: Chain, shares: str
) -> None:
    rows = await shop.sql("select uuid from fondaco.product where sku = 'A-1'")
    text = shares.replace("{own}", str(chain.outlets[0])).replace("{product}", str(rows[0][0]))
    answer = await buyer.send_form(f"{FILE}/take", {"shares": text})
    assert answer.status_code == 422, answer.text
    assert await shop.sql("select count(*) from fondaco.cart_line") == [(0,)]


async def test_another_companys_outlet_is_none(shop: Any, buyer: Any, chain: Chain) -> None:
    looked = await looked_at(buyer, [["", "Бор"], ["A-1", 1]])
    shares = buyer.hidden(looked.text)["shares"]
    foreign = shares.replace(str(chain.outlets[1]), str(shop.stranger.outlet))
    assert foreign != shares
    answer = await buyer.send_form(f"{FILE}/take", {"shares": foreign})
    assert answer.status_code == 404
    assert await shop.sql("select count(*) from fondaco.cart_line") == [(0,)]


async def test_statements_do_not_grow_with_outlets_and_rows(
    shop: Any, buyer: Any, chain: Chain, sql_budget: Any
) -> None:
    names = [f"Точка {n}" for n in range(1, 38)]
    await shop.sql(
        "insert into fondaco.outlet (uuid, company_id, name)"
        " select gen_random_uuid(), :company, unnest(cast(:names as text[]))",
        company=shop.company.customer.company_id,
        names=names,
    )
    more = await shop.wholesaler.products(
        50, price_list=shop.lists[0], place=shop.moscow, prefix="M"
    )
    assert len(more) == 50
    small = [["", "Бор"], ["A-1", 1]]
    articles = [
        row.sku
        for row in await shop.sql("select sku from fondaco.product where id = any(:ids)", ids=more)
    ]
    outlets = ["Аша", "Бор", "Вятка", *names]
    large = [["", *outlets], *([article, *([2] * 40)] for article in articles)]
    # Goods and prices that this process has not met are remembered then.
    await take(buyer, await looked_at(buyer, [*large, ["A-1", 1]]))
    await buyer.send_form("/cart/clear")
    assert await chain.shares() == []
    with sql_budget() as few:
        await take(buyer, await looked_at(buyer, small))
    await buyer.send_form("/cart/clear")
    with sql_budget() as many:
        await take(buyer, await looked_at(buyer, large))
    assert len(await chain.shares()) == 50 * 40
    assert many.number <= few.number, (few.number, many.number)


async def test_in_english(shop: Any, buyer: Any, chain: Chain) -> None:
    await buyer.get("/locale/en")
    looked = await looked_at(buyer, [["Article", "Бор", "Ufa"], ["A-1", 1, 2], ["NONE", 1]])
    words = unescape(buyer.words(looked.text))
    assert "1 product is understood for 1 outlet." in words
    assert "There is no outlet “Ufa” in your list" in words
    assert "The catalogue has no article “NONE”" in words
