"""The carriers at work on this site, and how they are asked."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from fondaco.hooks.hall import Hall
from fondaco.hooks.providers import make_provider, settings_of
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.carrier import Carrier
from fondaco_sdk.types.reason import Reason

log = logging.getLogger("fondaco.delivery")
KIND = "carrier"
DEMO = "demo"
LONGEST_REST = 24 * 3600
REST = 30
"""Seconds for which one that hangs or talks nonsense is left alone."""

T = TypeVar("T")


class Heard(Struct, frozen=True):
    """How a call ended `at` a moment (aware UTC): `why` is None where the carrier answered, and
    it is left alone for `rests` seconds where not."""

    at: datetime
    why: Reason | None = None
    rests: int = 0


class AtWork(Struct):
    """A carrier in this process; left alone until `rests` on the loop's clock.

    `settled` is a hash of what the site's settings say to it. `heard` is how the last call ended,
    until it is written down for staff.
    """

    name: str
    carrier: Carrier
    settled: str
    rests: float = 0.0
    heard: Heard | None = None


def carriers_of(hall: Hall) -> Sequence[AtWork]:
    """Those that plugins bring, the same ones as long as the process lives, by their names.

    The one that does not exist is among them only where the settings say so.
    """
    names = {name for kind, name in hall.registry.providers if kind == KIND}
    if not hall.settings.delivery.demo_carrier:
        names.discard(DEMO)
    return [_at_work(hall, name) for name in sorted(names)]


def _at_work(hall: Hall, name: str) -> AtWork:
    known = hall.providers.get((KIND, name))
    if not isinstance(known, AtWork):
        said = msgspec.json.encode(settings_of(hall, KIND, name))
        settled = hashlib.sha256(said).hexdigest()
        known = AtWork(name, make_provider(hall, KIND, name), settled)
        hall.providers[KIND, name] = known
    return known


async def asked(
    way_out: Callable[[], AbstractAsyncContextManager[Net]],
    one: AtWork,
    seconds: float,
    asks: Callable[[Carrier, Net], Awaitable[T]],
    *,
    rested: bool = False,
) -> T:
    """What a carrier answers. Raises `Unavailable`, whatever the carrier raises, and for one that
    rests, unless it counts as `rested`; no database may be held meanwhile."""
    now = asyncio.get_running_loop().time()
    if now < one.rests and not rested:
        raise Unavailable(one.name, int(one.rests - now) + 1, _RESTS)
    try:
        async with asyncio.timeout(seconds), way_out() as net:
            answer = await asks(one.carrier, net)
    except Unavailable as silent:
        log.warning("carrier %s: %s", one.name, silent)
        _failed(one, silent.why or _SILENT, silent.retry_after)
        raise
    except TimeoutError as late:
        log.warning("carrier %s: no answer in %s s", one.name, seconds)
        raise Unavailable(one.name, why=_failed(one, _late(seconds), REST)) from late
    except Exception as broken:
        log.warning("carrier %s failed: %r", one.name, broken)
        raise Unavailable(one.name, why=_failed(one, _BROKEN, REST)) from broken
    one.rests, one.heard = 0.0, Heard(datetime.now(UTC))
    return answer


def _failed(one: AtWork, why: Reason, seconds: int) -> Reason:
    rests = min(seconds, LONGEST_REST)
    one.rests = asyncio.get_running_loop().time() + rests
    one.heard = Heard(datetime.now(UTC), why, rests)
    return why


def _late(seconds: float) -> Reason:
    return Reason("carrier.late", f"не ответил за {seconds:g} с", f"no answer within {seconds:g} s")


_SILENT = Reason("carrier.silent", "не отвечает", "does not answer")
_RESTS = Reason("carrier.rests", "не отвечал, ждём", "did not answer, we wait")
_BROKEN = Reason(
    "carrier.broken",
    "плагин перевозчика сломался, подробности в журнале",
    "the carrier's plugin broke, see the log",
)
