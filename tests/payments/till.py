"""A shop that is paid by YooKassa, or by what stands for it on this machine."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from sqlalchemy import text
from yookassa import KEY, SHOP, YooKassaStub

from fondaco.cart.fingerprint import fingerprint
from fondaco.checkout.request import CheckoutRequest
from fondaco.checkout.service import Checkout
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.orders.payments.charges import Charge, charges_of
from fondaco.orders.service import Orders
from fondaco.settings import Settings
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_sdk.types.order import Order

SECRET, BEFORE = "a-secret-of-this-test", "the-secret-before-it"
CARD, SBP, BUSINESS = "yookassa_card", "yookassa_sbp", "yookassa_b2b_sberbank"
D = Decimal


def till_settings(base: Settings, url: str, **more: Any) -> Settings:
    """The settings of a site whose YooKassa is at an address."""
    own = {
        "shop_id": SHOP,
        "secret_key": KEY,
        "url": url,
        "ways": ["card", "sbp", "b2b_sberbank"],
        "webhook_secret": SECRET,
        "webhook_secret_before": BEFORE,
        "networks": [],
        "receipt_email": "buh@example.ru",
        **more,
    }
    return msgspec.structs.replace(base, plugins={"payments_yookassa": own})


def till_toml(url: str) -> str:
    """The same for processes, as a part of their `fondaco.toml`."""
    own = till_settings(Settings(), url).plugins["payments_yookassa"]
    lines = [f"{name} = {json.dumps(value)}" for name, value in own.items()]
    return "\n".join(["[plugins.payments_yookassa]", *lines, ""])


class Till(WorkingShop):
    """The shop with its acquirer; `stub` is the acquirer's side."""

    stub: YooKassaStub

    async def sold(
        self,
        quantity: int = 3,
        *,
        payment: str = CARD,
        amount: Decimal | None = None,
        rest: str = "",
        company: CompanyFixture | None = None,
    ) -> Order:
        """An order to be paid so; `amount` of it, and what is left by `rest`."""
        buyer = company or self.company
        await self.fill(quantity, company=buyer)
        shown = fingerprint((await self.cart(buyer)).cart)
        ask = buyer.ask(self.hall)
        request = CheckoutRequest(
            shown,
            "address",
            outlet=buyer.outlet,
            payment=payment,
            payment_amount=amount,
            rest=rest,
        )
        return await Checkout(ask).place(request, f"key-{uuid4()}")

    async def read(self, order_id: Any) -> Order:
        """The order as it is now."""
        return (await Orders(self.ask).orders([order_id], self.ask.scope))[order_id]

    async def timeline(self, order: Order) -> list[str]:
        """The kinds of its entries."""
        detail = await Orders(self.ask).detail(order.uuid, self.ask.scope)
        return [entry.kind for entry in detail.timeline]

    async def charges(self, order: Order) -> Sequence[Charge]:
        """The attempts with the acquirer."""
        return await charges_of(self.ask, order.id)

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        """What a statement finds."""
        return list(await self.ask.fetch(text(sql), values))

    async def work(self, outside: Outside | None = None) -> int:
        """Run what is queued of payments, as a worker would; the number of tasks."""
        queued = await self.rows(
            "select id, entrypoint, convert_from(payload, 'UTF8') from fondaco.pgqueuer"
            " where entrypoint like 'payments.%' order by id"
        )
        async with self.hall.database.transaction() as connection:
            await connection.execute(
                text("delete from fondaco.pgqueuer where id = any(:ids)"),
                {"ids": [row[0] for row in queued]},
            )
        way_out = outside or Outside()
        for key, name, payload in queued:
            task = KERNEL_TASKS[name]
            job = JobContext(self.hall, way_out, name, key)
            await task.function(job, msgspec.convert(json.loads(payload), task.payload))
        if outside is None:
            await way_out.close()
        return len(queued)

    async def poll(self) -> None:
        """The sweep, as if the charges had not been asked about for a while."""
        await self.run("update fondaco.charge set read_at = now() - interval '1 hour'")
        task = KERNEL_TASKS["payments.poll"]
        outside = Outside()
        await task.function(JobContext(self.hall, outside, "payments.poll", 1), task.payload())
        await outside.close()


def pay_path(order: Order, part: int = 0) -> str:
    """Where a part is paid."""
    return f"/orders/{order.uuid}/payments/{order.payments[part].uuid}/pay"


def back_path(order: Order, part: int = 0) -> str:
    """Where the acquirer sends the buyer."""
    return f"/orders/{order.uuid}/payments/{order.payments[part].uuid}/back"


async def webhook(
    client: httpx.AsyncClient, body: bytes, secret: str = SECRET, **options: Any
) -> httpx.Response:
    """A call of the acquirer."""
    headers = {"content-type": "application/json", **options.pop("headers", {})}
    return await client.post(
        f"/payments/yookassa/{secret}", content=body, headers=headers, **options
    )


async def press(client: Any, order: Order, part: int = 0) -> str:
    """The button; the acquirer's id of the charge."""
    answer = await client.send_form(pay_path(order, part), headers={"HX-Request": "true"})
    address = str(answer.headers.get("HX-Redirect", ""))
    assert "/pay/" in address, (answer.status_code, answer.text[:300], dict(answer.headers))
    return address.rpartition("/")[2]
