"""The checkout while look-up, acquirer and broker hang: no page is later than its own deadline."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from msgspec.structs import replace

from benchmarks.buyer import buyer_of, wares
from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import House
from benchmarks.measure import by_turns
from benchmarks.served import browser, served, value_of
from benchmarks.trade import trading
from benchmarks.warehouses import sweep
from fondaco.cart.service import CartItem, Carts
from fondaco.hall import load_registry
from fondaco.lookup import asking
from fondaco.orders.payments import acquirers
from fondaco.settings import LookupSettings, Settings
from fondaco.testing.client import Client
from fondaco_sdk.types.cart import LineSource

LINES = 5
ROUNDS = 4
"""So many that the breaker, which would make the pages quicker, stays closed."""
PAGE = 200
"""What the page itself may take besides its wait, in ms."""


async def measure(house: House) -> Sequence[Figure]:
    """The page of the checkout, its suggestions, and the button that pays."""
    async with trading(house) as there, there.bare(owner=True) as owner:
        await sweep(owner)
        try:
            with _hung() as port:
                settings = _beside(there.settings, port)
                sick = replace(there, settings=settings, registry=load_registry(settings))
                with served(there) as well, served(sick) as ill:
                    async with browser(well) as calm, browser(ill) as hung:
                        await _fill(there)
                        ours, floor = await by_turns(
                            lambda: hung.get("/checkout"), lambda: calm.get("/checkout")
                        )
                        suggested = await _suggested(hung)
                        paid = await _paid(hung)
        finally:
            await sweep(owner)
    return (
        Figure(
            what="checkout, every neighbour hung",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=1, plus=PAGE),
        ),
        Figure(
            what="suggestions of addresses, every neighbour hung: the longest",
            unit="ms",
            ours=suggested,
            limit=Limit(plus=asking.SECONDS * 1000 + PAGE),
        ),
        Figure(
            what="the button that pays, every neighbour hung: the longest",
            unit="ms",
            ours=paid,
            limit=Limit(plus=acquirers.SECONDS * 1000 + PAGE),
        ),
    )


@contextmanager
def _hung() -> Iterator[int]:
    """A port that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        yield int(server.getsockname()[1])


def _beside(settings: Settings, port: int) -> Settings:
    """A site whose neighbours are all at one port."""
    address = f"http://127.0.0.1:{port}"
    return replace(
        settings,
        amqp_url=f"amqp://guest:guest@127.0.0.1:{port}/",
        lookup=LookupSettings("dadata"),
        plugins={
            "delivery_dadata": {"token": "t", "url": address},
            "payments_yookassa": {
                "shop_id": "100500",
                "secret_key": "k",
                "url": address,
                "ways": ["card"],
                "receipt_email": "buh@example.ru",
            },
        },
    )


async def _fill(house: House) -> None:
    async with house.hall() as hall:
        buyer = await buyer_of(hall)
        items = [CartItem(w.id, w.quantity, LineSource.LIST) for w in await wares(buyer, LINES)]
        async with buyer.ask().act() as act:
            await Carts(act).add(act, items)


async def _suggested(client: Client) -> Sample:
    taken = []
    for number in range(ROUNDS):
        started = perf_counter()
        answer = await client.get("/addresses/suggest", params={"q": f"Казань {number}"})
        taken.append((perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.text
    return once(max(taken))


async def _paid(client: Client) -> Sample:
    """An order is placed all the same; then its button is pressed."""
    page = (await client.get("/checkout")).text
    form = {
        name: value_of(page, f'name="{name}" value="([^"]*)"')
        for name in ("key", "shown", "shown_total")
    }
    form["to"] = value_of(page, r'value="(outlet:[^"]*)"')
    placed = await client.send_form("/checkout", {**form, "payment": "yookassa_card"})
    assert placed.status_code == 303, placed.text[:2000]
    token = {"X-CSRFToken": await client.token()}
    taken = []
    for _ in range(ROUNDS):
        started = perf_counter()
        answer = await client.post(placed.headers["location"], headers=token)
        taken.append((perf_counter() - started) * 1000)
        assert answer.status_code == 303, answer.text[:2000]
    return once(max(taken))
