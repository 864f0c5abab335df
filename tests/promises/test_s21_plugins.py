"""S21: a plugin that misbehaves is refused at the start, or hurts nobody but itself.

An in-process plugin is trusted code: it is kept from mistakes, not from malice. Not prevented are
what it writes into the kernel's rows by SQL of its own, a loop that never waits, and memory that it
does not give back.
"""

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import evil
import httpx
import pytest
import pytest_asyncio
from journey import changed, hidden_fields
from processes import environment_of, free_port, wait_until_ready
from shop import Buyer, Shop, open_shop
from sqlalchemy import text
from warm import Process, finished

from fondaco.exchange.deliveries import ATTEMPTS
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.specs import all_specs
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

pytestmark = pytest.mark.timeout(900)

ORDERED, REFUSED, FAILED = 201, 422, 503
WRONG = ("raises", "sleeps", "answers a number", "answers dicts", "changes the tables", "calls out")
STRICT = {
    hook: dict.fromkeys((*WRONG, "rewrites the audit"), FAILED)
    for hook in ("price_moves", "cart_moves")
}
CELLS: Mapping[str, Mapping[str, int]] = {
    **STRICT,
    "price_moves": {
        **STRICT["price_moves"],
        "below zero": FAILED,
        "another line": FAILED,
        "changes what it is given": FAILED,
        "changes a frozen thing": FAILED,
    },
    "cart_checks": dict.fromkeys(WRONG, REFUSED),
    "delivery_offers": dict.fromkeys(WRONG, ORDERED),
    "payment_options": dict.fromkeys(WRONG, ORDERED),
    "supply_plans": {
        **dict.fromkeys(WRONG, ORDERED),
        "below zero": ORDERED,
        "changes what it is given": ORDERED,
    },
    "order_placing": dict.fromkeys(
        ("raises", "sleeps", "changes the tables", "rewrites the audit", "calls out"), FAILED
    ),
    "match_articles": dict.fromkeys(("raises", "sleeps", "answers dicts"), ORDERED),
    "slot": dict.fromkeys(("raises", "sleeps", "answers a number"), ORDERED),
}
"""What a buyer's order comes to, by the hook that misbehaves and the way it does."""

BROKEN = ("raises", "answers a number", "answers dicts", "changes the tables")
ASIDE: Mapping[str, Sequence[str]] = {
    "payments_changing": ("raises", "sleeps", "changes the tables", "rewrites the audit"),
    "substitutes": (*BROKEN, "sleeps"),
    "document_blocks": BROKEN,
}
"""The ways of those hooks that nobody asks while an order is placed."""


def test_no_hook_of_the_sdk_is_left_out() -> None:
    assert evil.hooks() == set(all_specs())
    assert {*CELLS, *ASIDE} - {"slot"} == set(all_specs())


class Site:
    """`fondaco run` with the evil plugin, and the file that tells it what to do."""

    def __init__(self, address: str, mode: Path) -> None:
        self.address = address
        self._mode = mode

    def misbehave(self, hook: str = "", way: str = "") -> None:
        """From the next request on."""
        self._mode.write_text(f"{hook} {way}")


@contextmanager
def _silence() -> Iterator[int]:
    """The port of a neighbour who takes calls and never answers."""
    with socket.socket() as neighbour:
        neighbour.bind(("127.0.0.1", 0))
        neighbour.listen(100)
        yield int(neighbour.getsockname()[1])


