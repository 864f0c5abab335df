"""The rooms of D07: what people press and what the ERP sends, and what may be there afterwards.

A room is prepared, then the same thing is sent many times at once, to two processes in turn. It
answers with what it counted in the tables and what it should have counted.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
from bank_files import account, payment, statement
from journey import changed, checkout_form, hidden_fields
from msgspec import Struct
from till import Till, back_path, pay_path, till_toml

from fondaco.cart.dealing import Cell
from fondaco.cart.deliveries.service import Deliveries
from fondaco.cart.service import Carts
from fondaco.cart.targets import read_targets
from fondaco.delivery.copying import COPY_TASK, CopyPoints
from fondaco.demo.carrier import DemoCarrier
from fondaco.exchange.queue import enqueue
from fondaco.orders.payments.charges import press as begin_charge
from fondaco.orders.service import Orders
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.order import Order

WORK_SECONDS = 60
NOT_TWICE = {200, 201, 204, 303, 404, 409, 422, 429}
"""What a press may be answered with: done, done before, or refused. Never a failure."""

Counted = tuple[Any, Any]


def settings_of(url: str, authority: str) -> str:
    """`fondaco.toml` of a site with all rooms, whose bank is read by `authority`."""
    return f"""
[delivery]
demo_carrier = true
[payments]
bank_authority = "{authority}"
{till_toml(url)}"""


class Site(Struct, frozen=True):
    """Two processes of one site, its people signed in, its 1C, and how often one presses."""

    addresses: Sequence[str]
    shop: Till
    buyer: Client
    staff: Client
    erp: Erp
    presses: int

    async def press(self, who: Client, path: str, form: Mapping[str, Any] | None = None) -> None:
        """The same form from several windows at once."""
        token = {"X-CSRFToken": await who.token()}
        await self._at_once(lambda at: who.post(f"{at}{path}", data=form or {}, headers=token))

    async def upload(self, who: Client, path: str, content: bytes) -> None:
        """The same file from several windows at once."""
        token = {"X-CSRFToken": await who.token()}
        files = {"file": ("file.txt", content, "text/plain")}
        await self._at_once(lambda at: who.post(f"{at}{path}", files=files, headers=token))

    async def tell(self, name: str, *records: Mapping[str, Any]) -> None:
        """1C sends the same records at once, and none may be refused."""
        plugin, _, kind = name.rpartition(".")
        path, said = f"/api/v1/inbound/{plugin}.{kind}", {"records": list(records)}
        answers = await self._at_once(
            lambda at: self.erp.client.post(f"{at}{path}", json=said, headers=self.erp.headers)
        )
        assert {answer.status_code for answer in answers} == {200}
        assert all(not answer.json()["unmatched"] for answer in answers), answers[0].text

    async def _at_once(
        self, send: Callable[[str], Awaitable[httpx.Response]]
    ) -> Sequence[httpx.Response]:
        addresses = [self.addresses[n % len(self.addresses)] for n in range(self.presses)]
        answers = await asyncio.gather(*(send(address) for address in addresses))
        strange = [a for a in answers if a.status_code not in NOT_TWICE]
        assert not strange, (strange[0].status_code, strange[0].url, strange[0].text[:500])
        return answers

    async def row(self, sql: str, **values: Any) -> tuple[Any, ...]:
        """The one row that a query answers."""
        (found,) = await self.shop.rows(sql, **values)
        return tuple(found)

    async def until(self, sql: str, **values: Any) -> None:
        """The workers have come to where a query says yes, or their time is over."""
        for _ in range(WORK_SECONDS * 5):
            if (await self.row(sql, **values))[0]:
                return
            await asyncio.sleep(0.2)

    async def paid_order(self) -> Order:
        """An order of 300, paid at the acquirer and known to be."""
        order = await self.shop.sold(3)
        detail = await Orders(self.shop.ask).detail(order.uuid, self.shop.ask.scope)
        url = await begin_charge(self.shop.ask, detail, order.payments[0].uuid)
        self.shop.stub.pay(url.rpartition("/")[2])
        await self.buyer.get(back_path(order))
        return await self.shop.read(order.id)


_ENTRIES = (
    "select count(*), coalesce(sum(e.amount), 0) from fondaco.payment_entry e"
    " join fondaco.payment p on p.id = e.payment_id where p.order_id = :order and e.kind = :kind"
)
_ORDERS = "select count(*), coalesce(sum(total), 0) from fondaco.customer_order where id > :after"
_LAST = "select coalesce(max(id), 0) from fondaco.customer_order"
_EVENTS = "select count(*) from fondaco.outbox where type = :type and payload->>'order_id' = :order"


def _staff_path(order: Order, what: str) -> str:
    return f"/orders/{order.uuid}/payments/{order.payments[0].uuid}/{what}"


async def paying(site: Site) -> Counted:
    """A buyer presses "pay"."""
    order, before = await site.shop.sold(3), len(site.shop.stub.payments)
    await site.press(site.buyer, pay_path(order))
    begun = len(site.shop.stub.payments) - before
    return (begun, len(await site.shop.charges(order))), (1, 1)


async def refunding(site: Site) -> Counted:
    """Staff return a part; the workers ask the acquirer."""
    order, before = await site.paid_order(), len(site.shop.stub.refunds)
    form = await hidden_fields(site.staff, _staff_path(order, "refund"))
    wanted = {**form, "amount": "100", "reason": "Брак"}
    await site.press(site.staff, _staff_path(order, "refund"), wanted)
    await site.until(
        "select not exists (select 1 from fondaco.charge_refund r where r.state = 'starting')"
    )
    counted = await site.row(_ENTRIES, order=order.id, kind="refunded")
    return (len(site.shop.stub.refunds) - before, counted), (1, (1, Decimal(-100)))


async def recording(site: Site) -> Counted:
    """Staff write down what came past the portal."""
    order = await site.shop.order(3)
    form = {"amount": "100", "number": "77", "day": "2026-03-01"}
    await site.press(site.staff, _staff_path(order, "record"), form)
    return await site.row(_ENTRIES, order=order.id, kind="received"), (1, Decimal(100))


async def striking(site: Site) -> Counted:
    """Staff take off one of two payments that were written down."""
    order = await site.shop.order(3)
    form = {"amount": "100", "day": "2026-03-01"}
    for number in ("78", "79"):
        await site.staff.send_form(_staff_path(order, "record"), {**form, "number": number})
    (entry,) = await site.row("select max(id) from fondaco.payment_entry")
    await site.press(site.staff, _staff_path(order, "strike"), {"entry": str(entry)})
    return await site.row(_ENTRIES, order=order.id, kind="struck"), (1, Decimal(-100))


async def uploading(site: Site) -> Counted:
    """Staff upload a statement."""
    content = statement([account(), payment(Номер="901")]).encode("cp1251")
    await site.upload(site.staff, "/staff/statements", content)
    return await site.row(
        "select count(*), sum(amount) from fondaco.bank_payment where number = '901'"
    ), (1, Decimal(300))


async def booking(site: Site) -> Counted:
    """Staff book what a statement has for an order."""
    order = await site.shop.order(3)
    tax_id, *_ = await site.row(
        "select tax_id from fondaco.legal_entity where id = :id",
        id=site.shop.company.customer.legal_entity_id,
    )
    document = payment(
        Номер="902", ПлательщикИНН=tax_id, НазначениеПлатежа=f"Оплата заказа {order.number}"
    )
    content = statement([account(), document]).encode("cp1251")
    uploaded = await site.staff.post(
        "/staff/statements",
        files={"file": ("kl.txt", content, "text/plain")},
        headers={"X-CSRFToken": await site.staff.token()},
    )
    page = await site.staff.get(uploaded.headers["location"])
    pairs = re.findall(r'name="pair" value="([^"]+)"', page.text)
    await site.press(site.staff, "/staff/statements/book", {"pair": pairs, "statement": ""})
    return await site.row(_ENTRIES, order=order.id, kind="received"), (1, Decimal(300))


async def on_credit(site: Site) -> Counted:
    """A buyer orders on credit: the account holds it once, and lets it go once."""
    shop = site.shop
    await shop.fill(2)
    form = await checkout_form(
        site.buyer, f"outlet:{shop.company.outlet}", payment="credit_limit", bring="demo:door"
    )
    (after,) = await site.row(_LAST)
    await site.press(site.buyer, "/checkout", form)
    orders, total = await site.row(_ORDERS, after=after)
    held = await site.row(
        "select count(*), sum(amount) from plugin_credit_limit.entry where kind = 'held'"
    )
    (uuid,) = await site.row(
        "select uuid from fondaco.customer_order where id > :after order by id limit 1", after=after
    )
    await site.press(site.buyer, f"/orders/{uuid}/cancel")
    await site.until(
        "select exists (select 1 from plugin_credit_limit.entry where kind = 'released')"
    )
    let_go = await site.row(
        "select count(*), coalesce(-sum(amount), 0) from plugin_credit_limit.entry"
        " where kind = 'released'"
    )
    return (orders, held, let_go), (1, (1, total), (1, total))


async def with_its_delivery(site: Site) -> Counted:
    """What bringing the goods costs is asked once and paid once."""
    shop = site.shop
    await shop.fill(4)
    to = f"outlet:{shop.company.outlet}"
    (asked,) = await site.row("select count(*) from fondaco.delivery_quote")
    await site.press(site.buyer, "/checkout/costs", {"to": to})
    (quotes,) = await site.row("select count(*) from fondaco.delivery_quote")
    form = await checkout_form(site.buyer, to, bring="demo:door")
    price = Decimal(str(form["offer-"]).partition(" ")[0])
    (after,) = await site.row(_LAST)
    await site.press(site.buyer, "/checkout", form)
    counted = await site.row(
        "select count(*), sum(s.delivery_price), sum(o.total),"
        "       sum((select sum(p.amount) from fondaco.payment p where p.order_id = o.id))"
        "  from fondaco.customer_order o join fondaco.shipment s on s.order_id = o.id"
        " where o.id > :after",
        after=after,
    )
    return (quotes - asked, counted), (1, (1, price, 400 + price, 400 + price))


async def by_deliveries(site: Site) -> Counted:
    """One order goes out in two deliveries, each brought at its own price."""
    shop = site.shop
    await shop.fill(10)
    async with shop.ask.act() as act:
        dealt = Deliveries(act)
        await dealt.begin()
        target = (await read_targets(act)).all[0].value
        later = act.now.date() + timedelta(days=10)
        second = await dealt.add(target, later)
        (line,) = await Carts(act).rows()
        await dealt.put([Cell(line.uuid, second, Decimal(4))])
    form = await checkout_form(site.buyer, "deliveries", bring="demo:door")
    prices = [Decimal(form[f"offer-{part}"].partition(" ")[0]) for part in form["part"]]
    (after,) = await site.row(_LAST)
    await site.press(site.buyer, "/checkout", form)
    counted = await site.row(
        "select count(distinct o.id), count(*), sum(s.delivery_price)"
        "  from fondaco.customer_order o join fondaco.shipment s on s.order_id = o.id"
        " where o.id > :after",
        after=after,
    )
    return counted, (1, 2, sum(prices))


async def to_a_point(site: Site) -> Counted:
    """Points are copied by both workers at once, and one of them is chosen."""
    async with site.shop.hall.database.transaction() as connection:
        for number in range(site.presses):
            await enqueue(connection, COPY_TASK, CopyPoints("demo"), key=f"d07-{number}")
    await site.until("select count(*) >= :all from fondaco.pgqueuer_log"
                     " where entrypoint = :task and status = 'successful'",
                     all=site.presses, task=COPY_TASK)  # fmt: skip
    net: Any = None
    told = await DemoCarrier().points(net, 0) or ()
    points = await site.row("select count(*), count(distinct code) from fondaco.pickup_point")
    await site.shop.fill(1)
    form = await checkout_form(site.buyer, f"outlet:{site.shop.company.outlet}", bring="demo:point")
    town = next(point for point in told if point.city == "Тверь")
    (after,) = await site.row(_LAST)
    await site.press(site.buyer, "/checkout", {**form, "point-": f"demo:{town.code}"})
    counted = await site.row(
        "select count(*), max(s.point_code) from fondaco.customer_order o"
        "  join fondaco.shipment s on s.order_id = o.id where o.id > :after",
        after=after,
    )
    return (points, counted), ((len(told), len(told)), (1, town.code))


async def asking_for_a_change(site: Site) -> Counted:
    """A buyer asks for another order, staff accept: each once."""
    order = await site.shop.order(10)
    path = f"/orders/{order.uuid}/change"
    form = await hidden_fields(site.buyer, path)
    await site.press(site.buyer, path, {**changed(form, 6), "comment": "Меньше"})
    answer = await hidden_fields(site.staff, f"{path}/answer")
    await site.press(site.staff, f"{path}/answer", changed(answer, 6))
    events = [
        (await site.row(_EVENTS, type=kind, order=str(order.id)))[0]
        for kind in ("order.change_requested.v1", "order.amended.v1", "order.change_answered.v1")
    ]
    requests = await site.row(
        "select count(*) from fondaco.change_request where order_id = :order", order=order.id
    )
    total = (await site.shop.read(order.id)).total
    return (events, requests, total), ([1, 1, 1], (1,), Decimal(600))


async def told_of_money(site: Site) -> Counted:
    """1C tells of a payment."""
    order = await site.shop.order(3)
    record = {
        "external_id": "d07-payment",
        "order": order.number,
        "amount": "100.00",
        "currency": "RUB",
        "number": "77",
        "date": "2026-03-01",
    }
    await site.tell("erp.payments", record)
    return await site.row(_ENTRIES, order=order.id, kind="received"), (1, Decimal(100))


async def told_of_documents(site: Site) -> Counted:
    """1C sends a document that it has issued."""
    record = {
        "external_id": "d07-document",
        "kind": "other",
        "title": "Сертификат",
        "number": "УТ-000123",
        "date": "2026-11-20",
        "legal_entity": "d07-entity",
        "file": base64.b64encode(b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n").decode(),
    }
    await site.tell("erp.documents", record)
    counted = await site.row(
        "select count(*), (select count(*) from fondaco.outbox o"
        "  join fondaco.document t on o.payload->>'document_uuid' = t.uuid::text"
        " where t.external_id = 'd07-document') from fondaco.document"
        " where external_id = 'd07-document'"
    )
    return counted, (1, 1)


async def told_of_an_order(site: Site) -> Counted:
    """1C has shipped an order: its goods leave the stock once."""
    order = await site.shop.order(7)
    (before,) = await site.row("select sum(on_hand) from fondaco.stock_row")
    moved = [{"order": order.number, "state": state} for state in ("confirmed", "shipped")]
    await site.tell("erp.order_states", *moved)
    entries = await site.row(
        "select count(*) from fondaco.order_entry where order_id = :order and kind = any(:kinds)",
        order=order.id,
        kinds=["state.confirmed", "state.shipped"],
    )
    (after,) = await site.row("select sum(on_hand) from fondaco.stock_row")
    (reserved,) = await site.row(
        "select coalesce(sum(r.quantity), 0) from fondaco.reservation r"
        " join fondaco.order_line l on l.id = r.order_line_id"
        " where l.order_id = :order and r.state = 'held'",
        order=order.id,
    )
    return (entries, before - after, reserved), ((2,), 7, 0)


async def told_of_debts(site: Site) -> Counted:
    """1C tells of an account with its debts."""
    record = {
        "legal_entity": "d07-entity",
        "version": 5,
        "limit": "100000",
        "items": [{"amount": "70.00", "document": "УТ-1"}, {"amount": "30.00", "document": "УТ-2"}],
    }
    await site.tell("credit_limit.limits", record)
    counted = await site.row(
        "select count(*), sum(amount), (select erp_exposure from plugin_credit_limit.account)"
        "  from plugin_credit_limit.debt"
    )
    return counted, (2, Decimal(100), Decimal(100))


Room = Callable[[Site], Awaitable[Counted]]
# Those that order come last: without the guards they leave carts as they were.
OF_PEOPLE: Sequence[Room] = (
    paying, refunding, recording, striking, uploading, booking, asking_for_a_change, on_credit,
    with_its_delivery, to_a_point, by_deliveries,
)  # fmt: skip
OF_THE_ERP: Sequence[Room] = (
    told_of_money, told_of_documents, told_of_an_order, told_of_debts,
)  # fmt: skip


async def surprises_in(site: Site, rooms: Sequence[Room]) -> Mapping[str, Any]:
    """The rooms in which something was there more or less than once, and what was counted."""
    found: dict[str, Any] = {}
    for room in rooms:
        try:
            counted, expected = await room(site)
        except AssertionError as failure:
            found[room.__name__] = str(failure)[:1000]
        else:
            if counted != expected:
                found[room.__name__] = counted, expected
    return found


@asynccontextmanager
async def browsers(address: str, *emails: str) -> AsyncIterator[Sequence[Client]]:
    """Browsers at an address, in which these people are signed in."""
    async with AsyncExitStack() as stack:
        found = []
        for email in emails:
            browser = await stack.enter_async_context(Client(base_url=address, timeout=60))
            assert (await browser.sign_in(email, PASSWORD)).status_code == 303
            found.append(browser)
        yield found
