"""A wholesaler with promotions, and shortcuts for what these tests do again and again."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.service import CartItem, Carts, CartView
from fondaco.checkout.service import Checkout, CheckoutRequest
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_promotions import campaigns
from fondaco_promotions.campaign import Campaign
from fondaco_promotions.code_book import add_own
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.price import LinePrice, PriceLine
from fondaco_sdk.types.reason import Reason


class Shop:
    """A wholesaler at work: three products at 100 RUB a piece, and companies that buy."""

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

    async def new_company(self, name: str, *, currency: str = "RUB") -> CompanyFixture:
        """Another company under the same price list."""
        return await self.wholesaler.company(name, self.seller, [self.prices], currency=currency)

    @property
    def ask(self) -> AskContext:
        """Reading as the first company's buyer."""
        return self.company.ask(self.hall)

    async def campaign(self, **values: Any) -> Campaign:
        """A campaign that began yesterday; by default ten per cent off every price."""
        takes = {} if "amount" in values else {"percent": Decimal(10)}
        wanted = Campaign(
            **{
                "uuid": uuid4(),
                "name_ru": "Осень",
                "name_en": "Autumn",
                "level": "unit",
                "starts_at": self.ask.now - timedelta(days=1),
                **takes,
                **values,
            }
        )
        async with system_ask(self.hall).act() as act:
            await campaigns.add(act, wanted)
        return wanted

    async def code(self, campaign: Campaign, code: str, most: int | None = None) -> None:
        """A code of a campaign."""
        async with system_ask(self.hall).act() as act:
            await add_own(act, campaign.uuid, code, most)

    async def hold(self, code: str, company: CompanyFixture | None = None) -> None:
        """A code in the cart of a company's buyer, without a look at it."""
        buyer = company or self.company
        await self.run(
            "insert into plugin_promotions.cart_code (company_id, user_id, code_id)"
            " select :company, :user, id from plugin_promotions.code where label = :code",
            company=buyer.customer.company_id,
            user=buyer.user_id,
            code=code,
        )

    async def price(self, number: int = 1, ask: AskContext | None = None) -> LinePrice:
        """What the product `number`, from 1, costs a buyer."""
        line = PriceLine(1, self.products[number - 1], Decimal(1))
        return (await (ask or self.ask).pricing.quote([line])).lines[0]

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

    async def order(self, *quantities: int, company: CompanyFixture | None = None) -> Order:
        """A placed order, of what is in the cart where no quantities are given."""
        buyer = company or self.company
        if quantities:
            await self.fill(*quantities, company=buyer)
        shown = fingerprint((await self.cart(buyer)).cart)
        return await self.place(shown, buyer)

    async def place(self, shown: str, company: CompanyFixture | None = None) -> Order:
        """Place the cart that was shown."""
        buyer = company or self.company
        ask = buyer.ask(self.hall)
        request = CheckoutRequest(shown, "address", outlet=buyer.outlet)
        order_id = await Checkout(ask).place(request, f"key-{uuid4()}")
        return (await Orders(ask).orders([order_id], ask.scope))[order_id]

    async def cancel(self, order_id: OrderId, *, deliver: bool = True) -> None:
        """The ERP cancels an order."""
        async with system_ask(self.hall).act() as act:
            why = Reason("test", "Отмена", "Cancelled")
            await Orders(act).report_state(order_id, OrderState.CANCELLED, why)
        if deliver:
            await deliver_due(self.hall)

    async def used(self, campaign: Campaign) -> int:
        """How many uses there are now."""
        return (await campaigns.stored(system_ask(self.hall), campaign.uuid)).used

    async def run(self, sql: str, **values: object) -> None:
        """A statement as the program."""
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql), values)


def words(html: str) -> str:
    """What a page says, with ordinary spaces."""
    said = unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u202f", " ").replace("\xa0", " ")
    return re.sub(r"\s+", " ", said)