def _environment(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    found = environment_of(database_url, folder / "data")
    return {**found, "PYTHONPATH": str(folder / "plugins"), **more}


def _fondaco(environment: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return finished(("-m", "fondaco.cli", *words), environment)


@contextmanager
def _running(environment: Mapping[str, str], *words: str) -> Iterator[str]:
    port = free_port()
    process = Process(
        ("-m", "fondaco.cli", *words, "run"),
        {**environment, "FONDACO_SERVER__PORT": str(port)},
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> Shop:
    """A shop with one buyer."""
    return await open_shop(wholesaler, buyers=1, on_hand=100_000)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The real thing, started as an operator starts it."""
    evil.install(tmp_path / "plugins", "evil", evil.ALL_SEAMS)
    mode = tmp_path / "mode"
    mode.write_text("")
    with _silence() as port:
        environment = _environment(
            database_url, tmp_path, **{evil.MODE: str(mode), "EVIL_PORT": str(port)}
        )
        with _running(environment) as address:
            yield Site(address, mode)


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Without a cookie."""
    async with httpx.AsyncClient(timeout=60) as found:
        yield found


async def _orders(hall: Hall) -> int:
    rows = await system_ask(hall).fetch(text("select count(*) from fondaco.customer_order"))
    return int(rows[0][0])


async def _order(buyer: Buyer, outlet: str, quantity: int = 1) -> httpx.Response:
    """Add, look, place: the first answer that is none of the good ones."""
    added = await buyer.add("A-1", quantity)
    if added.status_code != 201:
        return added
    cart = await buyer.cart()
    if cart.status_code != 200:
        return cart
    return await buyer.place(cart.json()["fingerprint"], outlet)


async def test_a_buyer_orders_or_is_told_who_is_to_blame(
    hall: Hall, shop: Shop, site: Site, client: httpx.AsyncClient
) -> None:
    buyer = Buyer(client, site.address, shop.tokens[0])
    outlet, surprises, ordered = str(shop.company.outlet), [], 0
    for hook, ways in CELLS.items():
        for way, expected in ways.items():
            site.misbehave(hook, way)
            answer = await _order(buyer, outlet)
            ordered += answer.status_code == ORDERED
            named = "evil" in answer.text.lower() or "Зло" in answer.text
            if answer.status_code != expected or (expected != ORDERED and not named):
                surprises.append((hook, way, answer.status_code, answer.text[:300]))
            if await _orders(hall) != ordered:
                surprises.append((hook, way, "half an order was written", ""))
    site.misbehave()
    assert surprises == []
    assert (await _order(buyer, outlet)).status_code == ORDERED


async def test_a_change_of_an_order_is_made_whole_or_not_at_all(
    hall: Hall, shop: Shop, wholesaler: Wholesaler, site: Site, client: httpx.AsyncClient
) -> None:
    buyer = Buyer(client, site.address, shop.tokens[0])
    placed = await _order(buyer, str(shop.company.outlet), 10)
    path = f"/orders/{placed.json()['id']}/change"
    manager = await wholesaler.staff("manager")
    async with (
        Client(base_url=site.address, timeout=60) as customer,
        Client(base_url=site.address, timeout=60) as staff,
    ):
        await customer.sign_in(shop.company.email, PASSWORD)
        await staff.sign_in(manager, PASSWORD)
        form = changed(await hidden_fields(customer, path), 6)
        assert (await customer.send_form(path, form)).status_code == 303
        answer = changed(await hidden_fields(staff, f"{path}/answer"), 6)
        before = await _changed(hall)
        assert before == (1000, 10, "waiting", 0)
        for way in ASIDE["payments_changing"]:
            site.misbehave("payments_changing", way)
            refused = await staff.send_form(f"{path}/answer", answer)
            assert refused.status_code == FAILED, (way, refused.text[:300])
            assert "Зло" in refused.text
            assert await _changed(hall) == before, way
        site.misbehave()
        assert (await staff.send_form(f"{path}/answer", answer)).status_code == 303
    assert await _changed(hall) == (600, 6, "accepted", 1)


async def _changed(hall: Hall) -> tuple[object, ...]:
    """The order's total, what it holds, its request, and how often it was told to be another."""
    rows = await system_ask(hall).fetch(
        text(
            "select (select total from fondaco.customer_order),"
            " (select sum(reserved) from fondaco.stock_row),"
            " (select state from fondaco.change_request),"
            " (select count(*) from fondaco.outbox where type = 'order.amended.v1')"
        )
    )
    return tuple(rows[0])


async def test_a_page_does_without_what_may_stand_in_and_a_document_waits(
    hall: Hall, shop: Shop, site: Site, client: httpx.AsyncClient
) -> None:
    buyer = Buyer(client, site.address, shop.tokens[0])
    rows = await system_ask(hall).fetch(text("select uuid from fondaco.product"))
    async with Client(base_url=site.address, timeout=60) as customer:
        await customer.sign_in(shop.company.email, PASSWORD)
        for way in ASIDE["substitutes"]:
            site.misbehave("substitutes", way)
            page = await customer.get(f"/products/{rows[0].uuid}")
            assert page.status_code == 200, (way, page.text[:300])
            assert "Плагин «evil» не ответил" in page.text, way
    for made, way in enumerate(ASIDE["document_blocks"], 1):
        site.misbehave("document_blocks", way)
        assert (await _order(buyer, str(shop.company.outlet))).status_code == ORDERED
        failed = "count(*) filter (where state = 'failed' and error <> '')"
        assert await _documents(hall, failed, made), way
    site.misbehave()
    assert await _documents(hall, "count(*) filter (where state = 'ready')", made)


async def _documents(hall: Hall, counted: str, wanted: int) -> bool:
    """Whether there are so many documents, within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        rows = await system_ask(hall).fetch(text(f"select {counted} from fondaco.document"))
        if rows[0][0] == wanted:
            return True
        await asyncio.sleep(0.2)
    return False


async def test_whoever_is_late_slows_only_those_who_wait_for_it(
    shop: Shop, site: Site, client: httpx.AsyncClient
) -> None:
    buyer = Buyer(client, site.address, shop.tokens[0])
    await buyer.add("A-1")
    site.misbehave("price_moves", "sleeps")
    waiting = asyncio.create_task(buyer.cart())
    await asyncio.sleep(0.3)
    started = time.monotonic()
    assert (await client.get(f"{site.address}/login")).status_code == 200
    assert time.monotonic() - started < 1
    assert (await waiting).status_code == FAILED


async def test_a_subscriber_that_always_fails_ends_as_a_dead_letter_and_stops_nobody(
    hall: Hall, shop: Shop, site: Site, client: httpx.AsyncClient
) -> None:
    buyer = Buyer(client, site.address, shop.tokens[0])
    site.misbehave("listener", "raises")
    for _ in range(2):
        assert (await _order(buyer, str(shop.company.outlet))).status_code == ORDERED
    tried, end = 0, time.monotonic() + 60
    while tried < 2 and time.monotonic() < end:
        await asyncio.sleep(0.3)
        rows = await system_ask(hall).fetch(
            text("select count(*) from fondaco.delivery where attempts > 1 and error <> ''")
        )
        tried = rows[0][0]
    assert tried == 2, "another try for each, with the error noted"
    async with hall.database.transaction() as connection:
        # Its last attempt is due: what comes after it is not another pause.
        await connection.execute(
            text("update fondaco.delivery set attempts = :last, due_at = now()"),
            {"last": ATTEMPTS - 1},
        )
    while time.monotonic() < end:
        await asyncio.sleep(0.3)
        rows = await system_ask(hall).fetch(text("select state, error from fondaco.delivery"))
        if {row.state for row in rows} == {"dead"}:
            break
    assert {row.state for row in rows} == {"dead"}
    assert all("evil raised" in row.error for row in rows)
    rows = await system_ask(hall).fetch(
        text("select count(*) from fondaco.document where state = 'ready'")
    )
    assert rows[0][0] == 2, "the invoices were made all the same"


REFUSALS = {
    "nopolicy": ('routes=(Route("GET", "/x1", "nopolicy.hooks:anybody", ""),)', "has no policy"),
    "overrides": ('routes=(Route("GET", "/x2", "overrides.hooks:anybody", "nosuch"),)', "nosuch"),
    "listens": ('subscriptions=(On("order.placd.v1", "listens.hooks:listener"),)', "did you mean"),
    "sync": ('demo="json:dumps"', "must be `async def`"),
    "absent": ('hooks="absent.nowhere"', "does not import"),
    "needs": ('requires=("nosuch",)', "requires 'nosuch'"),
}


def test_what_cannot_be_right_is_refused_at_the_start_in_one_report(
    hall: Hall, database_url: str, tmp_path: Path
) -> None:
    for name, (more, _) in REFUSALS.items():
        evil.install(tmp_path / "plugins", name, more)
    done = _fondaco(_environment(database_url, tmp_path), "run")
    assert done.returncode == 2
    report = {line for line in done.stderr.splitlines() if line.startswith("  - ")}
    for name, (_, said) in REFUSALS.items():
        assert any(name in line and said in line for line in report), (name, done.stderr)


async def test_a_bad_migration_changes_nothing_and_the_portal_starts_without_it(
    hall: Hall, shop: Shop, database_url: str, tmp_path: Path, client: httpx.AsyncClient
) -> None:
    evil.install(tmp_path / "plugins", "fine", migration="pass")
    evil.install(tmp_path / "plugins", "halfway", migration='op.execute("select 1 / 0")')
    environment = _environment(database_url, tmp_path)
    done = await asyncio.to_thread(_fondaco, environment, "run")
    assert done.returncode == 2
    assert "halfway" in done.stderr and "--without halfway" in done.stderr, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    assert await _schemas(hall) == set()
    with _running(environment, "--without", "halfway") as address:
        buyer = Buyer(client, address, shop.tokens[0])
        assert (await _order(buyer, str(shop.company.outlet))).status_code == ORDERED
    assert await _schemas(hall) == {"plugin_fine"}
    # One that does not let itself be undone is dropped as it is.
    remove = ("plugin", "remove", "fine", "--dump-to", str(tmp_path))
    assert (await asyncio.to_thread(_fondaco, environment, *remove)).returncode == 0
    assert await _schemas(hall) == set()


async def _schemas(hall: Hall) -> set[str]:
    rows = await system_ask(hall).fetch(
        text("select nspname from pg_namespace where nspname like 'plugin\\_%'")
    )
    return {row[0] for row in rows}
