"""Lists with lots on their way: columns are proposed, wrong rows named, the others taken."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from desk import Desk, words
from sheets import csv, xlsx
from sqlalchemy import text
from test_sheets import look, run_of

from fondaco.testing.wholesaler import Wholesaler

HEAD = ["Артикул", "Остаток Москва", "Поступление", "Дата поступления"]
LOTS = text(
    "select g.sku, s.lot, s.on_hand::int, s.arrives_on from fondaco.stock_row s"
    " join fondaco.product g on g.id = s.product_id where s.lot <> '' order by 1, 2"
)
SOON = datetime.now(UTC).date() + timedelta(days=10)
PAST = datetime.now(UTC).date() - timedelta(days=3)


@pytest.fixture
async def shop(desk: Desk, wholesaler: Wholesaler) -> Desk:
    """Five products on the shelf of a warehouse."""
    place = await wholesaler.place("Москва")
    await wholesaler.products(5, place=place, on_hand=Decimal(3))
    return desk


async def lots(desk: Desk) -> list[tuple[object, ...]]:
    async with desk.hall.database.reading.connect() as connection:
        return [tuple(row) for row in await connection.execute(LOTS)]


async def test_lots_of_a_workbook_are_proposed_taken_and_reported_row_by_row(shop: Desk) -> None:
    rows = [
        ["A-1", 40, "CN-1", SOON],
        ["A-2", 7, "", f"{SOON:%d.%m.%Y}"],
        ["A-3", 12, "", ""],
        ["A-1", 5, "CN-2", PAST],
        ["A-4", -1, "CN-1", SOON],
        ["A-5", 9, "CN-3", ""],
        ["A-5", 9, "CN-4", "скоро"],
    ]
    columns = await look(shop, "lots.xlsx", xlsx([HEAD, *rows]))
    assert columns.chosen == ["Артикул", "Москва", "Поступление (партия)", "Дата поступления"]
    values = [columns.value(chosen) for chosen in columns.chosen]
    page = await run_of(shop, await columns.start(*values))
    assert await lots(shop) == [("A-1", "CN-1", 40, SOON), ("A-2", f"{SOON:%d.%m.%Y}", 7, SOON)]
    for said in (
        "Дата поступления «CN-2»",
        "У поступления «CN-1» количество -1 меньше нуля",
        "У поступления «CN-3» нет даты",
        "«скоро» не похоже на дату поступления",
    ):
        assert said in page, (said, page)


async def test_a_day_of_lots_needs_its_column_and_a_warehouse(shop: Desk) -> None:
    columns = await look(shop, "lots.csv", csv([HEAD, ["A-1", "40", "CN-1", SOON.isoformat()]]))
    article, place, lot, day = (columns.value(chosen) for chosen in columns.chosen)
    answer = await columns.start(article, place, lot, "")
    assert answer.status_code == 422
    assert "выберите и столбец с датой" in words(answer.text)
    answer = await columns.start(article, "", lot, day)
    assert answer.status_code == 422
    assert "выберите столбец с количеством" in words(answer.text)
    assert await lots(shop) == []
    await run_of(shop, await columns.start(article, place, lot, day))
    assert await lots(shop) == [("A-1", "CN-1", 40, SOON)]
