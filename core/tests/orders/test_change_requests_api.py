"""A program asks for a change of an order as its buyer would, and sees what became of it."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_change_requests import form_of, lines, wish

from fondaco.identity.tokens import make_token

Token = Mapping[str, str]


async def token_of(company: Any, hall: Any) -> Token:
    async with company.ask(hall).act() as act:
        return {"Authorization": f"Bearer {await make_token(act, 'test')}"}


@pytest.fixture
async def token(shop: Any, hall: Any) -> Token:
    return await token_of(shop.company, hall)


async def read(buyer: Any, order: str, token: Token) -> Any:
    answer = await buyer.get(f"/api/v1{order}/changes", headers=token)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(
    buyer: Any, order: str, token: Token, to: Mapping[int, str] | None = None, **more: Any
) -> Any:
    """Ask for other quantities of lines, by their place in the order."""
    known = (await read(buyer, order, token))["lines"]
    wanted = [
        {"line": known[n]["id"], "seen": known[n]["quantity"], "to": quantity}
        for n, quantity in (to or {}).items()
    ]
    body = {"lines": wanted, **more}
    return await buyer.post(f"/api/v1{order}/changes", headers=token, json=body)


async def test_asked_listed_and_answered(shop: Any, buyer: Any, manager: Any, token: Token) -> None:
    order = await shop.order(buyer, 10, 4)
    before = await read(buyer, order, token)
    assert (before["open"], before["day_open"], before["changes"]) == (True, True, [])
    assert [(one["quantity"], one["multiple"]) for one in before["lines"]] == [
        ("10.000", "1.000"),
        ("4.000", "1.000"),
    ]
    for _ in range(2):
        asked = await ask(buyer, order, token, {0: "6", 1: "0"}, comment="  Машину продали ")
        assert asked.status_code == 200, asked.text
    assert await lines(shop) == [(10, 1000), (4, 400)]
    waits = asked.json()
    assert not waits["open"]
    (change,) = waits["changes"]
    assert (change["state"], change["comment"]) == ("waiting", "Машину продали")
    wanted = [(one["before"], one["wanted"], one["given"]) for one in change["lines"]]
    assert wanted == [("10.000", "6.000", None), ("4.000", "0.000", None)]

    form = await form_of(manager, f"{order}/change/answer")
    answer = f"{order}/change/answer"
    given = await manager.send_form(answer, wish(form, 7, 0, said="Семь уже собраны"))
    assert given.status_code == 303
    after = await read(buyer, order, token)
    assert [one["quantity"] for one in after["lines"]] == ["7.000"]
    (change,) = after["changes"]
    assert (change["state"], change["said"], after["open"]) == (
        "accepted",
        "Семь уже собраны",
        True,
    )
    assert [one["given"] for one in change["lines"]] == ["7.000", "0.000"]
    assert change["decided_at"]


async def test_another_day_is_asked_for_and_taken_back(
    shop: Any, buyer: Any, token: Token, hall: Any
) -> None:
    order = await shop.order(buyer, 10)
    day = (shop.company.ask(hall).now + timedelta(days=9)).date().isoformat()
    asked = await ask(buyer, order, token, wanted_on=day)
    assert asked.json()["changes"][0]["wanted_on"] == day
    for _ in range(2):
        gone = await buyer.post(f"/api/v1{order}/changes/withdraw", headers=token)
        assert (gone.status_code, gone.json()["open"]) == (200, True)
    assert [one["state"] for one in gone.json()["changes"]] == ["withdrawn"]
    again = await ask(buyer, order, token, {0: "3"})
    assert [one["state"] for one in again.json()["changes"]] == ["waiting", "withdrawn"]


async def test_what_cannot_be_asked_says_where(shop: Any, buyer: Any, token: Token) -> None:
    order = await shop.order(buyer, 10, 4)
    known = (await read(buyer, order, token))["lines"]
    line = {"line": known[0]["id"], "seen": "10", "to": "5"}
    for body, status, at in (
        ({}, 422, None),
        ({"lines": [{**line, "line": str(uuid4())}]}, 422, "to-"),
        ({"lines": [line, line]}, 422, f"to-{known[0]['id']}"),
        ({"lines": [{**line, "to": "-1"}]}, 422, f"to-{known[0]['id']}"),
        ({"lines": [{**line, "to": "5.5"}]}, 422, f"to-{known[0]['id']}"),
        ({"lines": [{**line, "seen": "1e9999999"}]}, 422, f"to-{known[0]['id']}"),
        ({"lines": [{**line, "seen": "sNaN"}]}, 422, f"to-{known[0]['id']}"),
        ({"lines": [{**line, "seen": "9"}]}, 409, ""),
        ({"comment": "x" * 1001}, 422, "comment"),
        ({"wanted_on": "2020-01-01"}, 422, "day"),
        ({"lines": [line], "unknown": 1}, 422, None),
    ):
        answer = await buyer.post(f"/api/v1{order}/changes", headers=token, json=body)
        assert answer.status_code == status, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        if at is not None:
            assert any(name.startswith(at) for name in answer.json()["errors"]), answer.text
    assert await shop.sql("select count(*) from fondaco.change_request") == [(0,)]
    await ask(buyer, order, token, {0: "5"})
    assert (await ask(buyer, order, token, {0: "6"})).status_code == 409


async def test_another_companys_order_is_not_there(
    shop: Any, buyer: Any, token: Token, hall: Any
) -> None:
    order = await shop.order(buyer, 10)
    known = (await read(buyer, order, token))["lines"]
    foreign = await token_of(shop.stranger, hall)
    path = f"/api/v1{order}/changes"
    body = {"lines": [{"line": known[0]["id"], "seen": "10", "to": "5"}]}
    for answer in (
        await buyer.get(path, headers=foreign),
        await buyer.post(path, headers=foreign, json=body),
        await buyer.post(f"{path}/withdraw", headers=foreign),
    ):
        assert answer.status_code == 404, answer.text
    assert await shop.sql("select count(*) from fondaco.change_request") == [(0,)]
    # A line of another order is none of this one.
    own = await shop.order(buyer, 3)
    answer = await buyer.post(f"/api/v1{own}/changes", headers=token, json=body)
    assert answer.status_code == 422


async def test_statements_do_not_depend_on_requests_or_lines(
    shop: Any, buyer: Any, token: Token, sql_budget: Any
) -> None:
    order = await shop.order(buyer, 10, 4)
    await ask(buyer, order, token, {0: "6"})
    await read(buyer, order, token)
    with sql_budget() as few:
        await read(buyer, order, token)
    for quantity in ("7", "8"):
        await buyer.post(f"/api/v1{order}/changes/withdraw", headers=token)
        await ask(buyer, order, token, {0: quantity, 1: "2"})
    with sql_budget() as many:
        assert len((await read(buyer, order, token))["changes"]) == 3
    assert many.number == few.number
