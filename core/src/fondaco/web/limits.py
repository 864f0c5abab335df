"""How often somebody may try: counted in PostgreSQL, so that all processes share one count.

A window begins with the first try and ends after its minutes. Two windows may touch any span of
that length, so twice `most` is what a limit lets through at worst.
"""

import hashlib

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext, AskContext

_COUNT: TextClause = text(
    """
    insert into fondaco.attempt as t (kind, subject, tries, ends_at)
    values (:kind, :subject, 1,
            clock_timestamp() + make_interval(mins => cast(:minutes as int)))
    on conflict (kind, subject) do update set
        tries = case when t.ends_at > clock_timestamp() then t.tries + 1 else 1 end,
        ends_at = case when t.ends_at > clock_timestamp() then t.ends_at else excluded.ends_at end
    returning tries, ceil(extract(epoch from ends_at - clock_timestamp()))::int
    """
)
_GIVE_BACK: TextClause = text(
    "update fondaco.attempt set tries = tries - 1"
    " where kind = :kind and subject = :subject and tries > 0"
)
_FORGET: TextClause = text("delete from fondaco.attempt where kind = :kind and subject = :subject")


class Limit(Struct, frozen=True):
    """At most so many tries in so many minutes."""

    kind: str
    most: int
    minutes: int

    def of(self, subject: str) -> "Counter":
        """The counter of one subject."""
        return Counter(self, hashlib.sha256(subject.encode()).digest())


class Counter(Struct, frozen=True):
    """What is counted: the limit's tries of one subject, which is stored as a hash."""

    limit: Limit
    subject: bytes

    @property
    def key(self) -> dict[str, object]:
        """The row."""
        return {"kind": self.limit.kind, "subject": self.subject}


class Over(Struct, frozen=True):
    """A limit is reached; `seconds` until its window ends. `just_now`: by this very try."""

    counter: Counter
    seconds: int
    just_now: bool

    @property
    def minutes(self) -> int:
        """The same in whole minutes, for people."""
        return -(-self.seconds // 60)

    @property
    def headers(self) -> dict[str, str]:
        """What a program is told."""
        return {"Retry-After": str(self.seconds)}


async def count_try(ask: AskContext, *counters: Counter) -> Over | None:
    """Count a try; the first counter that is over its limit, and then none after it is counted.

    Counted before the work, in one statement a counter: of tries at the same moment no more get
    through than may.
    """
    for counter in counters:
        limit = counter.limit
        rows = await ask.fetch(_COUNT, {**counter.key, "minutes": limit.minutes})
        tries, seconds = rows[0]
        if tries > limit.most:
            return Over(counter, max(1, seconds), just_now=tries == limit.most + 1)
    return None


async def give_back(act: ActContext, counter: Counter) -> None:
    """Take one's own try off again: it was an honest one."""
    await act.execute(_GIVE_BACK, counter.key)


async def forget(act: ActContext, counter: Counter) -> None:
    """Begin anew."""
    await act.execute(_FORGET, counter.key)
