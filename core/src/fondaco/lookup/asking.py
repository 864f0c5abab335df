"""A service outside is asked: from what it answered before, or by a call without a database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.net import net_of
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.providers import make_provider
from fondaco.lookup.written import question_of
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.lookup import (
    FoundAddress,
    FoundBank,
    FoundCompany,
    LookupService,
)

log = logging.getLogger("fondaco.lookup")
T = TypeVar("T")

DAY = 24 * 60
SECONDS = 1.5
"""However many calls a service makes for one question."""
EMPTY = 60
"""Minutes for which it is remembered that nothing was found."""
LONGEST_REST = 24 * 3600
_KNOWN: TextClause = text(
    """
    select answer from fondaco.lookup_answer
     where provider = :provider and kind = :kind and question = :question
       and asked_at > now() - make_interval(mins => case
           when answer in ('null', '[]') then :empty else cast(:minutes as int) end)
    """
)
_KEEP: TextClause = text(
    """
    insert into fondaco.lookup_answer as a (provider, kind, question, answer)
    values (:provider, :kind, :question, cast(:answer as jsonb))
    on conflict (provider, kind, question)
        do update set answer = excluded.answer, asked_at = now()
    """
)


class Service(Struct):
    """The chosen service in this process; left alone until `rests` on the loop's clock."""

    name: str
    lookup: LookupService
    rests: float = 0.0

    def rests_now(self) -> bool:
        """Whether it is left alone at this moment."""
        return asyncio.get_running_loop().time() < self.rests


def service_of(hall: Hall) -> Service | None:
    """The service that the settings choose, the same one as long as the process lives."""
    name = hall.settings.lookup.service
    if not name:
        return None
    known = hall.providers.get(("lookup", name))
    if not isinstance(known, Service):
        known = Service(name, make_provider(hall, "lookup", name))
        hall.providers["lookup", name] = known
    return known


class Lookup:
    """Questions to the chosen service. Each raises `Unavailable` where nobody answers."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def addresses(self, typed: str, most: int) -> tuple[FoundAddress, ...]:
        """What a text may become."""
        question = question_of(typed)
        found: tuple[FoundAddress, ...] = await self._asked(
            "addresses",
            question,
            7 * DAY,
            tuple[FoundAddress, ...],
            lambda service, net: service.addresses(net, question, most),
        )
        return found

    async def companies(self, tax_id: str) -> tuple[FoundCompany, ...]:
        """Who has a tax id."""
        found: tuple[FoundCompany, ...] = await self._asked(
            "companies",
            tax_id,
            DAY,
            tuple[FoundCompany, ...],
            lambda service, net: service.companies(net, tax_id),
        )
        return found

    async def bank(self, bic: str) -> FoundBank | None:
        """The bank of a code."""
        found: FoundBank | None = await self._asked(
            "bank", bic, 30 * DAY, FoundBank | None, lambda service, net: service.bank(net, bic)
        )
        return found

    async def _asked(
        self,
        kind: str,
        question: str,
        minutes: int,
        shape: Any,
        asks: Callable[[LookupService, Net], Awaitable[T]],
    ) -> Any:
        service = service_of(self._ask.hall)
        if service is None:
            raise Unavailable("lookup", LONGEST_REST)
        key = {"provider": service.name, "kind": kind, "question": question}
        known = await self._ask.fetch(_KNOWN, {**key, "minutes": minutes, "empty": EMPTY})
        if known:
            return msgspec.convert(known[0].answer, shape)
        async with net_of(self._ask) as net:
            found = await ask_service(service, net, asks)
        answer = msgspec.convert(msgspec.to_builtins(found), shape)
        async with self._ask.act() as act:
            await act.execute(_KEEP, {**key, "answer": msgspec.json.encode(answer).decode()})
        return answer


async def ask_service(
    service: Service,
    net: Net,
    asks: Callable[[LookupService, Net], Awaitable[T]],
    *,
    rested: bool = False,
) -> T:
    """Ask, unless the service rests and does not count as `rested`. Raises `Unavailable`, whatever
    the service raises."""
    now = asyncio.get_running_loop().time()
    if now < service.rests and not rested:
        raise Unavailable(service.name, int(service.rests - now) + 1)
    try:
        async with asyncio.timeout(SECONDS):
            answer = await asks(service.lookup, net)
    except Unavailable as silent:
        service.rests = now + min(silent.retry_after, LONGEST_REST)
        log.warning("look-up by %s: %s", service.name, silent)
        raise
    except Exception as broken:
        log.warning("look-up by %s failed", service.name, exc_info=True)
        raise Unavailable(service.name) from broken
    service.rests = 0.0
    return answer
