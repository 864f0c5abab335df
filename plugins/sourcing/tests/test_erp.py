"""Lots as the ERP reports them."""

from datetime import timedelta
from typing import Any

import pytest
from quay import Quay
from sqlalchemy import text

from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask

pytestmark = pytest.mark.plugins("sourcing")

NAME = "sourcing.lots"
ROWS = text(
    "select lot, on_hand, reserved, arrives_on is null as here from fondaco.stock_row"
    " where product_id = :id order by lot"
)


async def _named(quay: Quay) -> dict[str, Any]:
    await quay.run("update fondaco.place set external_id = 'w1' where name = 'Москва'")
    await quay.run("update fondaco.product set external_id = 'p1' where id = :id", id=quay.product)
    await quay.has(quay.moscow, 10)
    due = (quay.today + timedelta(days=5)).isoformat()
    return {"product": "p1", "place": "w1", "lot": "L7", "quantity": "40", "arrives_on": due}


async def _rows(quay: Quay) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await system_ask(quay.hall).fetch(ROWS, {"id": quay.product})]


async def test_a_lot_told_twice_is_one_and_what_comes_is_no_lot(quay: Quay) -> None:
    record = await _named(quay)
    for _ in range(2):
        report = await receive(quay.hall, NAME, [record])
        assert report.accepted == 1
    assert await _rows(quay) == [("", 10, 0, True), ("L7", 40, 0, False)]
    await quay.order(30)
    come = {key: record[key] for key in ("product", "place", "lot")}
    for _ in range(2):
        assert (await receive(quay.hall, NAME, [come])).accepted == 1
    assert await _rows(quay) == [("", 10, 30, True), ("L7", 0, 0, True)]


async def test_what_cannot_be_taken_is_reported_with_its_reason(quay: Quay) -> None:
    record = await _named(quay)
    wrong = [
        {**record, "product": "?"},
        {**record, "place": "?"},
        {**record, "lot": ""},
        {**record, "quantity": "-1"},
    ]
    report = await receive(quay.hall, NAME, [*wrong, record])
    assert report.accepted == 1
    assert [(one.record, one.reason.code) for one in report.unmatched] == [
        (0, "sourcing.lot_product"),
        (1, "sourcing.lot_place"),
        (2, "sourcing.lot_number"),
        (3, "sourcing.lot_quantity"),
    ]
