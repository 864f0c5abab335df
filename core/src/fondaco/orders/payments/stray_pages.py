"""Money that an acquirer tells of and nobody asked it for: a person writes what was done."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, Uuid, bindparam, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

STRAY = "/staff/statements/stray"
POLICY = "payment.statement"
MOST = 200
LONGEST = 500

_STRAYS: TextClause = text(
    """
    select s.uuid, s.provider, s.external_id, s.amount, s.currency, s.seen_at, s.settled_at,
           coalesce(u.name, '') as settled_by, s.note, c.amount as wanted, o.uuid as "order",
           o.number
      from fondaco.stray_charge s
      left join fondaco.charge c on c.id = s.charge_id
      left join fondaco.payment p on p.id = c.payment_id
      left join fondaco.customer_order o on o.id = p.order_id
       and (:everything or o.company_id = :company)
      left join fondaco.user_account u on u.id = s.settled_by
     order by s.settled_at is not null, s.id desc limit :most
    """
)
_SETTLE: TextClause = text(
    """
    update fondaco.stray_charge
       set settled_at = case when :settled then now() end,
           settled_by = case when :settled then cast(:user as bigint) end,
           note = case when :settled then :note else note end
     where uuid = :uuid and (settled_at is null) = :settled
    returning provider, external_id
    """
).bindparams(bindparam("uuid", type_=Uuid))
_KNOWN: TextClause = text("select 1 from fondaco.stray_charge where uuid = :uuid").bindparams(
    bindparam("uuid", type_=Uuid)
)


class Stray(Struct, frozen=True):
    """`amount` came where `wanted` was asked for (None: nothing was, and no order is known)."""

    uuid: UUID
    provider: str
    external_id: str
    amount: Decimal
    currency: str
    seen_at: datetime
    settled_at: datetime | None
    settled_by: str
    note: str
    wanted: Decimal | None
    order: UUID | None
    number: str | None


@route("GET", STRAY, policy=POLICY)
async def strays_page(ask: AskContext) -> Page:
    """Those that wait on top, then what was done with the others."""
    return await _page(ask)


@route("POST", f"{STRAY}/{{uuid:uuid}}/settle", policy=POLICY)
async def settle(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Somebody has dealt with it, and says how."""
    note = form.text("note")
    if not note or len(note) > LONGEST:
        return await _page(ask, uuid, _EMPTY if not note else _LONG)
    async with ask.act() as act:
        await _mark(act, uuid, note, settled=True)
    return Redirect(STRAY, notice=_SETTLED)


@route("POST", f"{STRAY}/{{uuid:uuid}}/restore", policy=POLICY)
async def restore(act: ActContext, uuid: UUID) -> Redirect:
    """It waits again."""
    await _mark(act, uuid, "", settled=False)
    return Redirect(STRAY, notice=_RESTORED)


async def _page(ask: AskContext, wrong: UUID | None = None, why: Reason | None = None) -> Page:
    sight = {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}
    rows: Sequence[Stray] = [
        Stray(*row) for row in await ask.fetch(_STRAYS, {"most": MOST, **sight})
    ]
    context = {
        "waiting": [row for row in rows if row.settled_at is None],
        "settled": [row for row in rows if row.settled_at],
        "wrong": wrong,
        "why": why.text(ask.locale) if why else "",
    }
    return Page("orders/stray.html", context, 422 if why else 200)


async def _mark(act: ActContext, uuid: UUID, note: str, *, settled: bool) -> None:
    values = {"uuid": uuid, "note": note, "settled": settled, "user": act.actor.user_id}
    rows = await act.fetch(_SETTLE, values)
    if not rows:
        if not await act.fetch(_KNOWN, {"uuid": uuid}):
            raise NotFound(_ABSENT)
        raise Conflict(_ALREADY)
    subject = f"stray_charge:{rows[0].provider}:{rows[0].external_id}"
    action = "payment.stray.settle" if settled else "payment.stray.restore"
    await act.audit(action, subject, None, note or None)


_EMPTY = Reason("stray.empty", "Напишите, что сделано", "Write what was done")
_LONG = Reason("stray.long", "Слишком длинно", "Too long")
_ABSENT = Reason("stray.absent", "Такого платежа нет", "There is no such payment")
_ALREADY = Reason(
    "stray.already",
    "С этим платежом уже решено: обновите страницу",
    "This payment is settled already: reload the page",
)
_SETTLED = Reason("stray.settled", "Отмечено как решённое", "Marked as settled")
_RESTORED = Reason("stray.restored", "Платёж снова ждёт решения", "The payment waits again")
