"""The carriers at work: how they answer, how old the copies of their pickup points are, a copy on a
press, and a question by hand."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.carriers import AtWork, asked, carriers_of
from fondaco.delivery.copying import COPY_TASK, CopyPoints
from fondaco.delivery.health import Health, health_of, tell_health
from fondaco.delivery.quotes import SECONDS
from fondaco.exchange.net import net_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.context import Net
from fondaco_sdk.errors import NotFound, Unavailable, UserError
from fondaco_sdk.providers.carrier import Carrier, Quote
from fondaco_sdk.types.delivery import Parcel, Spot
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/staff/carriers"
POLICY = "import.run"
LONGEST, HEAVIEST = 500, Decimal(100_000)
USUAL = {"address": "", "weight": "5"}
_COPIES: TextClause = text(
    "select carrier, points, copied_at, tried_at, refused_ru, refused from fondaco.pickup_copy"
)
_LOCKERS: TextClause = text(
    "select carrier, count(*) from fondaco.pickup_point where kind = 'locker' group by carrier"
)


class Copy(Struct, frozen=True):
    """How the copy of a carrier's points stands; `refused`: why the last try changed nothing."""

    points: int = 0
    copied_at: datetime | None = None
    tried_at: datetime | None = None
    refused: Reason | None = None
    lockers: int = 0


class Row(Struct, frozen=True):
    """A carrier as staff see it; `rests`: it is left alone at present."""

    name: str
    title: Reason
    copy: Copy
    health: Health
    rests: bool


class Answer(Struct, frozen=True):
    """What a carrier answered to a question by hand in so many seconds, or why it did not."""

    seconds: Decimal
    quotes: Sequence[Quote] = ()
    failure: Reason | None = None


@route("GET", HOME, policy=POLICY)
async def carriers_page(ask: AskContext) -> Page:
    """Every carrier with its state and its copy."""
    copies, health = await _copies(ask), await health_of(ask)
    rows = []
    for one in carriers_of(ask.hall):
        state = health.get(one.name, Health())
        copy = copies.get(one.name, Copy())
        rows.append(Row(one.name, one.carrier.title, copy, state, state.rests(ask.now)))
    return Page("staff/carriers.html", {"rows": rows})


@route("POST", f"{HOME}/{{name:str}}/copy", policy=POLICY)
async def copy_now(act: ActContext, name: str) -> Redirect:
    """Copy the points of one carrier, by a worker. Raises `NotFound`."""
    _carrier(act, name)
    await act.enqueue(COPY_TASK, CopyPoints(name))
    return Redirect(HOME, _BEGUN)


@route("GET", f"{HOME}/{{name:str}}", policy=POLICY)
async def try_page(ask: AskContext, name: str) -> Page:
    """A question to one carrier, to be typed. Raises `NotFound`."""
    return _page(ask, _carrier(ask, name), USUAL)


@route("POST", f"{HOME}/{{name:str}}/try", policy=POLICY)
async def try_now(ask: AskContext, name: str, form: Form) -> Page:
    """Ask a carrier what it takes for a parcel to an address, as long as buyers would wait, also
    one that is left alone at present. Raises `NotFound`."""
    one = _carrier(ask, name)
    typed = {field: form.text(field) for field in USUAL}
    try:
        parcel = await _parcel(ask, typed)
    except UserError as wrong:
        return _page(ask, one, typed, mistakes=wrong.fields)
    answer = await _ask(ask, one, parcel)
    async with ask.act() as act:
        await tell_health(act, [one])
    return _page(ask, one, typed, answer=answer)


async def _ask(ask: AskContext, one: AtWork, parcel: Parcel) -> Answer:
    async def call(carrier: Carrier, net: Net) -> Sequence[Quote]:
        (quotes,) = await carrier.quotes(net, [parcel])
        if quotes is None:
            raise Unavailable(one.name)
        return quotes

    began = time.perf_counter()
    quotes: Sequence[Quote] = ()
    failure = None
    try:
        quotes = await asked(partial(net_of, ask), one, SECONDS, call, rested=True)
    except Unavailable as silent:
        failure = silent.why or _SILENT
    seconds = Decimal(time.perf_counter() - began).quantize(Decimal("0.1"), ROUND_CEILING)
    return Answer(seconds, sorted(quotes, key=lambda quote: quote.price), failure)


async def _parcel(ask: AskContext, typed: Mapping[str, str]) -> Parcel:
    """As if it left the main warehouse today. Raises `UserError`."""
    weight = _weight(typed["weight"])
    mistakes = {
        **({} if 0 < len(typed["address"]) <= LONGEST else {"address": _NO_ADDRESS}),
        **({} if weight is not None else {"weight": _NO_WEIGHT}),
    }
    if mistakes:
        raise UserError(next(iter(mistakes.values())), mistakes)
    places = sorted(await ask.service("supply").places(), key=lambda place: place.id)
    origin = next((place.address for place in places if place.kind == "own"), "")
    return Parcel(
        key=0,
        origin=Spot(origin),
        destination=Spot(typed["address"]),
        value=Decimal(0),
        currency=ask.currency,
        weight_kg=weight,
        box=None,
        ready_on=ask.now.astimezone(ask.zone).date(),
    )


def _weight(typed: str) -> Decimal | None:
    try:
        found = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 < found <= HEAVIEST else None


def _page(
    ask: AskContext,
    one: AtWork,
    typed: Mapping[str, str],
    answer: Answer | None = None,
    mistakes: Mapping[str, Reason] | None = None,
) -> Page:
    context: dict[str, Any] = {
        "name": one.name,
        "title": one.carrier.title,
        "typed": typed,
        "answer": answer,
        "mistakes": {name: said.text(ask.locale) for name, said in (mistakes or {}).items()},
    }
    return Page("staff/carrier.html", context, status=422 if mistakes else 200)


async def _copies(ask: AskContext) -> Mapping[str, Copy]:
    lockers = dict(tuple(row) for row in await ask.fetch(_LOCKERS))
    return {
        carrier: Copy(
            points,
            copied,
            tried,
            Reason("carrier.refused", ru or en, en) if en else None,
            lockers.get(carrier, 0),
        )
        for carrier, points, copied, tried, ru, en in await ask.fetch(_COPIES)
    }


def _carrier(ask: AskContext, name: str) -> AtWork:
    found = next((one for one in carriers_of(ask.hall) if one.name == name), None)
    if found is None:
        raise NotFound(Reason("carrier.unknown", "Такого перевозчика нет", "No such carrier"))
    return found


_BEGUN = Reason(
    "carrier.copying",
    "Пункты копируются, это займёт до нескольких минут",
    "The points are being copied, which may take some minutes",
)
_NO_ADDRESS = Reason(
    "carrier.address",
    "Введите адрес не длиннее 500 знаков",
    "Type an address of at most 500 characters",
)
_NO_WEIGHT = Reason(
    "carrier.weight",
    "Введите вес в килограммах, например 5",
    "Type the weight in kilograms, such as 5",
)
_SILENT = Reason("carrier.silent", "не отвечает", "does not answer")
