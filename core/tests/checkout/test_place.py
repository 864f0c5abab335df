"""From a cart to an order: what was shown is what is ordered, once, and the goods are held."""

import asyncio
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.service import CartItem, Carts
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Changed, Checkout
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason


async def _shop(wholesaler: Wholesaler, on_hand: int = 50) -> tuple[CompanyFixture, ProductId, int]:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    products = await wholesaler.products(
        3, price_list=prices, place=place, on_hand=Decimal(on_hand)
    )
    return await wholesaler.company("Ромашка", seller, [prices]), products[0], place


async def _fill(ask: AskContext, product: ProductId, quantity: int) -> str:
    async with ask.act() as act:
        item = CartItem(product, Decimal(quantity), LineSource.SEARCH)
        await Carts(act).add(act, [item])
    return fingerprint((await Carts(ask).view()).cart)


def _request(shown: str, company: CompanyFixture, **changes: object) -> CheckoutRequest:
    values: dict[str, object] = {
        "shown": shown,
        "delivery": "address",
        "outlet": company.outlet,
        **changes,
    }
    return CheckoutRequest(**values)  # type: ignore[arg-type]


async def _scalar(hall: Hall, sql: str) -> object:
    async with hall.database.transaction() as connection:
        return (await connection.execute(text(sql))).scalar()


async def test_an_order_freezes_what_was_shown_and_holds_the_goods(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company, product, _ = await _shop(wholesaler)
    ask = company.ask(hall)
    shown = await _fill(ask, product, 7)

    placed = await Checkout(ask).place(_request(shown, company), "key-00001")

    order = (await Orders(ask).orders([placed.id], ask.scope))[placed.id]
    assert placed == order
    assert order.total == 700
    assert order.lines[0].vat_amount == Decimal("126.23")
    assert order.number.endswith("-000001")
    assert await _scalar(hall, "select sum(reserved) from fondaco.stock_row") == 7
    assert await _scalar(hall, "select sum(quantity) from fondaco.reservation") == 7
    assert await _scalar(hall, "select count(*) from fondaco.cart_line") == 0
    assert await _scalar(hall, "select count(*) from fondaco.outbox") == 1
    assert await _scalar(hall, "select count(*) from fondaco.document where kind='invoice'") == 1
    assert await _scalar(hall, "select count(*) from fondaco.pgqueuer") == 1


async def test_the_same_key_is_the_same_order(hall: Hall, wholesaler: Wholesaler) -> None:
    company, product, _ = await _shop(wholesaler)
    ask = company.ask(hall)
    shown = await _fill(ask, product, 1)
    request = _request(shown, company)

    found = await asyncio.gather(*(Checkout(ask).place(request, "key-00002") for _ in range(8)))

    assert len({order.id for order in found}) == 1
    assert await _scalar(hall, "select count(*) from fondaco.customer_order") == 1
    with pytest.raises(UserError, match="reused"):
        await Checkout(ask).place(_request(shown, company, comment="другое"), "key-00002")


async def test_a_changed_price_places_nothing_and_keeps_the_key(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company, product, _ = await _shop(wholesaler)
    ask = company.ask(hall)
    shown = await _fill(ask, product, 1)
    async with hall.database.transaction() as connection:
        await connection.execute(text("update fondaco.price_row set price = 101"))

    with pytest.raises(Changed) as changed:
        await Checkout(ask).place(_request(shown, company), "key-00003")

    assert changed.value.view.cart.quote.total == 101
    assert await _scalar(hall, "select count(*) from fondaco.customer_order") == 0
    now_shown = fingerprint(changed.value.view.cart)
    assert await Checkout(ask).place(_request(now_shown, company), "key-00003")


async def test_more_than_there_is_is_refused_with_the_line(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company, product, _ = await _shop(wholesaler, on_hand=5)
    ask = company.ask(hall)
    shown = await _fill(ask, product, 6)
    with pytest.raises(UserError) as refused:
        await Checkout(ask).place(_request(shown, company), "key-00004")
    assert refused.value.fields["A-1"].code == "line.short"
    assert await _scalar(hall, "select sum(reserved) from fondaco.stock_row") == 0


async def test_another_companys_outlet_is_absent(hall: Hall, wholesaler: Wholesaler) -> None:
    company, product, _ = await _shop(wholesaler)
    other = await wholesaler.company(
        "Василёк", company.customer.seller_id, company.customer.price_lists
    )
    ask = company.ask(hall)
    shown = await _fill(ask, product, 1)
    with pytest.raises(UserError) as refused:
        await Checkout(ask).place(_request(shown, company, outlet=other.outlet), "key-00005")
    assert refused.value.status == 404
    with pytest.raises(UserError):
        await Checkout(ask).place(_request(shown, company, outlet=uuid4()), "key-00005")


async def test_cancelling_lets_go_exactly_once(hall: Hall, wholesaler: Wholesaler) -> None:
    company, product, _ = await _shop(wholesaler)
    ask = company.ask(hall)
    shown = await _fill(ask, product, 7)
    order_id = (await Checkout(ask).place(_request(shown, company), "key-00006")).id
    why = Reason("test", "Отмена", "Cancelled")
    for _ in range(2):
        async with ask.act() as act:
            await Orders(act).report_state(order_id, OrderState.CANCELLED, why)
    assert await _scalar(hall, "select sum(reserved) from fondaco.stock_row") == 0
    assert (
        await _scalar(hall, "select count(*) from fondaco.outbox where type='order.cancelled.v1'")
        == 1
    )
