"""A wholesaler with statuses, and shortcuts for what these tests do again and again."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.cart.service import CartItem, Carts
from fondaco.checkout.service import Checkout, CheckoutRequest
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_loyalty import tiers
from fondaco_loyalty.standing import standing
from fondaco_loyalty.status import Standing, Tier
from fondaco_sdk.context import AnyRow
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.ids import OrderId, ProductId
from fondaco_sdk.types.order import Order, OrderState
from fondaco_sdk.types.reason import Reason

SILVER = Tier(uuid4(), "Серебро", "Silver", Decimal(10_000), Decimal(5))
GOLD = Tier(uuid4(), "Золото", "Gold", Decimal(50_000), Decimal("7.5"))


class Shop:
    """A wholesaler at work: 100 RUB a piece, and companies that buy."""

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
        """Another company; its id in the ERP is its name."""
        company = await self.wholesaler.company(name, self.seller, [self.prices], currency=currency)
        await self.run(
            "update fondaco.company set external_id = :name where id = :id",
            name=name,
            id=company.customer.company_id,
        )
        return company

    @property
    def ask(self) -> AskContext:
        """Reading as the first company's buyer."""
        return self.company.ask(self.hall)

    async def tiers(self, *wanted: Tier) -> None:
        """Statuses in force, by default silver and gold."""
        async with system_ask(self.hall).act() as act:
            for tier in wanted or (SILVER, GOLD):
                await tiers.save(act, tier)

    async def order(
        self, quantity: int, company: CompanyFixture | None = None, *, deliver: bool = True
    ) -> Order:
        """A placed order of so many pieces, its events delivered."""
        buyer = company or self.company
        ask = buyer.ask(self.hall)
        async with ask.act() as act:
            item = CartItem(self.products[0], Decimal(quantity), LineSource.SEARCH)
            await Carts(act).add(act, [item])
        shown = fingerprint((await Carts(ask).view()).cart)
        request = CheckoutRequest(shown, "address", outlet=buyer.outlet)
        order_id = await Checkout(ask).place(request, f"key-{uuid4()}")
        if deliver:
            await deliver_due(self.hall)
        return (await Orders(ask).orders([order_id], ask.scope))[order_id]

    async def cancel(self, order_id: OrderId, *, deliver: bool = True) -> None:
        """The ERP cancels an order."""
        async with system_ask(self.hall).act() as act:
            why = Reason("test", "Отмена", "Cancelled")
            await Orders(act).report_state(order_id, OrderState.CANCELLED, why)
        if deliver:
            await deliver_due(self.hall)

    async def standing(self, company: CompanyFixture | None = None) -> Standing:
        """Where a company stands now."""
        buyer = company or self.company
        return await standing(buyer.ask(self.hall), buyer.customer.company_id)

    async def journal(self) -> Sequence[AnyRow]:
        """Every entry, in the order in which it was made."""
        return await system_ask(self.hall).fetch(
            text("select * from plugin_loyalty.turnover order by id")
        )

    async def bought(self, amount: str, *, days_ago: int = 0, currency: str = "RUB") -> None:
        """Turnover of the first company, as the ERP would report it."""
        await self.run(
            "insert into plugin_loyalty.turnover"
            " (company_id, counted_on, amount, currency, kind, document, label)"
            " values (:company, (now() at time zone 'Europe/Moscow')::date - cast(:days as int),"
            " :amount, :currency, 'erp', :document, 'УПД-1')",
            company=self.company.customer.company_id,
            days=days_ago,
            amount=Decimal(amount),
            currency=currency,
            document=str(uuid4()),
        )

    async def run(self, sql: str, **values: object) -> None:
        """A statement as the program."""
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql), values)
