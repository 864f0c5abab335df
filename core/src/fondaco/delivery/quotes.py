"""What carriers take, asked for while nothing is locked, and kept until it holds no longer."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.delivery.carriers import AtWork, asked, carriers_of
from fondaco.delivery.health import tell_health
from fondaco.exchange.net import net_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.carrier import Carrier, Quote
from fondaco_sdk.types.delivery import Box, Parcel

SECONDS = 2.0
KEPT_DAYS = 14
_READ: TextClause = text(
    """
    select carrier, question, day, quotes, asked_at, valid_until from fondaco.delivery_quote
     where question = any(cast(:questions as text[]))
    """
)
_KEEP: TextClause = text(
    """
    insert into fondaco.delivery_quote as q (carrier, question, day, quotes, valid_until)
    select carrier, question, day, cast(quotes as jsonb), valid_until
      from unnest(cast(:carriers as text[]), cast(:questions as text[]), cast(:days as date[]),
                  cast(:quotes as text[]), cast(:until as timestamptz[]))
           as asked (carrier, question, day, quotes, valid_until)
     order by carrier, question, day
    on conflict (carrier, question, day) do update
       set quotes = excluded.quotes, valid_until = excluded.valid_until, asked_at = now()
    """
)
TIDY: TextClause = text(
    "delete from fondaco.delivery_quote where asked_at < now() - make_interval(days => :days)"
)
_STEP_KG, _STEP_CM = Decimal("0.1"), Decimal(1)


class Kept(Struct, frozen=True):
    """What a carrier answered at `asked_at`, for goods that it was to get on `day`."""

    carrier: str
    day: date
    quotes: tuple[Quote, ...]
    asked_at: datetime
    valid_until: datetime

    def holds(self, day: date, now: datetime) -> bool:
        """Whether it is the carrier's word of today."""
        return self.day == day and now < self.valid_until

    def younger(self, hours: int, now: datetime) -> bool:
        """Whether it was asked within so many hours."""
        return now - self.asked_at <= timedelta(hours=hours)


def question_of(parcel: Parcel) -> str:
    """What decides a price besides the day, so that the same question is asked once for everybody.

    The value is among it to the kopeck: carriers insure by it, and from some sum on bring for
    nothing.
    """
    said = replace(as_asked(parcel), key=0, ready_on=None, place=None, outlet=None)
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def _kept_under(question: str, one: AtWork) -> str:
    """With what the site has settled with a carrier: another markup is another question."""
    return hashlib.sha256(f"{one.name} {one.settled} {question}".encode()).hexdigest()


def as_asked(parcel: Parcel) -> Parcel:
    """The parcel with its weight and sizes rounded up, as all parcels with the same question are
    asked about for a day: none of them is heavier or larger than what its price is for."""
    box, weight = parcel.box, parcel.weight_kg
    return replace(
        parcel,
        weight_kg=None if weight is None else weight.quantize(_STEP_KG, ROUND_CEILING),
        box=None if box is None else Box(*map(_whole, (box.length, box.width, box.height))),
    )


def _whole(side: Decimal) -> Decimal:
    return side.quantize(_STEP_CM, ROUND_CEILING)


def day_of(ask: AskContext, parcel: Parcel) -> date:
    """When a carrier gets a parcel: not before today, and as if today, where nobody knows."""
    today = ask.now.astimezone(ask.zone).date()
    return max(parcel.ready_on or today, today)


def nearest(kept: Iterable[Kept], day: date, now: datetime) -> Sequence[Kept]:
    """One answer of each carrier for a parcel of this day: its word for that day, or else its last
    one for any day."""
    found: dict[str, Kept] = {}
    for one in sorted(kept, key=lambda one: (one.holds(day, now), one.asked_at, one.day)):
        found[one.carrier] = one
    return [found[name] for name in sorted(found)]


async def kept_quotes(ask: AskContext, parcels: Sequence[Parcel]) -> Mapping[str, Sequence[Kept]]:
    """What was answered before, by question and for every day, of carriers that are at work and as
    the site's settings are now.

    One statement.
    """
    found: dict[str, list[Kept]] = {question_of(parcel): [] for parcel in parcels}
    kept_of = {
        _kept_under(question, one): of_one
        for question, of_one in found.items()
        for one in carriers_of(ask.hall)
    }
    for row in await ask.fetch(_READ, {"questions": sorted(kept_of)}) if kept_of else ():
        quotes = msgspec.convert(row.quotes, tuple[Quote, ...])
        kept = Kept(row.carrier, row.day, quotes, row.asked_at, row.valid_until)
        kept_of[row.question].append(kept)
    return found


async def refresh_quotes(ask: AskContext, parcels: Sequence[Parcel]) -> None:
    """Ask every carrier, all at once and for at most two seconds, what it has not answered lately.
    What it answers in time is kept, and the rest asked for again by the next page.

    Whatever happens, the page goes on: with what was answered before, or with nothing. Nobody is
    asked in a transaction.
    """
    at_work = carriers_of(ask.hall)
    if not parcels or not at_work or isinstance(ask, ActContext):
        return
    known = await kept_quotes(ask, parcels)
    open_ = {
        one.name: [parcel for parcel in parcels if not _answered(ask, known, one, parcel)]
        for one in at_work
    }
    answers = await asyncio.gather(
        *(_ask(ask, one, open_[one.name]) for one in at_work if open_[one.name])
    )
    rows = [row for answer in answers for row in answer]
    if rows or any(one.heard for one in at_work):
        async with ask.act() as act:
            if rows:
                await act.execute(_KEEP, _columns(rows))
            await tell_health(act, at_work)


def _answered(
    ask: AskContext, known: Mapping[str, Sequence[Kept]], one: AtWork, parcel: Parcel
) -> bool:
    day = day_of(ask, parcel)
    return any(
        kept.carrier == one.name and kept.holds(day, ask.now) for kept in known[question_of(parcel)]
    )


async def _ask(ask: AskContext, one: AtWork, parcels: Sequence[Parcel]) -> Sequence[Any]:
    """Rows to keep: what a carrier answers for each parcel, also that it takes it not at all."""

    async def call(carrier: Carrier, net: Net) -> Sequence[Sequence[Quote] | None]:
        days = [(parcel, day_of(ask, parcel)) for parcel in parcels]
        return await carrier.quotes(net, [replace(as_asked(one), ready_on=d) for one, d in days])

    try:
        answers = await asked(partial(net_of, ask), one, SECONDS, call)
    except Unavailable:
        return ()
    usual = ask.now + timedelta(hours=1)
    return [
        (
            one.name,
            _kept_under(question_of(parcel), one),
            day_of(ask, parcel),
            msgspec.json.encode(quotes).decode(),
            min((quote.valid_until for quote in quotes), default=usual),
        )
        for parcel, quotes in zip(parcels, answers, strict=False)
        if quotes is not None
    ]


def _columns(rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    last = {row[:3]: row for row in rows}
    names = ("carriers", "questions", "days", "quotes", "until")
    columns = zip(*last.values(), strict=True)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}
