"""The buyer pays an order otherwise, or asks for more of it: the limit follows, or says no."""

import asyncio
import re
from decimal import Decimal

import pytest
from credit_shop import Shop
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("credit_limit")
_HOLD = "select count(*) from fondaco.reservation where state = 'held' and expires_at is null"


async def choose(buyer: Client, order: Order, way: str) -> int:
    (part,) = order.payments
    path = f"/orders/{order.uuid}/payments/{part.uuid}/otherwise"
    return (await buyer.send_form(path, {"way": way})).status_code


async def test_from_an_invoice_to_credit_and_back(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4, "invoice")
    (part,) = order.payments
    assert part.before
    assert await shop.one(_HOLD) == 0
    here = f"/orders/{order.uuid}"
    assert f"{here}/payments/{part.uuid}/otherwise" in (await buyer.get(here)).text
    page = words((await buyer.get(f"{here}/payments/{part.uuid}/otherwise")).text)
    assert "В счёт кредитного лимита" in page
    assert "Свободно 1 000" in page

    for _ in range(2):
        assert await choose(buyer, order, "credit_limit") == 303
    assert (await shop.standing()).available == 600
    assert await shop.one(_HOLD) == 1
    await deliver_due(shop.hall)
    assert (await shop.standing()).available == 600
    assert "был «По счёту», стал «В счёт кредитного лимита»" in words((await buyer.get(here)).text)

    assert await choose(buyer, order, "invoice") == 303
    assert (await shop.standing()).available == 1000
    assert await shop.one(_HOLD) == 0
    ways = text("select way_before, way_after, amount from fondaco.payment_way_change order by id")
    assert [tuple(row) for row in await system_ask(shop.hall).fetch(ways)] == [
        ("invoice", "credit_limit", 400),
        ("credit_limit", "invoice", 400),
    ]
    assert [row[1] for row in await shop.journal()] == [400, -400]


async def test_what_the_limit_does_not_allow_stays_as_it_was(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "300"})
    order = await shop.buy(4, "invoice")
    (part,) = order.payments
    path = f"/orders/{order.uuid}/payments/{part.uuid}/otherwise"
    assert "Оплатит не больше 300" in words((await buyer.get(path)).text)
    for way in ("credit_limit", "cash", ""):
        assert await choose(buyer, order, way) == 422
    await shop.limits({"version": 2, "limit": "1000", "status": "prepay"})
    assert await choose(buyer, order, "credit_limit") == 422
    assert await shop.one("select way from fondaco.payment") == "invoice"
    assert await shop.journal() == []


