"""The log of the exchange is kept for those who look for a mistake, and not for ever."""

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Job

KEPT_DAYS, EMPTY_DAYS = 30, 2

# With a session go the files it tells of. One in which nothing but polls without orders was said
# tells nobody anything; where 1C begins a session for each poll there are a thousand a day.
_FORGET: TextClause = text(
    """
    delete from plugin_erp_1c.session s
     where s.opened_at < now() - make_interval(days => :days)
        or s.opened_at < now() - make_interval(days => :empty_days)
       and coalesce(s.closed_at, s.seen_at) < now() - interval '1 day'
       and not exists (
           select from plugin_erp_1c.entry e where e.session_id = s.id
              and not (e.answer = 'success' and (e.mode in ('checkauth', 'init')
                       or e.mode = 'query' and e.said = :nothing)))
    """
)


class Tidy(Struct, frozen=True):
    """The payload of the task: there is nothing to say."""


async def tidy_sessions(job: Job, payload: Tidy) -> None:
    """Delete sessions of a month ago, and after two days those in which nothing happened.

    One statement.
    """
    async with job.act() as act:
        await act.execute(
            _FORGET, {"days": KEPT_DAYS, "empty_days": EMPTY_DAYS, "nothing": NOTHING}
        )


def offered(orders: int, documents: int) -> str:
    """What the log says of an answer to `query`."""
    return f"Заказов: {orders}, документов: {documents}"


NOTHING = offered(0, 0)
