"""Document numbers: per seller, kind and year, without gaps, from a locked row."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext

# Who waits for a row that is updated again and again is overtaken by whoever comes later; for an
# advisory lock everybody waits in turn.
NEXT: TextClause = text(
    """
    with turn as materialized (
        select kind, pg_advisory_xact_lock(
                         hashtextextended('number ' || kind, cast(:seller as bigint)))
          from (select unnest(cast(:kinds as text[])) as kind order by 1) asked
    )
    insert into fondaco.number_series as s (seller_id, kind, year, last)
    select cast(:seller as bigint), kind, :year, 1 from turn
    on conflict (seller_id, kind, year) do update set last = s.last + 1
    returning kind, last
    """
)


async def next_numbers(act: ActContext, seller_id: int, kinds: Sequence[str]) -> Mapping[str, str]:
    """The next number of each series, as shown: `FO-26-000042`. One statement.

    The series stay locked until the transaction ends: whoever takes numbers comes to its end soon,
    and waits for nobody else on the way.
    """
    year = act.now.astimezone(act.zone).year
    rows = await act.fetch(NEXT, {"seller": seller_id, "kinds": list(kinds), "year": year})
    prefix = act.hall.settings.orders.number_prefix
    return {row.kind: f"{prefix}{year % 100:02d}-{row.last:06d}" for row in rows}


async def next_number(act: ActContext, seller_id: int, kind: str) -> str:
    """The next number of one series."""
    return (await next_numbers(act, seller_id, [kind]))[kind]
