"""F01: whoever beside the portal refuses, dawdles or hangs, a buyer goes from search to payment.

Each neighbour of `f01_neighbours.py` in each fault, on each page of the way: the page answers in
its own deadline, an order is placed, and what cannot be done now is said. Once the neighbour is
back, the order is paid and told to the broker. Prints the table. A worker is at work all the time.
"""

import re
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import faults
import httpx
import pytest
import pytest_asyncio
from faults import FAULTS, Fault, FaultProxy, proxy_of
from msgspec import Struct
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent.parent / "payments"))

from f01_neighbours import CALLED, PLUGINS, Called, Caller, at_port, port_of

from fondaco.exchange import worker
from fondaco.exchange.net import outside_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.identity.machines import make_machine
from fondaco.orders.payments import acquirers
from fondaco.search.documents import rebuild
from fondaco.settings import Settings
from fondaco.testing.broker import Broker
from fondaco.testing.broker_fixtures import Until, Working, broker, queues, server, until, working
from fondaco.testing.client import Client
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import WorkingShop, words
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_payments_yookassa import acquirer
from fondaco_sdk.manifest import Plugin

__all__ = ("broker", "queues", "server", "until", "working")

pytestmark = pytest.mark.timeout(600)

# What a page itself may take on a machine that is busy.
MARGIN = 1.5
HIDDEN = re.compile(r'<input type="hidden" name="(key|shown|shown_total)" value="([^"]*)">')
WAITING = text("select 1 from fondaco.delivery where subscriber like 'amqp:%' and state <> 'done'")
OFFER = re.compile(r'value="([\d.]+ cdek:233)"')
# What a carrier and the ERP have to know of the shop.
KNOWN = (
    "update fondaco.product set weight_kg = 1",
    "update fondaco.outlet set address = 'Москва, ул Мира, д 1'",
    "update fondaco.agreement set external_id = 'agreement-' || id where external_id is null",
    "update fondaco.legal_entity set external_id = 'entity-' || id where external_id is null",
    "update fondaco.place set external_id = 'place-' || id where external_id is null",
    "update fondaco.price_list set external_id = 'list-' || id where external_id is null",
)
ORDERS = text("select count(*) from fondaco.customer_order")


class Cell(Struct, frozen=True):
    """A page under a fault: its worst answer, and what it was allowed and told to say."""

    service: str
    fault: Fault
    page: str
    status: int
    seconds: float
    limit: float
    note: str
    said: bool

    @property
    def kept(self) -> bool:
        """Whether it kept its promise."""
        return self.status < 400 and self.seconds <= self.limit and self.said

    def row(self) -> str:
        """As the table shows it."""
        verdict = "kept" if self.kept else "BROKEN"
        return (
            f"{self.service:<10}{self.fault:<9}{self.page:<10}{self.status:<5}"
            f"{self.seconds:6.2f} s of {self.limit:.1f} s  {verdict:<8}{self.note}"
        )


class Seen(Struct):
    """A page as the buyer sees it: the longest answer, the worst status, all texts."""

    seconds: float = 0.0
    status: int = 0
    texts: str = ""


class Way:
    """A buyer's way from the search to the acquirer, timed page by page."""

    def __init__(self, client: Client, shop: WorkingShop, asked: str) -> None:
        self._client = client
        # What was asked before is remembered.
        self._asked = asked
        self._outlet = shop.company.outlet
        self.pay = ""

    async def go(self) -> dict[str, Seen]:
        """What each page was like."""
        seen = {page: Seen() for page in ("browse", "cart", "checkout", "pay")}
        client = self._client
        token = {"X-CSRFToken": await client.token()}
        await _see(seen["browse"], client.get("/search?q=A-1"))
        lines = {"article": "A-1", "quantity": "2"}
        await _see(seen["cart"], client.post("/cart/articles", data=lines, headers=token))
        await _see(seen["cart"], client.get("/cart"))
        page = await _see(seen["checkout"], client.get("/checkout"))
        await _see(seen["checkout"], client.get("/addresses/suggest", params={"q": self._asked}))
        form = {**dict(HIDDEN.findall(page.text)), "payment": "yookassa_card"}
        form["to"] = f"outlet:{self._outlet}"
        chosen = {"to": form["to"]}
        costs = await _see(
            seen["checkout"], client.post("/checkout/costs", data=chosen, headers=token)
        )
        if offer := OFFER.search(costs.text):
            form |= {"part": "", "offer-": offer[1]}
        placed = await _see(seen["checkout"], client.post("/checkout", data=form, headers=token))
        assert placed.status_code == 303, words(placed.text)
        self.pay = placed.headers["location"]
        await _see(seen["pay"], client.post(self.pay, headers=token))
        await _see(seen["pay"], client.get(self.pay.partition("/payments/")[0]))
        return seen

    async def paid_at(self) -> str:
        """Where the button leads now."""
        answer = await self._client.send_form(self.pay, headers={"HX-Request": "true"})
        return str(answer.headers.get("HX-Redirect", ""))


async def _see(seen: Seen, call: Awaitable[httpx.Response]) -> httpx.Response:
    started = perf_counter()
    answer = await call
    seen.seconds = max(seen.seconds, perf_counter() - started)
    seen.status = max(seen.status, answer.status_code if answer.status_code != 303 else 200)
    seen.texts += words(answer.text)
    return answer


Proxies = dict[str, FaultProxy]


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    return tuple(m for m in discover()[0] if m.name in PLUGINS)


