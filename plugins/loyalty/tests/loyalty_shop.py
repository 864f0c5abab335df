"""A wholesaler with statuses, and shortcuts for what these tests do again and again."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_loyalty import ledger, tiers
from fondaco_loyalty.balance import Balance, balance_of
from fondaco_loyalty.ledger import Owner
from fondaco_loyalty.standing import standing
from fondaco_loyalty.status import Standing, Tier
from fondaco_sdk.context import AnyRow
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import Order, OrderState

SILVER = Tier(uuid4(), "Серебро", "Silver", Decimal(10_000), Decimal(5))
GOLD = Tier(uuid4(), "Золото", "Gold", Decimal(50_000), Decimal("7.5"))


class Shop(WorkingShop):
    """A working shop with statuses and points."""

    async def new_company(self, name: str, *, currency: str = "RUB") -> CompanyFixture:
        """Another company; its id in the ERP is its name."""
        company = await super().new_company(name, currency=currency)
        await self.run(
            "update fondaco.company set external_id = :name where id = :id",
            name=name,
            id=company.customer.company_id,
        )
        return company

    async def tiers(self, *wanted: Tier) -> None:
        """Statuses in force, by default silver and gold."""
        async with system_ask(self.hall).act() as act:
            for tier in wanted or (SILVER, GOLD):
                await tiers.save(act, tier)

    async def order(
        self, *quantities: int, company: CompanyFixture | None = None, deliver: bool = True
    ) -> Order:
        """A placed order, its events delivered."""
        return await super().order(*quantities, company=company, deliver=deliver)

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

    async def grant(
        self, points: object, *, days: int | None = 100, company: CompanyFixture | None = None
    ) -> None:
        """Points that are good for so many days more, None: for ever; below zero: expired."""
        customer = (company or self.company).customer
        async with system_ask(self.hall).act() as act:
            owner = Owner(customer.company_id, customer.legal_entity_id)
            (account,) = (await ledger.opened(act, [owner])).values()
            entry = ledger.Entry(
                account_id=account.id,
                company_id=customer.company_id,
                kind="adjust",
                amount=Decimal(str(points)),
                expires_on=None if days is None else await self.day(days),
                reason="Подарок",
            )
            await ledger.credit(act, [account], [entry])

    async def day(self, days: int = 0) -> date:
        """A day by the database's clock in the site's zone, so many from today."""
        ask = system_ask(self.hall)
        rows = await ask.fetch(text(f"select {ledger.TODAY}"), {"zone": ask.zone.key})
        today: date = rows[0][0]
        return today + timedelta(days=days)

    async def points(self, company: CompanyFixture | None = None) -> Balance:
        """What a company has of points now."""
        customer = (company or self.company).customer
        ask = (company or self.company).ask(self.hall)
        return await balance_of(ask, customer.company_id, customer.legal_entity_id)

    async def entries(self) -> Sequence[tuple[str, Decimal, Decimal]]:
        """Every entry of points: its kind, what it adds, and what it owes."""
        rows = await system_ask(self.hall).fetch(
            text("select kind, amount, owed from plugin_loyalty.points order by id")
        )
        return [(row.kind, row.amount, row.owed) for row in rows]

    async def wish(self, most: int | None = None) -> None:
        """The first company's buyer wants to use so many points, None: all possible."""
        await self.run(
            "insert into plugin_loyalty.cart_points (company_id, user_id, most)"
            " values (:company, :user, :most)",
            company=self.company.customer.company_id,
            user=self.company.user_id,
            most=None if most is None else Decimal(most),
        )

    async def move(self, order_id: OrderId, *states: OrderState) -> None:
        """The ERP moves an order."""
        await self.report(order_id, *states)
        await deliver_due(self.hall)


def facts_of(order: Order) -> dict[str, Any]:
    """What every event of an order says."""
    return {
        "order_id": order.id,
        "order_uuid": order.uuid,
        "number": order.number,
        "company_id": order.company_id,
        "legal_entity_id": order.legal_entity_id,
        "at": order.placed_at,
    }
