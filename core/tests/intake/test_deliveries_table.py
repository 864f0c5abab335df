"""A table of articles and deliveries through the front door: looked at, taken, undone."""

import sys
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1] / "cart"))

from delivery_quay import PAGE, Quay, today_of

FILE = f"{PAGE}/file"


@pytest_asyncio.fixture
async def quay(shop: Any) -> Quay:
    """Open for business; the shop's own outlet is «Центр»."""
    found = Quay(shop)
    await found.open()
    await shop.sql(
        "update fondaco.outlet set name = 'Центр' where uuid = :uuid", uuid=shop.company.outlet
    )
    return found


async def pasted(buyer: Any, *rows: str) -> httpx.Response:
    """The page that shows what is understood; cells are divided by a bar."""
    table = "\n".join(row.replace("|", "\t") for row in rows)
    answer: httpx.Response = await buyer.send_form(f"{PAGE}/table", {"table": table})
    return answer


async def take(buyer: Any, looked: httpx.Response, **more: str) -> httpx.Response:
    fields = buyer.hidden(looked.text)
    answer: httpx.Response = await buyer.send_form(
        f"{FILE}/take", {"shares": fields["shares"], **more}
    )
    return answer


async def stored(shop: Any) -> list[tuple[str, date | None]]:
    """The deliveries: where and when."""
    rows = await shop.sql(
        "select coalesce(o.name, p.name), d.wanted_on from fondaco.cart_delivery d"
        " left join fondaco.outlet o on o.id = d.outlet_id"
        " left join fondaco.place p on p.id = d.place_id order by d.id"
    )
    return [tuple(row) for row in rows]


async def lines(shop: Any) -> list[tuple[str, Decimal]]:
    rows = await shop.sql(
        "select p.sku, l.quantity from fondaco.cart_line l"
        " join fondaco.product p on p.id = l.product_id order by p.sku"
    )
    return [tuple(row) for row in rows]


async def test_a_pasted_table_opens_deliveries_and_is_undone(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120)
    soon, later = (today_of(shop) + timedelta(days=days) for days in (5, 12))
    looked = await pasted(
        buyer,
        f"Артикул|Филиал, с {later:%d.%m.%Y}|Центр {soon:%d.%m.%Y}",
        "A-1|20|30",
        "A-2|1,5|",
    )
    assert looked.status_code == 200, buyer.words(looked.text)
    words = buyer.words(looked.text)
    assert "Понятны 2 товара для 2 поставок. В корзине пока ничего не изменилось" in words
    assert "50 шт было 120" in words
    assert (await stored(shop), await lines(shop)) == ([], [("A-1", 120)])

    taken = await take(buyer, looked)
    assert taken.status_code == 200, buyer.words(taken.text)
    assert await stored(shop) == [("Центр", soon), ("Филиал", later)]
    assert await quay.shares() == [("A-1", 2, 20), ("A-2", 2, Decimal("1.5"))]
    assert await lines(shop) == [("A-1", 50), ("A-2", Decimal("1.5"))]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(taken.text))
    assert (await stored(shop), await lines(shop)) == ([], [("A-1", 120)])
    assert await shop.sql("select way from fondaco.cart") == [("together",)]


async def test_it_fills_the_deliveries_that_are_there(shop: Any, buyer: Any, quay: Quay) -> None:
    await shop.fill(120, 10)
    later = today_of(shop) + timedelta(days=10)
    await buyer.send_form(f"{PAGE}/begin")
    (first,) = await quay.deliveries()
    await buyer.send_form(f"{PAGE}/{first}", {"target": f"outlet:{shop.company.outlet}"})
    target = {"target": f"outlet:{quay.outlet}", "wanted_on": later.isoformat()}
    await buyer.send_form(f"{PAGE}/add", target)
    looked = await pasted(
        buyer, f"|{later:%d.%m.%Y}|2. филиал {later:%d.%m}", "A-1|5|50", "A-2||40"
    )
    taken = await take(buyer, looked)
    assert taken.status_code == 200, buyer.words(taken.text)
    # A day alone goes where the first one goes; what the first one has shrinks before a line grows.
    assert await stored(shop) == [("Центр", None), ("Филиал", later), ("Центр", later)]
    assert await quay.shares() == [("A-1", 2, 50), ("A-1", 3, 5), ("A-2", 2, 40)]
    assert await lines(shop) == [("A-1", 120), ("A-2", 40)]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(taken.text))
    assert await stored(shop) == [("Центр", None), ("Филиал", later)]
    assert (await quay.shares(), await lines(shop)) == ([], [("A-1", 120), ("A-2", 10)])


