"""A wholesaler that gives credit, and shortcuts for what these tests do again and again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from fondaco.cart.fingerprint import fingerprint
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Checkout
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_credit_limit.accounts import standings
from fondaco_credit_limit.rule import Standing
from fondaco_sdk.context import AnyRow
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.order import AmendedLine, Order
from fondaco_sdk.types.reason import Reason

_JOURNAL = text("select kind, amount from plugin_credit_limit.entry order by id")


class Shop(WorkingShop):
    """A working shop whose first company may have a limit."""

    async def limits(self, *records: dict[str, Any]) -> Report:
        """Accounts as the ERP tells them; without a tax id that of the first company."""
        entity = self.company.customer.legal_entity_id
        await self.run(
            "update fondaco.legal_entity set external_id = 'E-' || id where id = :id", id=entity
        )
        known = {"legal_entity": f"E-{entity}"}
        return await receive(
            self.hall, "credit_limit.limits", [{**known, **record} for record in records]
        )

    async def standing(self, company: CompanyFixture | None = None) -> Standing:
        """How the account of a company stands."""
        buyer = company or self.company
        entity = buyer.customer.legal_entity_id
        return (await standings(buyer.ask(self.hall), [entity]))[entity]

    async def buy(
        self,
        quantity: int,
        payment: str = "credit_limit",
        *,
        rest: str = "",
        amount: Decimal | None = None,
        company: CompanyFixture | None = None,
    ) -> Order:
        """An order of so many goods at 100 RUB."""
        buyer = company or self.company
        await self.fill(quantity, company=buyer)
        return await self.send(payment, rest=rest, amount=amount, company=buyer)

    async def send(
        self,
        payment: str,
        *,
        rest: str = "",
        amount: Decimal | None = None,
        company: CompanyFixture | None = None,
    ) -> Order:
        """What is in the cart, as an order."""
        buyer = company or self.company
        ask = buyer.ask(self.hall)
        shown = fingerprint((await self.cart(buyer)).cart)
        request = CheckoutRequest(
            shown,
            "address",
            outlet=buyer.outlet,
            payment=payment,
            payment_amount=amount,
            rest=rest,
        )
        return await Checkout(ask).place(request, f"key-{uuid4()}")

    async def pay(self, order: Order, amount: int, *, kind: Any = "received") -> None:
        """Money of the first company for an order, delivered to whoever hears of it."""
        async with system_ask(self.hall).act() as act:
            receipt = Receipt(Decimal(amount), "RUB", "bank", str(uuid4()), None, kind)
            await book(act, order.id, receipt)
        await deliver_due(self.hall)

    async def amend(self, order: Order, quantity: int) -> None:
        """1C has another quantity of the first product in an order."""
        ask = system_ask(self.hall)
        detail = await Orders(ask).detail(order.uuid, ask.scope)
        line = AmendedLine(
            self.products[0], Decimal(quantity), Decimal(100), Decimal(100 * quantity)
        )
        why = Reason("test", "Изменено в 1С", "Changed in 1C")
        async with ask.act() as act:
            await act.orders.amend(
                order.id, detail.shipments[0].uuid, [line], source="erp_1c", reason=why
            )
        await deliver_due(self.hall)

    async def journal(self) -> Sequence[AnyRow]:
        """Every entry, in the order in which it was made."""
        return await system_ask(self.hall).fetch(_JOURNAL)

    async def one(self, sql: str) -> Any:
        """The one figure that a query answers."""
        return (await system_ask(self.hall).fetch(text(sql)))[0][0]
