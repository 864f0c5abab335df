"""Document numbers: per seller, kind and year, without gaps, from a locked row."""

from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext

# Who waits for a row that is updated again and again is overtaken by whoever comes later; for an
# advisory lock everybody waits in turn.
NEXT: TextClause = text(
    """
    insert into fondaco.number_series as s (seller_id, kind, year, last)
    select cast(:seller as bigint), cast(:kind as text), :year, 1
      from (select pg_advisory_xact_lock(
                hashtextextended('number ' || cast(:kind as text), cast(:seller as bigint)))) turn
    on conflict (seller_id, kind, year) do update set last = s.last + 1
    returning last
    """
)


async def next_number(act: ActContext, seller_id: int, kind: str) -> str:
    """The next number of a series, as shown: `FO-26-000042`.

    The series stays locked until the transaction ends, so take numbers late in it.
    """
    year = act.now.astimezone(act.zone).year
    rows = await act.fetch(NEXT, {"seller": seller_id, "kind": kind, "year": year})
    prefix = act.hall.settings.orders.number_prefix
    return f"{prefix}{year % 100:02d}-{rows[0].last:06d}"
