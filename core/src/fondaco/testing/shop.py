"""A wholesaler at work, for the tests of plugins: goods at 100 RUB, companies that buy, orders.

A plugin's own shop stands on it:

    class Shop(WorkingShop):
        async def bonus(self, points: int) -> None: ...
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from uuid import uuid4

from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.reading import CartView
from fondaco.cart.service import CartItem, Carts
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Checkout
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.staff.merging import merge
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.events import CompaniesMergedV1
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason


class WorkingShop:
    """A wholesaler with three products in stock and a first company; `open` it before use."""

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.products: Sequence[ProductId] = ()
        self.company: CompanyFixture

    async def open(self) -> None:
        """Goods in stock, and the first company."""
        self.seller = await self.wholesaler.seller()
        self.prices = await self.wholesaler.price_list()
        self.products = await self.wholesaler.products(
            3,
            price_list=self.prices,
            place=await self.wholesaler.place(),
            on_hand=Decimal(100_000),
        )
        self.company = await self.new_company("Ромашка")

    @property
    def today(self) -> date:
        """The day that the site shows: it begins at its own midnight, not at Greenwich's."""
        return self.hall.clock.now().astimezone(self.hall.settings.zone).date()

    async def new_company(self, name: str, *, currency: str = "RUB") -> CompanyFixture:
        """Another company under the same price list."""
        return await self.wholesaler.company(name, self.seller, [self.prices], currency=currency)

    @property
    def ask(self) -> AskContext:
        """Reading as the first company's buyer."""
        return self.company.ask(self.hall)

    async def fill(self, *quantities: int, company: CompanyFixture | None = None) -> None:
        """So many of the first, second, ... product into the cart."""
        async with (company or self.company).ask(self.hall).act() as act:
            items = [
                CartItem(product, Decimal(quantity), LineSource.LIST)
                for product, quantity in zip(self.products, quantities, strict=False)
            ]
            await Carts(act).add(act, items)

    async def cart(self, company: CompanyFixture | None = None) -> CartView:
        """The cart as its page shows it."""
        return await Carts((company or self.company).ask(self.hall)).view()

    async def place(self, shown: str, company: CompanyFixture | None = None) -> Order:
        """Place the cart that was shown, by its fingerprint."""
        buyer = company or self.company
        ask = buyer.ask(self.hall)
        request = CheckoutRequest(shown, "address", outlet=buyer.outlet)
        return await Checkout(ask).place(request, f"key-{uuid4()}")

    async def order(
        self, *quantities: int, company: CompanyFixture | None = None, deliver: bool = False
    ) -> Order:
        """A placed order, of what is in the cart where no quantities are given.

        With `deliver` its events are delivered.
        """
        if quantities:
            await self.fill(*quantities, company=company)
        order = await self.place(fingerprint((await self.cart(company)).cart), company)
        if deliver:
            await deliver_due(self.hall)
        return order

    async def cancel(self, order_id: OrderId, *, deliver: bool = True) -> None:
        """The ERP cancels an order."""
        await self.report(order_id, OrderState.CANCELLED)
        if deliver:
            await deliver_due(self.hall)

    async def merge(self, client: CompanyFixture, into: CompanyFixture) -> None:
        """A client, which then has no tax id, is merged into another; the event is delivered."""
        one, other = client.customer.company_id, into.customer.company_id
        await self.run("update fondaco.legal_entity set tax_id = '' where company_id = :c", c=one)
        async with system_ask(self.hall).act() as act:
            await merge(act, one, other)
        await deliver_due(self.hall)

    async def report(self, order_id: OrderId, *states: OrderState) -> None:
        """The ERP moves an order; nothing is delivered yet."""
        for state in states:
            async with system_ask(self.hall).act() as act:
                why = Reason("test", "Так решили", "It was decided so")
                await Orders(act).report_state(order_id, state, why)

    async def run(self, sql: str, **values: object) -> None:
        """A statement as the program."""
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql), values)


def merged(client: CompanyFixture, into: CompanyFixture) -> CompaniesMergedV1:
    """The event of a merge, to be told once more or out of its order."""
    return CompaniesMergedV1(
        company_id=client.customer.company_id,
        into_company_id=into.customer.company_id,
        legal_entity_ids=(),
        at=datetime.now(UTC),
    )


def placing(company: CompanyFixture, total: Decimal, vat: Decimal) -> Order:
    """An order of a company while it is being placed, for `order_placing`."""
    customer = company.customer
    return Order(
        OrderId(1),
        uuid4(),
        "X-1",
        customer.company_id,
        customer.legal_entity_id,
        OrderState.PLACED,
        customer.currency,
        total,
        vat,
        datetime.now(UTC),
    )


def words(html: str) -> str:
    """What a page says, with ordinary spaces."""
    said = unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u202f", " ").replace("\xa0", " ")
    return re.sub(r"\s+", " ", said)
