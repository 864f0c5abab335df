"""`fondaco pickup-points sync`: copy the carriers' points at once instead of at night."""

import asyncio
import sys

from sqlalchemy import TextClause, text

from fondaco.cli.site import Site, hall_of
from fondaco.delivery.carriers import carriers_of
from fondaco.delivery.copying import COPY_TASK, CopyPoints, copy_points
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import outside_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall

_STATES: TextClause = text(
    """
    select carrier, points, refused from fondaco.pickup_copy
     where carrier = any(cast(:carriers as text[])) order by carrier
    """
)


def sync_points(site: Site, carrier: str) -> int:
    """Copy the points of one carrier or, with "", of all; 1 where an old copy stays, and why."""
    return asyncio.run(_sync(hall_of(site), carrier))


async def _sync(hall: Hall, carrier: str) -> int:
    try:
        wanted = [one.name for one in carriers_of(hall) if carrier in ("", one.name)]
        if not wanted:
            print(f"fondaco: no carrier {carrier!r} is at work", file=sys.stderr)
            return 2
        await copy_points(JobContext(hall, outside_of(hall), COPY_TASK, 0), CopyPoints(carrier))
        states = await system_ask(hall).fetch(_STATES, {"carriers": wanted})
    finally:
        await hall.close()
    for state in states:
        if state.refused:
            print(f"{state.carrier}: {state.refused}; {state.points} as before", file=sys.stderr)
        else:
            print(f"{state.carrier}: {state.points} points")
    return 1 if any(state.refused for state in states) else 0
