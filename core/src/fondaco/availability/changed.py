"""Stock that others were promised has changed: the orders that hold it are looked at by a task."""

from msgspec import Struct

from fondaco.hooks.context import ActContext

REPLAN_TASK = "orders.replan"
UNSETTLED = """
    select exists (select from fondaco.stock_row where reserved > on_hand)
        or exists (select from fondaco.reservation r
                     join fondaco.stock_row s on s.id = r.stock_id
                    where r.state = 'held' and r.arrives_on is not null
                      and r.arrives_on is distinct from s.arrives_on)
"""


class Replan(Struct, frozen=True):
    """Nothing is to be said: what does not hold any more is found in the tables."""


async def look_again(act: ActContext) -> None:
    """Queue the task; it runs if this transaction commits.

    Without a key: one that is running already may have looked before this change was committed.
    """
    await act.enqueue(REPLAN_TASK, Replan())
