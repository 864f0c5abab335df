"""Lines that are promised for no day: they wait until somebody settles them with the buyer."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, Uuid, bindparam, text

from fondaco.availability.changed import look_again
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.service import add_entry, no_order
from fondaco.orders.undated import WAITING
from fondaco.web.routing import route
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect

UNDATED = "/staff/undated"
POLICY = "order.move"
MOST = 200
_LINES: TextClause = text(
    f"""
    select l.uuid, l.sku, l.name, l.unit, l.quantity, u.quantity, u.why, u.since,
           o.number, o.uuid, c.name,
           (select f.promised from fondaco.former_supply f
             where f.order_line_id = l.id and f.promised is not null order by f.id desc limit 1)
      {WAITING}
       and (:everything or o.company_id = :company)
     order by u.since, l.id limit :most
    """
)
_SETTLE: TextClause = text(
    """
    update fondaco.undated_line w
       set settled_at = case when :settled then now() end,
           settled_by = case when :settled then cast(:user as bigint) end
      from fondaco.order_line l, fondaco.customer_order o
     where l.uuid = :line and l.id = w.order_line_id and o.id = l.order_id
       and (:everything or o.company_id = :company)
       and (w.settled_at is null) = :settled
    returning o.id, o.number, o.company_id, l.sku
    """
).bindparams(bindparam("line", type_=Uuid))


class Waiting(Struct, frozen=True):
    """A line of which `undated` has no day; `was` is the day promised last, `since` aware UTC."""

    line: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    undated: Decimal
    why: str
    since: datetime
    number: str
    order: UUID
    company: str
    was: date | None


@route("GET", UNDATED, policy=POLICY)
async def undated_page(ask: AskContext, settled: UUID | None = None) -> Page:
    """Those that wait longest on top; a line that was just `settled` can be put back."""
    sight = {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}
    rows = await ask.fetch(_LINES, {**sight, "most": MOST + 1})
    found = [Waiting(*row) for row in rows]
    return Page(
        "staff/undated.html",
        {
            "lines": found[:MOST],
            "more": len(found) > MOST,
            "undo": f"{UNDATED}/{settled}/restore" if settled else "",
        },
    )


@route("POST", f"{UNDATED}/look", policy=POLICY)
async def look_for_goods(act: ActContext) -> Redirect:
    """Look once more whether there are goods for these lines by now."""
    await look_again(act)
    return Redirect(UNDATED, _LOOKING)


@route("POST", f"{UNDATED}/{{line:uuid}}/settle", policy=POLICY)
async def settle_line(act: ActContext, line: UUID) -> Redirect:
    """The buyer has agreed to wait or to do without; the history of the order says who did it."""
    await _mark(act, line, settled=True)
    return Redirect(f"{UNDATED}?settled={line}")


@route("POST", f"{UNDATED}/{{line:uuid}}/restore", policy=POLICY)
async def restore_line(act: ActContext, line: UUID) -> Redirect:
    """It waits again."""
    await _mark(act, line, settled=False)
    return Redirect(UNDATED, _RESTORED)


async def _mark(act: ActContext, line: UUID, *, settled: bool) -> None:
    sight = {"everything": act.scope.everything, "company": act.scope.company_id or 0}
    user = act.actor.user_id
    rows = await act.fetch(_SETTLE, {"line": line, "settled": settled, "user": user, **sight})
    if not rows:
        raise no_order()
    found, name = rows[0], act.actor.name
    said = (
        Reason(
            "order.undated_settled",
            f"{found.sku}: срок согласован с покупателем, {name}",
            f"{found.sku}: settled with the buyer by {name}",
        )
        if settled
        else Reason(
            "order.undated_open",
            f"{found.sku}: срок снова не согласован, {name}",
            f"{found.sku}: open again, {name}",
        )
    )
    await add_entry(act, found.id, "dates.settled", said)
    action = "order.undated.settle" if settled else "order.undated.restore"
    await act.audit(action, f"order:{found.number}", None, found.sku, found.company_id)


_LOOKING = Reason(
    "staff.looking",
    "Ищем товар заново. Строки, для которых он нашёлся, исчезнут отсюда через несколько секунд",
    "Looking for goods again. Lines that get some leave this page within seconds",
)
_RESTORED = Reason("staff.undated_restored", "Строка снова ждёт", "The line waits again")
