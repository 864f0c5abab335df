"""An order that the ERP changes has an invoice of what it is now; the earlier one stays."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from fondaco.documents.contents import content_of
from fondaco.documents.reading import documents_of_order, find_document, versions_of
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.orders.service import Orders
from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import opened
from fondaco_sdk.types.order import AmendedLine, Order
from fondaco_sdk.types.paper import Invoice
from fondaco_sdk.types.reason import Reason

shop = opened(WorkingShop)


async def _amend(shop: WorkingShop, order: Order, quantity: int) -> None:
    ask = system_ask(shop.hall)
    detail = await Orders(ask).detail(order.uuid, ask.scope)
    line = AmendedLine(shop.products[0], Decimal(quantity), Decimal(100), Decimal(100 * quantity))
    why = Reason("test", "Изменено в 1С", "Changed in 1C")
    async with ask.act() as act:
        await act.orders.amend(order.id, detail.shipments[0].uuid, [line], source="erp", reason=why)
    await deliver_due(shop.hall)


async def test_the_invoice_follows_under_its_number(shop: WorkingShop) -> None:
    order = await shop.order(3, deliver=True)
    (first,) = await documents_of_order(shop.ask, order.id, shop.ask.scope)
    await _amend(shop, order, 2)
    (second,) = await documents_of_order(shop.ask, order.id, shop.ask.scope)
    assert (second.kind, second.number, second.version) == ("invoice", first.number, 2)
    found = await find_document(shop.ask, second.uuid, shop.ask.scope)
    versions = await versions_of(shop.ask, found.chain, shop.ask.scope)
    assert [one.version for one in versions] == [2, 1]
    await _amend(shop, order, 2)
    (third,) = await documents_of_order(shop.ask, order.id, shop.ask.scope)
    assert third.version == 2


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "Оплата после отгрузки"), (14, "Отсрочка платежа, календарных дней: 14")],
)
async def test_nothing_is_paid_before_where_all_is_on_credit(
    shop: WorkingShop, days: int, said: str
) -> None:
    order = await shop.order(3, deliver=True)
    await shop.run("update fondaco.payment set before = false")
    await shop.run("update fondaco.agreement set payment_days = :days", days=days)
    await _amend(shop, order, 2)
    found = await shop.ask.fetch(
        text("select content from fondaco.document where kind = 'invoice' order by version desc")
    )
    assert found[0].content["parties"]["payment_terms"] == said


async def test_an_invoice_for_a_part_asks_for_that_part(shop: WorkingShop) -> None:
    order = await shop.order(3, deliver=True)
    (row,) = await documents_of_order(shop.ask, order.id, shop.ask.scope)
    kept = text(
        "select d.*, o.currency from fondaco.document d"
        " join fondaco.customer_order o on o.id = d.order_id where d.uuid = :uuid"
    )
    (found,) = await shop.ask.fetch(kept, {"uuid": row.uuid})
    whole = await content_of(shop.ask, "order", found)
    assert isinstance(whole, Invoice)
    assert (whole.total, whole.due) == (300, 300)
    await shop.run("update fondaco.payment set amount = 120.5")
    part = await content_of(shop.ask, "order", found)
    assert isinstance(part, Invoice)
    assert (part.total, part.due) == (300, Decimal("120.50"))
