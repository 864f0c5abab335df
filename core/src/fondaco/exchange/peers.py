"""Who speaks to the portal through the broker: when it was last heard, and what its clock shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco_sdk.context import Ask

# A message is at least as old as the clock is behind, so the least age of all is the best guess.
# A larger one counts only where it is steady, and after a day without a smaller: until then
# messages have only waited. Of a peer that was never heard before no smaller one is known.
_HEARD = text(
    """
    with said as (
        select s.name, s.age, s.steady, p.behind, coalesce(p.behind_at, '-infinity') as behind_at,
               s.steady and coalesce(p.behind_at < now() - interval '1 day', true) as larger
          from unnest(cast(:names as text[]), cast(:ages as interval[]),
                      cast(:steady as boolean[])) as s (name, age, steady)
          left join fondaco.exchange_peer p on p.name = s.name
    )
    insert into fondaco.exchange_peer as p (name, behind, behind_at)
    select name, case when larger then age else least(coalesce(behind, interval '0'), age) end,
           case when larger or age < behind + interval '1 minute' then now() else behind_at end
      from said
    on conflict (name) do update
       set heard_at = now(), behind = excluded.behind, behind_at = excluded.behind_at
    returning name, heard_at, behind
    """
)
_PEERS = text("select name, heard_at, behind from fondaco.exchange_peer order by heard_at desc")
_LATENCY = timedelta(minutes=2)
_STEADY = timedelta(minutes=5)
_SAME = timedelta(minutes=1)


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


class Clocks:
    """What the clocks of those show who are heard here; the database has what all others heard."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._before: dict[str, tuple[datetime, timedelta]] = {}
        self._wrong_by: dict[str, timedelta] = {}

    async def hear(self, ages: Mapping[str, timedelta | None]) -> None:
        """These were heard just now, with the least age of their messages; None: they do not say.

        One statement.
        """
        if ages:
            names = sorted(ages)
            values = {
                "names": names,
                "ages": [ages[name] for name in names],
                "steady": [self._is_steady(name, ages[name]) for name in names],
            }
            async with self._hall.database.reading.connect() as connection:
                rows = (await connection.execute(_HEARD, values)).all()
            self._wrong_by |= {peer.name: peer.wrong_by for peer in (Peer(*row) for row in rows)}

    def wrong_by(self, name: str) -> timedelta:
        """By how much the clock of somebody who was heard is wrong."""
        return self._wrong_by[name]

    def _is_steady(self, name: str, age: timedelta | None) -> bool:
        """Whether messages some minutes apart are of one age: then they have not waited, since what
        has waited comes faster than it was sent, or is all the older."""
        if age is None:
            return False
        now = self._hall.clock.now()
        at, before = self._before.setdefault(name, (now, age))
        if now - at < _STEADY:
            return False
        self._before[name] = (now, age)
        return abs(age - before) < _SAME
