"""The acquirers of this site, and what is said to them of an order."""

import asyncio
from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import TypeVar, cast

from fondaco.exchange.addresses import named_origins, origin
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.providers import make_provider
from fondaco.orders.detail import OrderDetail
from fondaco.orders.payments.charge_queries import LINES, PAYER
from fondaco_sdk.errors import Fault, Unavailable
from fondaco_sdk.providers.payment import Acquirer, ChargeItem, Payer

SECONDS = 5.0
# An acquirer knows a key for a day; before that ends the attempt is given up.
KEY_HOURS = 23
KIND = "payment"

T = TypeVar("T")


def acquirer_of(hall: Hall, name: str) -> Acquirer | None:
    """The acquirer of that name, the same as long as the process lives; None: not at work."""
    known = hall.providers.get((KIND, name))
    if known is None and (KIND, name) in hall.registry.providers:
        known = hall.providers[KIND, name] = make_provider(hall, KIND, name)
    return cast("Acquirer | None", known)


def at_work(hall: Hall, name: str) -> Acquirer:
    """The acquirer of that name. Raises `Unavailable` where its plugin was taken away."""
    found = acquirer_of(hall, name)
    if found is None:
        raise Unavailable(f"acquirer {name!r}, whose plugin is not at work,", 60)
    return found


async def in_time(name: str, call: Awaitable[T]) -> T:
    """What an acquirer answers. Raises `Unavailable` after five seconds."""
    try:
        async with asyncio.timeout(SECONDS):
            return await call
    except TimeoutError as late:
        raise Unavailable(f"acquirer {name!r}") from late


def may_lead(hall: Hall, url: str) -> bool:
    """Whether an acquirer may send a browser there: over https, or to what the settings name."""
    try:
        there = origin(url)
    except Fault:
        return False
    return there.startswith("https://") or there in named_origins(hall)


def items_of(detail: OrderDetail) -> Sequence[ChargeItem]:
    """The lines of an order for a receipt, and what bringing it costs: they come to its total."""
    goods = [
        ChargeItem(
            line.name,
            line.quantity,
            line.unit,
            line.total,
            None if line.vat == "novat" else rate,
        )
        for line, rate in zip(detail.order.lines, detail.vat_rates, strict=True)
    ]
    services = [
        ChargeItem(
            f"Доставка: {one.title.ru}",
            Decimal(1),
            "шт",
            one.price,
            None if one.vat == "novat" else one.vat_rate,
            service=True,
        )
        for one in detail.order.deliveries
        if one.price
    ]
    return [*goods, *services]


async def taken_off(ask: AskContext, order_id: int) -> Sequence[ChargeItem]:
    """The lines of an order of which nothing is left, at a total of 0. One statement."""
    return [
        ChargeItem(row.name, Decimal(0), row.unit, Decimal(0), row.rate)
        for row in await ask.fetch(LINES, {"order": order_id})
    ]


async def payer_of(ask: AskContext, order_id: int) -> Payer:
    """Who pays for an order. One statement."""
    return Payer(*(await ask.fetch(PAYER, {"order": order_id}))[0])