async def test_a_second_part_is_held_beside_what_the_erp_counts(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(6, amount=Decimal(400), rest="invoice")
    item = {"amount": "400", "state": "ordered", "order": order.number}
    rest = next(part for part in order.payments if part.way == "invoice")
    path = f"/orders/{order.uuid}/payments/{rest.uuid}/otherwise"
    await shop.limits({"version": 2, "limit": "599", "items": [item]})
    assert (await buyer.send_form(path, {"way": "credit_limit"})).status_code == 422
    await shop.limits({"version": 3, "limit": "600", "items": [item]})
    assert (await buyer.send_form(path, {"way": "credit_limit"})).status_code == 303
    assert (await shop.standing()).available == 0
    page = words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert "600,00 ₽ оплачиваются после отгрузки" in page
    await shop.limits({"version": 4, "limit": "600", "items": [{**item, "amount": "600"}]})
    assert (await shop.standing()).exposure == 600


async def test_two_parts_on_credit_stand_beside_the_order_as_one_sum(
    shop: Shop, buyer: Client
) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(6, amount=Decimal(400), rest="invoice")
    rest = next(part for part in order.payments if part.way == "invoice")
    path = f"/orders/{order.uuid}/payments/{rest.uuid}/otherwise"
    assert (await buyer.send_form(path, {"way": "credit_limit"})).status_code == 303
    page = words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert "600,00 ₽ оплачиваются после отгрузки" in page


async def test_not_once_money_has_come_or_may_come(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4, "invoice")
    await shop.run(
        "insert into fondaco.charge (uuid, payment_id, provider, amount, currency)"
        " select gen_random_uuid(), id, 'somebody', amount, currency from fondaco.payment"
    )
    assert await choose(buyer, order, "credit_limit") == 409
    await shop.run("update fondaco.charge set state = 'failed'")
    await shop.pay(order, 100)
    assert await choose(buyer, order, "credit_limit") == 409
    assert "Оплатить иначе" not in words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert await shop.one("select way from fondaco.payment") == "invoice"


async def test_of_two_orders_that_want_the_last_of_it_one_gets_it(
    shop: Shop, buyer: Client
) -> None:
    await shop.limits({"version": 1, "limit": "500"})
    orders = [await shop.buy(4, "invoice") for _ in range(3)]
    codes = await asyncio.gather(*(choose(buyer, order, "credit_limit") for order in orders))
    assert sorted(codes)[0] == 303
    assert codes.count(303) == 1
    assert (await shop.standing()).available == 100


async def test_another_companys_part_is_not_there(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    other = await shop.new_company("Василёк")
    order = await shop.buy(2, "invoice", company=other)
    assert await choose(buyer, order, "credit_limit") == 404
    own = await shop.buy(2, "invoice")
    (part,) = order.payments
    path = f"/orders/{own.uuid}/payments/{part.uuid}/otherwise"
    assert (await buyer.send_form(path, {"way": "credit_limit"})).status_code == 404


async def test_a_program_chooses_as_its_buyer_would(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4, "invoice")
    foreign = await shop.buy(2, "invoice", company=await shop.new_company("Василёк"))
    async with shop.company.ask(shop.hall).act() as act:
        token = {"Authorization": f"Bearer {await make_token(act, 'test')}"}

    def path(of: Order, part: Order) -> str:
        return f"/api/v1/orders/{of.uuid}/payments/{part.payments[0].uuid}/otherwise"

    offered = (await buyer.get(path(order, order), headers=token)).json()
    assert {(one["way"], one["before"], one["refusal"]) for one in offered} >= {
        ("credit_limit", False, "")
    }
    body = {"way": "credit_limit"}
    for _ in range(2):
        chosen = await buyer.post(path(order, order), headers=token, json=body)
        assert chosen.status_code == 200, chosen.text
        assert [one["way"] for one in chosen.json()["payments"]] == ["credit_limit"]
    assert (await shop.standing()).available == 600
    unknown = await buyer.post(path(order, order), headers=token, json={"way": "cash"})
    assert (unknown.status_code, set(unknown.json()["errors"])) == (422, {"way"})
    for of, part in ((foreign, foreign), (order, foreign)):
        assert (await buyer.get(path(of, part), headers=token)).status_code == 404
        answer = await buyer.post(path(of, part), headers=token, json=body)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    await shop.pay(order, 100)
    late = await buyer.post(path(order, order), headers=token, json={"way": "invoice"})
    assert late.status_code == 409
    assert (await buyer.get(path(order, order), headers=token)).status_code == 409


@pytest.mark.parametrize("counted", [False, True], ids=["ours", "counted by the ERP"])
async def test_a_request_that_the_limit_does_not_allow_is_not_accepted(
    shop: Shop, client: Client, counted: bool
) -> None:
    await shop.limits({"version": 1, "limit": "500"})
    order = await shop.buy(4)
    if counted:
        item = {"amount": "400", "state": "ordered", "order": order.number}
        await shop.limits({"version": 2, "limit": "500", "items": [item]})
    manager = await shop.wholesaler.staff("manager")
    here = f"/orders/{order.uuid}"
    for quantity, answer, available in ((6, 409, 100), (5, 303, 0)):
        await client.sign_in(shop.company.email, PASSWORD)
        form = _form((await client.get(f"{here}/change")).text, quantity)
        assert (await client.send_form(f"{here}/change", form)).status_code == 303
        await client.sign_in(manager, PASSWORD)
        form = _form((await client.get(f"{here}/change/answer")).text, quantity)
        answered = await client.send_form(f"{here}/change/answer", form)
        assert answered.status_code == answer
        await deliver_due(shop.hall)
        assert (await shop.standing()).available == available
        if answer == 409:
            assert "Лимит успели использовать: свободно 100" in words(answered.text)
            await client.sign_in(shop.company.email, PASSWORD)
            assert (await client.send_form(f"{here}/change/withdraw", {})).status_code == 303
    assert await shop.one("select quantity from fondaco.order_line") == Decimal(5)


def _form(html: str, quantity: int) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', html))
    found.pop("_csrf_token", None)
    lines = [name.removeprefix("was-") for name in found if name.startswith("was-")]
    return {**found, **{f"to-{line}": str(quantity) for line in lines}}
