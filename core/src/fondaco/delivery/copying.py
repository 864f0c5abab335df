"""Every night the pickup points of each carrier are copied: all of them, or none.

What a carrier tells in pages is gathered first and takes the place of the copy in one transaction.
An answer that breaks off, is empty, or has lost half of what there was leaves the copy as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.delivery.carriers import AtWork, asked, carriers_of
from fondaco.delivery.health import tell_health
from fondaco.delivery.points import searched
from fondaco.delivery.quotes import KEPT_DAYS, TIDY
from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.carrier import Carrier, PickupPoint
from fondaco_sdk.towns import plain
from fondaco_sdk.types.reason import Reason

COPY_TASK = "delivery.copy_points"
EVERY_NIGHT = "20 0 * * *"
SECONDS_A_PAGE = 40.0
MOST_PAGES = 1000
MOST_POINTS = 300_000
BATCH = 2000
SHRUNKEN = 2

_TEXTS = ("code", "kind", "name", "address", "city", "region", "city_fias", "postal_code",
          "country", "hours", "phone", "how_to_find", "cells", "town", "words")  # fmt: skip
_WORKED_OUT = ("cells", "town", "words")
_COLUMNS = {
    **dict.fromkeys(_TEXTS, "text"),
    "lat": "numeric",
    "lon": "numeric",
    "above_kg": "numeric",
    "heaviest_kg": "numeric",
    "card": "boolean",
    "cash": "boolean",
}
_CLEAR: TextClause = text("delete from fondaco.pickup_point where carrier = :carrier")
_ADD: TextClause = text(
    f"""
    insert into fondaco.pickup_point (carrier, {", ".join(_COLUMNS)})
    select :carrier, {
        ", ".join(f"cast({name} as jsonb)" if name == "cells" else name for name in _COLUMNS)
    }
      from unnest({
        ", ".join(f"cast(:{name} as {kind}[])" for name, kind in _COLUMNS.items())
    }) as told ({", ".join(_COLUMNS)})
    """
)
# One copy of a carrier at a time; the number before is what the new one is measured against.
_TURN: TextClause = text(
    "select pg_advisory_xact_lock(hashtextextended('pickup_points ' || :carrier, 0))"
)
_BEFORE: TextClause = text("select count(*) from fondaco.pickup_point where carrier = :carrier")
_DONE: TextClause = text(
    """
    insert into fondaco.pickup_copy as c (carrier, points, copied_at) values (:carrier, :n, now())
    on conflict (carrier) do update
       set points = excluded.points, copied_at = now(), tried_at = now(), refused = '',
           refused_ru = ''
    """
)
_FAILED: TextClause = text(
    """
    insert into fondaco.pickup_copy as c (carrier, refused, refused_ru)
    values (:carrier, :en, :ru)
    on conflict (carrier) do update
       set tried_at = now(), refused = excluded.refused, refused_ru = excluded.refused_ru
    """
)


class CopyPoints(Struct, frozen=True):
    """The payload of the task; `carrier` "" is all of them."""

    carrier: str = ""


class _Doubtful(Exception):
    """An answer that the copy had better not follow, and why."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.why = Reason("carrier.doubtful", ru, en)


async def copy_points(job: JobContext, payload: CopyPoints) -> None:
    """The task. What a carrier refuses stands with its copy; the others are copied all the same."""
    async with job.act() as act:
        await act.execute(TIDY, {"days": KEPT_DAYS})
    for one in carriers_of(job.hall):
        if payload.carrier in ("", one.name):
            await _copy(job, one)


async def _copy(job: JobContext, one: AtWork) -> None:
    try:
        points = await _all_points(job, one)
        async with job.act() as act:
            await _replace(act, one.name, points)
            await tell_health(act, [one])
    except (_Doubtful, Unavailable) as refused:
        why = refused.why or Reason("", "не отвечает", str(refused))
        async with job.act() as act:
            await act.execute(_FAILED, {"carrier": one.name, "ru": why.ru, "en": why.en})
            await tell_health(act, [one])


async def _all_points(job: JobContext, one: AtWork) -> Sequence[PickupPoint]:
    found: dict[str, PickupPoint] = {}
    for page in range(MOST_PAGES):

        async def call(
            carrier: Carrier, net: Net, page: int = page
        ) -> Sequence[PickupPoint] | None:
            return await carrier.points(net, page)

        told = await asked(job.net, one, SECONDS_A_PAGE, call)
        if told is None:
            return list(found.values())
        found.update((point.code, point) for point in told)
        if len(found) > MOST_POINTS:
            break
    raise _Doubtful(
        f"больше {MOST_POINTS} пунктов или {MOST_PAGES} страниц",
        f"more than {MOST_POINTS} points or {MOST_PAGES} pages",
    )


async def _replace(act: ActContext, carrier: str, points: Sequence[PickupPoint]) -> None:
    """Raises `_Doubtful`; then nothing has changed."""
    await act.fetch(_TURN, {"carrier": carrier})
    before = (await act.fetch(_BEFORE, {"carrier": carrier}))[0][0]
    if not points:
        raise _Doubtful("не пришло ни одного пункта", "the carrier told of no points at all")
    if len(points) * SHRUNKEN < before:
        raise _Doubtful(
            f"пришло пунктов: {len(points)}, было {before}",
            f"the carrier told of {len(points)} points, there were {before}",
        )
    await act.execute(_CLEAR, {"carrier": carrier})
    for first in range(0, len(points), BATCH):
        await act.execute(_ADD, {"carrier": carrier, **_columns(points[first : first + BATCH])})
    await act.execute(_DONE, {"carrier": carrier, "n": len(points)})


def _columns(points: Iterable[PickupPoint]) -> Mapping[str, Sequence[Any]]:
    rows = [_row(point) for point in points]
    return {name: [row[name] for row in rows] for name in _COLUMNS}


def _row(point: PickupPoint) -> Mapping[str, Any]:
    sides = [[str(cell.length), str(cell.width), str(cell.height)] for cell in point.cells]
    words = (point.name, point.address, point.city, point.region, point.how_to_find, point.code)
    own = {name: getattr(point, name) for name in _COLUMNS if name not in _WORKED_OUT}
    return {
        **own,
        "kind": point.kind.value,
        "cells": msgspec.json.encode(sides).decode(),
        "town": plain(point.city),
        "words": searched(" ".join(words)),
    }
