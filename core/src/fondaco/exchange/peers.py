"""Who speaks to the portal through the broker: when it was last heard, and what its clock shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco_sdk.context import Ask

# A message is at least as old as the clock is behind, so the least age of all is the best guess.
# A larger one counts only after a day without a smaller: until then messages have only waited.
_HEARD = text(
    """
    insert into fondaco.exchange_peer as p (name, behind)
    select name, behind
      from unnest(cast(:names as text[]), cast(:behind as interval[])) as s (name, behind)
    on conflict (name) do update
       set heard_at = now(),
           behind = case when p.behind_at < now() - interval '1 day' then excluded.behind
                         else least(p.behind, excluded.behind) end,
           behind_at = case when p.behind_at < now() - interval '1 day'
                              or excluded.behind < p.behind + interval '1 minute' then now()
                            else p.behind_at end
    """
)
_PEERS = text("select name, heard_at, behind from fondaco.exchange_peer order by heard_at desc")
_LATENCY = timedelta(minutes=2)


class Peer(Struct, frozen=True):
    """Somebody outside; `heard_at` is aware UTC, `behind` by how much its clock is (negative:
    ahead)."""

    name: str
    heard_at: datetime
    behind: timedelta

    @property
    def wrong_by(self) -> timedelta:
        """By how much its clock is wrong; what a message needs on its way is nothing."""
        return self.behind if abs(self.behind) > _LATENCY else timedelta()


async def peers(ask: Ask) -> Sequence[Peer]:
    """All that were ever heard, the last one first. One statement."""
    return [Peer(*row) for row in await ask.fetch(_PEERS)]


async def heard(hall: Hall, behind: Mapping[str, timedelta]) -> None:
    """These were heard just now; `behind` is the least age of their messages. One statement."""
    if behind:
        names = sorted(behind)
        values = {"names": names, "behind": [behind[name] for name in names]}
        async with hall.database.reading.connect() as connection:
            await connection.execute(_HEARD, values)
