"""Money for orders: which way pays how much, what comes counts once, and what follows from it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.holds import held_of
from fondaco.orders.payments.deal import PaymentChoice, deal, deal_again, options_by_code
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.order import AmendedLine, Order, OrderState, PaymentOption
from fondaco_sdk.types.reason import Reason

LIMIT = Reason("payment.credit", "Кредитный лимит", "Credit limit")
CARD = Reason("payment.card", "Картой", "By card")
NO = Reason("no", "Нельзя", "No")
D = Decimal


def _options(up_to: str | None = None) -> list[PaymentOption]:
    limit = None if up_to is None else D(up_to)
    return [
        PaymentOption("credit", LIMIT, up_to=limit),
        PaymentOption("card", CARD, before=True, provider="acquirer"),
    ]


@given(
    total=st.decimals("0.01", "1000000", places=2),
    up_to=st.none() | st.decimals("0", "1000000", places=2),
    amount=st.none() | st.decimals("-1", "1000000", places=3),
)
def test_the_parts_come_to_the_total_or_nothing_is_dealt(
    total: Decimal, up_to: Decimal | None, amount: Decimal | None
) -> None:
    options = [PaymentOption("credit", LIMIT, up_to=up_to), PaymentOption("card", CARD)]
    try:
        parts = deal(total, "RUB", options, PaymentChoice("credit", amount, "card"))
    except UserError as refused:
        assert set(refused.fields) == {"payment_amount"}
        most = total if up_to is None else min(up_to, total)
        pays = most if amount is None else amount
        assert pays <= 0 or pays > most or pays != round(pays, 2)
        return
    assert sum(part.amount for part in parts) == total
    assert all(part.amount == round(part.amount, 2) for part in parts)
    assert all(part.amount > 0 for part in parts)
    assert up_to is None or parts[0].amount <= up_to


@given(
    amounts=st.lists(st.decimals("0", "1000", places=2), min_size=1, max_size=3),
    total=st.decimals("0", "4000", places=2),
)
def test_parts_follow_another_total(amounts: list[Decimal], total: Decimal) -> None:
    after = deal_again(amounts, total)
    assert sum(after) == total
    assert min(after) >= 0
    if total >= sum(amounts):
        assert list(after[:-1]) == amounts[:-1]
    else:
        assert all(now <= was for now, was in zip(after, amounts, strict=True))


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (PaymentChoice("cash"), "payment"),
        (PaymentChoice("credit"), "rest"),
        (PaymentChoice("credit", None, "credit"), "rest"),
        (PaymentChoice("credit", None, "cash"), "rest"),
        (PaymentChoice("credit", D("60.01"), "card"), "payment_amount"),
        (PaymentChoice("card", D("NaN"), "credit"), "payment_amount"),
        (PaymentChoice("card", D("50.005"), "credit"), "payment_amount"),
        (PaymentChoice("card", D(30), "credit"), "rest"),
    ],
)
def test_a_choice_that_does_not_fit_names_its_field(choice: PaymentChoice, field: str) -> None:
    with pytest.raises(UserError) as refused:
        deal(D(100), "RUB", _options("60"), choice)
    assert set(refused.value.fields) == {field}


def test_options_of_one_code_are_one_and_the_strictest_word_counts() -> None:
    invoice = PaymentOption("invoice", Reason("i", "По счёту", "By invoice"))
    narrowed = PaymentOption("invoice", NO, before=True, up_to=D(5))
    (one,) = options_by_code([invoice, narrowed])
    assert (one.title, one.before, one.up_to, one.refusal) == (invoice.title, True, D(5), None)
    (refused,) = options_by_code([invoice, PaymentOption("invoice", NO, refusal=NO)])
    assert refused.refusal == NO


@pytest.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> WorkingShop:
    shop = WorkingShop(hall, wholesaler)
    await shop.open()
    return shop


async def _book(shop: WorkingShop, order: Order, amount: str, **changes: Any) -> bool:
    values = {"currency": "RUB", "source": "bank", "reference": str(uuid4()), **changes}
    async with system_ask(shop.hall).act() as act:
        return await book(act, order.id, Receipt(D(amount), **values))


async def _read(shop: WorkingShop, order: Order) -> Order:
    return (await Orders(shop.ask).orders([order.id], shop.ask.scope))[order.id]


async def _timeline(shop: WorkingShop, order: Order) -> list[str]:
    detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
    return [entry.kind for entry in detail.timeline]


async def test_an_order_is_paid_when_exactly_its_total_has_come(shop: WorkingShop) -> None:
    order = await shop.order(3)
    assert [(p.way, p.amount, p.received) for p in order.payments] == [("invoice", 300, 0)]
    assert not order.paid
    assert not order.prepaid
    assert (await held_of(shop.ask, order.id)).seconds is not None

    assert await _book(shop, order, "299.99")
    assert not (await _read(shop, order)).paid
    assert (await held_of(shop.ask, order.id)).seconds is not None
    assert await _book(shop, order, "0.01")
    paid = await _read(shop, order)
    assert paid.paid
    assert paid.prepaid
    assert (await held_of(shop.ask, order.id)).seconds is None

    assert await _book(shop, order, "5")
    over = await _read(shop, order)
    assert not over.paid
    assert over.prepaid
    assert over.received == 305


async def test_the_same_money_counts_once(shop: WorkingShop) -> None:
    order = await shop.order(3)
    assert await _book(shop, order, "100", reference="77")
    assert not await _book(shop, order, "100", reference="77")
    assert await _book(shop, order, "100", reference="77", source="card")
    assert (await _read(shop, order)).received == 200


async def test_another_currency_counts_nothing(shop: WorkingShop) -> None:
    order = await shop.order(3)
    with pytest.raises(Conflict):
        await _book(shop, order, "300", currency="USD")
    with pytest.raises(NotFound):
        await _book(shop, order, "300", payment=uuid4())
    assert (await _read(shop, order)).received == 0


async def test_money_goes_back_up_to_what_has_come(shop: WorkingShop) -> None:
    order = await shop.order(3)
    await _book(shop, order, "300")
    with pytest.raises(Conflict):
        await _book(shop, order, "300.01", kind="refunded")
    assert await _book(shop, order, "120", kind="refunded", reference="r1")
    assert not await _book(shop, order, "120", kind="refunded", reference="r1")
    assert (await _read(shop, order)).received == 180


@pytest.mark.parametrize("waited", [True, False])
async def test_a_paid_order_whose_goods_are_there_is_picked(
    shop: WorkingShop, waited: bool
) -> None:
    order = await shop.order(3)
    if waited:
        await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    await _book(shop, order, "299.99")
    assert (await _read(shop, order)).state is not OrderState.PICKING
    await _book(shop, order, "0.01")
    assert (await _read(shop, order)).state is OrderState.PICKING
    timeline = await _timeline(shop, order)
    assert timeline.index("state.confirmed") < timeline.index("state.picking")


async def test_a_paid_order_whose_goods_are_on_their_way_is_confirmed(shop: WorkingShop) -> None:
    order = await shop.order(3, 2)
    await shop.run(
        "update fondaco.stock_row set arrives_on = current_date + 5, lot = 'L'"
        " where product_id = :product",
        product=shop.products[1],
    )
    await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    await _book(shop, order, "500")
    assert (await _read(shop, order)).state is OrderState.CONFIRMED


async def _amend(shop: WorkingShop, order: Order, quantity: int) -> None:
    """The ERP has so much of the first product in an order, or nothing at all."""
    detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
    line = AmendedLine(shop.products[0], D(quantity), D(100), D(100 * quantity))
    async with system_ask(shop.hall).act() as act:
        await act.orders.amend(
            order.id, detail.shipments[0].uuid, [line] if quantity else [], source="erp", reason=NO
        )


@pytest.mark.parametrize("waited", [True, False])
async def test_an_order_that_comes_down_to_what_was_paid_goes_on(
    shop: WorkingShop, waited: bool
) -> None:
    order = await shop.order(10)
    if waited:
        await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    await _book(shop, order, "600")
    await _amend(shop, order, 7)
    assert (await held_of(shop.ask, order.id)).seconds is not None
    await _amend(shop, order, 6)
    assert (await held_of(shop.ask, order.id)).seconds is None
    read = await _read(shop, order)
    assert (read.state, read.paid) == (OrderState.PICKING, True)
    timeline = await _timeline(shop, order)
    assert timeline.index("amended") < timeline.index("hold.kept")
    assert timeline.index("state.confirmed") < timeline.index("state.picking")


async def test_an_order_of_which_nothing_is_left_does_not_go_on(shop: WorkingShop) -> None:
    order = await shop.order(10)
    await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    await _amend(shop, order, 0)
    assert (await _read(shop, order)).state is OrderState.AWAITING_PAYMENT


async def test_money_for_a_cancelled_order_is_kept_and_said(shop: WorkingShop) -> None:
    order = await shop.order(3)
    await shop.cancel(order.id)
    await _book(shop, order, "300")
    read = await _read(shop, order)
    assert (read.state, read.received) == (OrderState.CANCELLED, 300)
    assert "payment.cancelled_order" in await _timeline(shop, order)


async def test_money_for_goods_that_are_gone_is_counted_and_said(shop: WorkingShop) -> None:
    order = await shop.order(3)
    await shop.run("update fondaco.reservation set expires_at = now() - interval '1 s'")
    await shop.run("update fondaco.reservation set state = 'released'")
    await shop.run("update fondaco.stock_row set reserved = 0, on_hand = 0")
    await _book(shop, order, "300")
    assert (await _read(shop, order)).received == 300
    assert "payment.goods_gone" in await _timeline(shop, order)


async def test_the_journal_of_payments_can_only_be_added_to(shop: WorkingShop) -> None:
    order = await shop.order(3)
    await _book(shop, order, "300")
    with pytest.raises(Exception, match="permission denied"):
        await shop.run("update fondaco.payment_entry set amount = 1")
