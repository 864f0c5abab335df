"""The chosen ERP gateway: asked with a deadline and a breaker, its answer checked as a whole."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from fondaco.exchange.breaker import Breaker
from fondaco.exchange.erp_live.words import heard_live
from fondaco.exchange.net import net_of
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.providers import make_provider
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.erp import (
    AskedLine,
    ErpGateway,
    LiveAnswer,
    LiveAsk,
    LiveLine,
    LivePrices,
    Terms,
)

log = logging.getLogger("fondaco.erp")
T = TypeVar("T")

SECONDS = 2.0
"""For a whole cart, however many calls the gateway makes."""
PACKET_SECONDS = 10.0
_MOST = Decimal(10) ** 11


class Misfit(Unavailable):
    """The ERP is there, and what it said is no answer to the question.

    `products` are those of the question that it left out or gave figures that cannot be true; none
    where the whole answer is not about it.
    """

    def __init__(self, name: str, products: Sequence[str] = ()) -> None:
        super().__init__(f"{name} (an answer that does not fit the question)")
        self.products = tuple(products)


class Asked(Struct):
    """The gateway of this process, left alone while its breaker is open."""

    name: str
    gateway: ErpGateway
    breaker: Breaker = field(default_factory=Breaker)


def gateway_of(hall: Hall) -> Asked | None:
    """The gateway that the settings choose, the same one as long as the process lives."""
    name = hall.settings.erp.gateway
    if not name:
        return None
    known = hall.providers.get(("erp", name))
    if not isinstance(known, Asked):
        known = hall.providers["erp", name] = Asked(name, make_provider(hall, "erp", name))
    return known


async def confirm(ask: AskContext, asked: Asked, question: LiveAsk) -> LiveAnswer:
    """Prices and stock of a cart, within two seconds. Raises `Unavailable`, whatever went wrong:
    `Misfit` where it was the answer.

    No connection is held. Raises `Fault` inside a transaction.
    """
    answer = await _within(
        ask,
        asked,
        SECONDS,
        lambda net: asked.gateway.confirm(net, question),
        lambda answer: _check(asked, question, answer),
    )
    await heard_live(ask.hall)
    return answer


async def fetch_prices(
    ask: AskContext, asked: Asked, terms: Terms, products: Sequence[str]
) -> LivePrices:
    """One packet of prices, within ten seconds; a price that cannot be is left out. Raises
    `Unavailable`, whatever went wrong: `Misfit` where it was the answer."""
    answer = await _within(
        ask,
        asked,
        PACKET_SECONDS,
        lambda net: asked.gateway.prices(net, terms, products),
        lambda answer: _check_prices(asked, terms, answer),
    )
    await heard_live(ask.hall)
    fit = {name: price for name, price in answer.prices.items() if _price_fits(price)}
    if wrong := answer.prices.keys() - fit.keys():
        log.warning("%s named impossible prices of %s", asked.name, ", ".join(sorted(wrong)))
    return replace(answer, prices=fit)


async def _within(
    ask: AskContext,
    asked: Asked,
    seconds: float,
    call: Callable[[Net], Awaitable[T]],
    check: Callable[[T], None],
) -> T:
    """Whoever does not answer is left alone for a while. A `Misfit` says nothing of that: one
    product with a wrong price must not take the ERP from all other carts."""
    loop = asyncio.get_running_loop()
    if wait := asked.breaker.wait(loop.time()):
        raise Unavailable(asked.name, math.ceil(wait))
    try:
        async with net_of(ask) as net, asyncio.timeout(seconds):
            answer = await call(net)
        check(answer)
    except Misfit as misfit:
        asked.breaker.given_up()
        log.warning("the ERP was asked by %s: %s", asked.name, misfit)
        raise
    except Unavailable as silent:
        asked.breaker.failed(loop.time())
        log.warning("the ERP was asked by %s: %s", asked.name, silent)
        raise
    except Exception as broken:
        asked.breaker.failed(loop.time())
        log.warning("the ERP was asked by %s", asked.name, exc_info=True)
        raise Unavailable(asked.name) from broken
    except BaseException:
        asked.breaker.given_up()
        raise
    asked.breaker.succeeded()
    return answer


def whole(question: LiveAsk, answer: LiveAnswer) -> bool:
    """Whether every line, and every place of it, is answered in figures that can be true."""
    return _is_about(question, answer) and not _unanswered(question, answer)


def _check(asked: Asked, question: LiveAsk, answer: LiveAnswer) -> None:
    if not _is_about(question, answer):
        raise Misfit(asked.name)
    if unanswered := _unanswered(question, answer):
        raise Misfit(asked.name, unanswered)


def _is_about(question: LiveAsk, answer: LiveAnswer) -> bool:
    return answer.currency == question.terms.currency and _aware(answer.as_of)


def _unanswered(question: LiveAsk, answer: LiveAnswer) -> Sequence[str]:
    said = {line.product: line for line in answer.lines}
    return [line.product for line in question.lines if not _fits(line, said.get(line.product))]


def _fits(line: AskedLine, found: LiveLine | None) -> bool:
    if found is None or not _price_fits(found.unit_price):
        return False
    stock = [] if found.gone else [found.stock.get(at.place) for at in line.places]
    return all(one is not None and one.is_finite() and abs(one) < _MOST for one in stock)


def _check_prices(asked: Asked, terms: Terms, answer: LivePrices) -> None:
    if answer.currency != terms.currency or not _aware(answer.as_of):
        raise Misfit(asked.name)


def _price_fits(price: Decimal | None) -> bool:
    return price is None or (price.is_finite() and 0 < price < _MOST)


def _aware(moment: datetime) -> bool:
    return moment.tzinfo is not None