async def test_each_heading_and_row_that_is_not_understood_is_named(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    past = today_of(shop) - timedelta(days=3)
    looked = await pasted(
        buyer,
        f"Артикул|Центр|Уфа 01.01.2030|Филиал {past:%d.%m.%Y}|Итого",
        "A-1|пять|7|1|8",
        "НЕТ|3|||3",
        "A-2|2|||2",
    )
    words = unescape(buyer.words(looked.text))
    for said in (
        "«Уфа 01.01.2030» — не адрес из вашего списка и не день",
        f"«Филиал {past:%d.%m.%Y}»: День от сегодняшнего",
        "Столбец не принят, в нём 1 количество",
        "Центр: Количество «пять» не похоже на число",
        "Артикула «НЕТ» в каталоге нет",
        "Не считаются поставками столбцы: Итого",
        "Понятен 1 товар для 1 поставки",
    ):
        assert said in words, said
    left = await buyer.send_form(f"{FILE}/left.xlsx", {"left": buyer.hidden(looked.text)["left"]})
    rows = list(openpyxl.load_workbook(BytesIO(left.content)).active.values)
    assert [row[0] for row in rows] == ["Артикул", "A-1", "НЕТ"]
    nothing = await pasted(buyer, "")
    assert nothing.status_code == 422
    assert await stored(shop) == []


async def test_the_table_of_the_page_comes_back_as_it_was(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(120, 10)
    await buyer.send_form(f"{PAGE}/begin")
    later = (today_of(shop) + timedelta(days=10)).isoformat()
    for _ in range(2):
        await buyer.send_form(
            f"{PAGE}/add", {"target": f"outlet:{quay.outlet}", "wanted_on": later}
        )
    _, second, third = await quay.deliveries()
    await buyer.partial(
        f"{PAGE}/shares", {await quay.cell(second): "50", await quay.cell(third): "3"}
    )
    before = (await quay.deliveries(), await quay.shares(), await lines(shop))
    file = await buyer.get(f"{PAGE}/table.xlsx")
    head = next(iter(openpyxl.load_workbook(BytesIO(file.content)).active.values))
    assert len(set(head)) == len(head) == 7
    looked = await buyer.send_form(FILE, files={"file": ("поставки.xlsx", file.content)})
    assert "Не принят" not in buyer.words(looked.text)
    await take(buyer, looked)
    assert (await quay.deliveries(), await quay.shares(), await lines(shop)) == before


async def test_the_table_to_fill_in_shows_how_deliveries_are_named(
    shop: Any, buyer: Any, quay: Quay
) -> None:
    await shop.fill(5)
    file = await buyer.get(f"{PAGE}/table.xlsx")
    head, row = openpyxl.load_workbook(BytesIO(file.content)).active.values
    day = today_of(shop) + timedelta(days=7)
    assert head[5] == f"{head[4]}, {day:%d.%m.%Y}"
    looked = await pasted(buyer, f"|{head[4]}|{head[5]}", f"{row[0]}|2|3")
    assert (await take(buyer, looked)).status_code == 200
    assert [wanted_on for _, wanted_on in await stored(shop)] == [None, day]


@pytest.mark.parametrize(
    "shares",
    [
        "[]",
        '[["{own}"],{"{product}":[[0,"1"]]}]',
        '[["outlet:{own}"],{"{product}":[[0,"1"]]}]',
        '[["outlet:{own}|завтра"],{"{product}":[[0,"1"]]}]',
        '[["outlet:{own}|2020-01-01"],{"{product}":[[0,"1"]]}]',
        '[["outlet:{stranger}|"],{"{product}":[[0,"1"]]}]',
        '[["outlet:{own}|"],{"{product}":[[0,"0.0001"]]}]',
    ],
)
async def test_what_the_page_did_not_carry_is_refused(
    shop: Any, buyer: Any, quay: Quay, shares: str
) -> None:
    rows = await shop.sql("select uuid from fondaco.product where sku = 'A-1'")
    text = (
        shares.replace("{own}", str(quay.outlet))
        .replace("{stranger}", str(shop.stranger.outlet))
        .replace("{product}", str(rows[0][0]))
    )
    answer = await buyer.send_form(f"{FILE}/take", {"shares": text})
    assert answer.status_code in (404, 422), answer.text
    assert (await stored(shop), await lines(shop)) == ([], [])


async def test_statements_do_not_grow_with_rows_and_deliveries(
    shop: Any, buyer: Any, quay: Quay, sql_budget: Any
) -> None:
    days = [today_of(shop) + timedelta(days=n) for n in range(5, 15)]
    small = ["|Центр", "A-1|1"]
    large = [
        "|" + "|".join(f"Центр {day:%d.%m.%Y}" for day in days),
        *(f"A-{n}" + "|2" * len(days) for n in (1, 2, 3)),
    ]
    await take(buyer, await pasted(buyer, *large))
    counts = []
    for rows in (small, large):
        await buyer.send_form("/cart/clear")
        await shop.sql("delete from fondaco.cart_delivery")
        with sql_budget() as budget:
            taken = await take(buyer, await pasted(buyer, *rows))
        assert taken.status_code == 200
        counts.append(budget.number)
    assert len(await quay.shares()) == 27
    assert counts[1] <= counts[0], counts
