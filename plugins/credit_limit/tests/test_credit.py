"""Orders on credit: what is offered, held, freed, and never more than the limit."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from credit_shop import Shop
from sqlalchemy import text

from fondaco.checkout.service import Checkout
from fondaco.exchange.deliveries import deliver_due
from fondaco.orders.service import Orders
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_credit_limit.due import due_day
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.order import OrderState, PaymentOption

pytestmark = pytest.mark.plugins("credit_limit")
D = Decimal
_SHIPPED = text("select shipped_on, due_on from plugin_credit_limit.shipped")


async def _options(shop: Shop, quantity: int) -> dict[str, PaymentOption]:
    await shop.fill(quantity)
    return {o.code: o for o in await Checkout(shop.ask).options((await shop.cart()).cart)}


async def test_without_an_account_nothing_is_offered_and_nothing_narrowed(shop: Shop) -> None:
    await shop.run("update fondaco.agreement set payment_days = 14")
    options = await _options(shop, 1)
    assert set(options) == {"invoice"}


async def test_as_much_is_offered_as_is_free(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000", "days": 14})
    options = await _options(shop, 12)
    credit = options["credit_limit"]
    assert (credit.up_to, credit.before, credit.refusal) == (1000, False, None)
    assert "200" in credit.note.en
    assert options["invoice"].before
    assert options["invoice"].title.en == "By invoice"
    assert "Paid beforehand" in options["invoice"].note.en


async def test_an_order_holds_its_part_and_the_rest_is_paid_otherwise(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(12, rest="invoice")
    assert [(p.way, p.amount, p.before) for p in order.payments] == [
        ("credit_limit", 1000, False),
        ("invoice", 200, True),
    ]
    standing = await shop.standing()
    assert (standing.exposure, standing.available) == (1000, 0)
    await shop.pay(order, 200)
    assert (await shop.standing()).exposure == 1000
    await shop.pay(order, 300)
    assert (await shop.standing()).exposure == 700


async def test_a_cancelled_order_gives_back_what_it_held_once(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    await shop.cancel(order.id)
    await shop.run("update fondaco.delivery set state = 'waiting', attempts = 0, due_at = now()")
    await deliver_due(shop.hall)
    assert [tuple(row) for row in await shop.journal()] == [("held", 400), ("released", -400)]
    assert (await shop.standing()).exposure == 0


async def test_money_for_an_order_frees_the_limit_and_a_refund_takes_it_again(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(10)
    await shop.pay(order, 600)
    assert (await shop.standing()).available == 600
    await shop.pay(order, 500)
    assert (await shop.standing()).exposure == 0
    await shop.pay(order, 300, kind="refunded")
    assert (await shop.standing()).exposure == 200


@pytest.mark.parametrize(("quantity", "held"), [(4, 400), (11, 1100), (1, 100)])
async def test_what_is_held_follows_an_order_that_the_erp_changes(
    shop: Shop, quantity: int, held: int
) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(8)
    for _ in range(2):
        await shop.amend(order, quantity)
    assert (await shop.standing()).exposure == held
    read = (await Orders(shop.ask).orders([order.id], shop.ask.scope))[order.id]
    assert sum(part.amount for part in read.payments) == read.total == held
    await shop.cancel(order.id)
    assert (await shop.standing()).exposure == 0


async def test_a_full_limit_says_what_to_pay(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    await shop.buy(10)
    refusal = (await _options(shop, 3))["credit_limit"].refusal
    assert refusal is not None
    assert refusal.params == {"amount": "300.00"}
    with pytest.raises(UserError):
        await shop.send("credit_limit")


@pytest.mark.parametrize(
    ("rule", "credit", "ordered"),
    [("warn", True, True), ("prepay", False, True), ("stop", False, False)],
)
async def test_overdue_debts_warn_close_the_limit_or_stop_orders(
    shop: Shop, rule: str, credit: bool, ordered: bool
) -> None:
    due = {"amount": "300", "due_on": str(shop.today - timedelta(days=5)), "document": "УПД 7"}
    await shop.limits({"version": 1, "limit": "1000", "rule": rule, "items": [due]})
    options = await _options(shop, 2)
    assert (options["credit_limit"].refusal is None) is credit
    said = options["credit_limit"].note or options["credit_limit"].refusal
    assert "300" in said.en
    view = await shop.cart()
    assert view.refused is not ordered
    if ordered:
        await shop.send("invoice")
    else:
        with pytest.raises(UserError):
            await shop.send("invoice")


@pytest.mark.parametrize("rule", ["prepay", "stop"])
async def test_what_is_overdue_is_all_that_opens_the_account(shop: Shop, rule: str) -> None:
    late = {"amount": "50", "due_on": str(shop.today - timedelta(days=5))}
    items = [late, {"amount": "900"}]
    await shop.limits({"version": 1, "limit": "1000", "rule": rule, "items": items})
    refusal = (await _options(shop, 31))["credit_limit"].refusal
    assert refusal is not None
    assert refusal.params == {"amount": "50.00", "lacks": "3000.00"}
    assert words(refusal.ru).startswith("Просрочено 50,00 ₽")
    assert words(refusal.ru).endswith("весь заказ, оплатите ещё 3 000,00 ₽.")
    verdicts = (await shop.cart()).verdicts
    assert [verdict.reason.params for verdict in verdicts] == (
        [{"amount": "50.00"}] if rule == "stop" else []
    )


async def test_days_of_patience_keep_the_limit_open(shop: Shop) -> None:
    due = {"amount": "300", "due_on": str(shop.today - timedelta(days=5))}
    for version, days, closed in ((1, 5, False), (2, 4, True)):
        await shop.limits(
            {"version": version, "limit": "1000", "tolerance_days": days, "items": [due]}
        )
        assert ((await shop.standing()).closed is not None) is closed


async def test_a_shipped_order_is_due_by_the_calendar(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000", "days": 14})
    order = await shop.buy(5)
    await shop.report(order.id, OrderState.PICKING, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    (row,) = await shop.ask.fetch(_SHIPPED)
    assert row.due_on == due_day(row.shipped_on, 14, "calendar", "RU")
    await shop.run("update plugin_credit_limit.shipped set due_on = current_date - 30")
    standing = await shop.standing()
    assert (standing.overdue, standing.opens, standing.lacks(D(700))) == (500, 500, 0)
    assert standing.lacks(D(1001)) == 1


@pytest.mark.parametrize(
    ("shipped", "days", "count", "country", "due"),
    [
        (date(2026, 12, 30), 1, "calendar", "RU", date(2027, 1, 11)),
        (date(2026, 12, 30), 2, "working", "RU", date(2027, 1, 12)),
        (date(2026, 11, 27), 1, "calendar", "", date(2026, 11, 30)),
        (date(2026, 11, 27), 1, "working", "", date(2026, 11, 30)),
        (date(2026, 11, 27), 0, "working", "RU", date(2026, 11, 27)),
        (date(2026, 11, 28), 0, "working", "", date(2026, 11, 30)),
    ],
)
def test_the_day_of_payment(shipped: date, days: int, count: str, country: str, due: date) -> None:
    assert due_day(shipped, days, count, country) == due  # type: ignore[arg-type]


async def test_the_checkout_asks_how_to_pay_the_rest(shop: Shop, buyer: Client) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    await shop.fill(12)
    page = (await buyer.get("/checkout")).text
    assert 'name="partial" value="credit_limit"' in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    form |= {"to": f"outlet:{shop.company.outlet}", "payment": "credit_limit"}
    refused = await buyer.send_form("/checkout", form)
    assert refused.status_code == 422
    assert 'id="field-rest-error"' in refused.text
    form |= {"rest": "invoice", "payment_amount": "700"}
    sent = await buyer.send_form("/checkout", form)
    assert sent.status_code == 303
    order = words((await buyer.get(sent.headers["location"])).text)
    assert "700" in order
    assert "500" in order
    assert (await shop.standing()).exposure == 700
