"""Points expire: what is left of a lot after its last day leaves the account, with an entry."""

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.ledger import TODAY, Entry, write
from fondaco_loyalty.lots import Take
from fondaco_sdk.context import Act, Job

AT_ONCE = 500

_DUE: TextClause = text(
    f"""
    select distinct account_id
      from (select p.account_id
              from plugin_loyalty.points l
              join plugin_loyalty.points_part p on p.lot_id = l.id
             where l.amount > 0 and l.expires_on < {TODAY}
             group by p.account_id, p.lot_id
            having sum(p.amount) > 0
             order by p.account_id
             limit :most) due
    """
)
_LOCK: TextClause = text(
    """
    select id from plugin_loyalty.points_account
     where id = any(cast(:accounts as bigint[])) order by holder for no key update
    """
)
_OVERDUE: TextClause = text(
    f"""
    select p.account_id, l.id, sum(p.amount) as amount, l.company_id
      from plugin_loyalty.points l
      join plugin_loyalty.points_part p on p.lot_id = l.id
     where p.account_id = any(cast(:accounts as bigint[]))
       and l.amount > 0 and l.expires_on < {TODAY}
     group by p.account_id, l.id, l.company_id
    having sum(p.amount) > 0
     order by l.id
    """
)


class Expire(Struct, frozen=True):
    """The payload of the task: nothing."""


async def expire_points(job: Job, payload: Expire) -> None:
    """Let everything expire that is overdue, so many accounts in a transaction."""
    while True:
        async with job.act() as act:
            if not await expire_some(act):
                return


async def expire_some(act: Act) -> bool:
    """Let some accounts' points expire; whether there were any. Four statements at most.

    Whoever spends at this moment cannot have these points: they are no longer available, entry or
    not. The entry only says so.
    """
    zone = {"zone": act.zone.key}
    due = [row[0] for row in await act.fetch(_DUE, {"most": AT_ONCE, **zone})]
    if not due:
        return False
    await act.fetch(_LOCK, {"accounts": due})
    overdue = await act.fetch(_OVERDUE, {"accounts": due, **zone})
    await write(
        act,
        [
            Entry(
                account_id=account,
                company_id=company,
                kind="expire",
                amount=-amount,
                takes=(Take(lot, amount),),
            )
            for account, lot, amount, company in overdue
        ],
    )
    return True