@pytest_asyncio.fixture
async def addresses(broker: Broker) -> AsyncIterator[dict[str, tuple[str, FaultProxy]]]:
    """Of each called neighbour the address of the proxy before it."""
    async with AsyncExitStack() as stack:
        found = {}
        for one in CALLED:
            address = await stack.enter_async_context(one.stub(broker))
            proxy = await stack.enter_async_context(proxy_of(port_of(address)))
            found[one.name] = at_port(address, proxy.port), proxy
        yield found


@pytest.fixture
def settings(tmp_path: Path, addresses: dict[str, tuple[str, FaultProxy]]) -> Settings:
    made = Settings(data_dir=str(tmp_path / "data"), secret="test-secret")
    for one in CALLED:
        made = one.settings(made, addresses[one.name][0])
    return made


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> WorkingShop:
    made = WorkingShop(hall, wholesaler)
    await made.open()
    for statement in KNOWN:
        await made.run(statement)
    async with hall.database.transaction() as connection:
        await rebuild(connection, made.products)
    return made


@pytest_asyncio.fixture
async def erp(hall: Hall, client: Client) -> AsyncIterator[Caller]:
    """1C, with its login."""
    from fondaco_erp_1c.sim.client import Onec

    async with system_ask(hall).act() as act:
        password = await make_machine(act, "ut11", "УТ")
    onec = Onec(client, "ut11", password, "catalog")
    await onec.begin()
    caller = Caller(client, {"Cookie": onec.cookie})
    yield caller
    await caller.suffer("well")


class All:
    """Every neighbour at once."""

    def __init__(self, *neighbours: Any) -> None:
        self._neighbours = neighbours

    async def suffer(self, fault: Fault) -> None:
        """From now on."""
        for one in self._neighbours:
            await one.suffer(fault)


async def _cells(way: Way, name: str, fault: Fault, called: Sequence[Called]) -> list[Cell]:
    """The pages of a way on which these neighbours, of all that are called, are broken."""
    found = []
    for page, seen in (await way.go()).items():
        wait = sum(one.seconds[page]() for one in called if page in one.seconds)
        notes = [one.notes[page] for one in called if page in one.notes]
        note, said = "; ".join(notes), all(one in seen.texts for one in notes)
        limit = MARGIN + wait
        found.append(Cell(name, fault, page, seen.status, seen.seconds, limit, note, said))
    return found


async def test_every_page_keeps_its_deadline_and_every_order_is_placed_paid_and_told(
    hall: Hall,
    shop: WorkingShop,
    client: Client,
    erp: Caller,
    addresses: dict[str, tuple[str, FaultProxy]],
    working: Working,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(worker, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 0.5)
    await client.sign_in(shop.company.email, PASSWORD)
    neighbours: list[tuple[str, Any, Sequence[Called]]] = [
        *((one.name, addresses[one.name][1], (one,)) for one in CALLED),
        (erp.name, erp, ()),
        ("all", All(*(proxy for _, proxy in addresses.values()), erp), CALLED),
    ]
    cells: list[Cell] = []
    async with working(hall):
        seen = await Way(client, shop, "Казань").go()
        assert "СДЭК: до двери" in seen["checkout"].texts
        assert "подтверждены 1С" in seen["pay"].texts
        await _forget_failures(hall)
        for name, neighbour, called in neighbours:
            for fault in FAULTS:
                way = Way(client, shop, f"Казань, {name} {fault}")
                await neighbour.suffer(fault)
                cells += await _cells(way, name, fault, called)
                await neighbour.suffer("well")
                await _forget_failures(hall)
                assert "/pay/" in await way.paid_at(), (name, fault)
        await until(lambda: _all_told(hall), 40)
    with capsys.disabled():
        print("\n" + "\n".join(cell.row() for cell in cells))
    assert [cell.row() for cell in cells if not cell.kept] == []
    assert len(cells) == len(neighbours) * len(FAULTS) * 4
    orders = (await system_ask(hall).fetch(ORDERS))[0][0]
    assert orders == 1 + len(neighbours) * len(FAULTS)
    for plugin in hall.registry.plugins:
        assert await broken_invariants(hall, plugin.name) == set()


async def _all_told(hall: Hall) -> bool:
    return not await system_ask(hall).fetch(WAITING)


async def _forget_failures(hall: Hall) -> None:
    """Each fault meets closed breakers, services that do not rest, and no price from before."""
    async with hall.database.transaction() as connection:
        await connection.execute(text("delete from fondaco.delivery_quote"))
    outside_of(hall)._breakers.clear()
    for provider in hall.providers.values():
        if hasattr(provider, "rests"):
            provider.rests = 0.0


async def test_control_without_its_deadline_a_page_waits_as_long_as_the_acquirer(
    hall: Hall,
    shop: WorkingShop,
    client: Client,
    addresses: dict[str, tuple[str, FaultProxy]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = acquirers.SECONDS
    await client.sign_in(shop.company.email, PASSWORD)
    monkeypatch.setattr(acquirers, "SECONDS", 60.0)
    monkeypatch.setattr(acquirer, "SECONDS", 60.0)
    monkeypatch.setattr(faults, "SLOW_SECONDS", limit + MARGIN + 1)
    await addresses["acquirer"][1].suffer("slow")
    cells = await _cells(Way(client, shop, "Казань"), "acquirer", "slow", ())
    assert max(cell.seconds for cell in cells) > limit + MARGIN
    assert not all(cell.kept for cell in cells)
