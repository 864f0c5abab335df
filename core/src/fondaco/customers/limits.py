"""Monthly limits of a company: set, changed, taken away and brought back.

For its administrator and for staff alike: each verb takes the company and refuses one outside the
scope as if it were not there.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.customers.spending import THIS_MONTH, USED
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.people import within
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason

MOST = Decimal("9999999999999.99")
_ROWS = f"""
    select l.uuid, u.name, coalesce(u.active, true), o.name, l.amount, l.ended_at is not null,
           {USED.format(month=THIS_MONTH)}
      from fondaco.spending_limit l
      left join fondaco.user_account u on u.id = l.user_id
      left join fondaco.outlet o on o.id = l.outlet_id
     where l.company_id = :company
"""
_ALL: TextClause = text(
    f"""{_ROWS} and l.ended_at is null
    order by l.outlet_id is not null and l.user_id is not null,
             l.user_id is null, translate(lower(coalesce(u.name, o.name)), 'ё', 'е'), o.name, l.id
    """
)
_ONE: TextClause = text(f"{_ROWS} and l.uuid = :uuid")
# Whoever changes limits of a company waits for whoever does so already.
_LOCK: TextClause = text("select id from fondaco.company where id = :company for no key update")
_WHOSE: TextClause = text(
    """
    select (select id from fondaco.user_account where company_id = :company and uuid = :person),
           (select id from fondaco.outlet where company_id = :company and uuid = :outlet)
    """
)
_ADD: TextClause = text(
    """
    insert into fondaco.spending_limit (uuid, company_id, user_id, outlet_id, amount)
    values (:uuid, :company, :user, :outlet, :amount)
    on conflict (user_id, outlet_id) where ended_at is null do nothing
    returning uuid
    """
)
_CHANGE: TextClause = text(
    "update fondaco.spending_limit set amount = :amount"
    " where company_id = :company and uuid = :uuid"
)
_END: TextClause = text(
    "update fondaco.spending_limit set ended_at = now()"
    " where company_id = :company and uuid = :uuid"
)
_RESTORE: TextClause = text(
    """
    update fondaco.spending_limit l set ended_at = null
     where l.company_id = :company and l.uuid = :uuid
       and not exists (select from fondaco.spending_limit other
                        where other.ended_at is null and other.id <> l.id
                          and other.user_id is not distinct from l.user_id
                          and other.outlet_id is not distinct from l.outlet_id)
    """
)


class MonthlyLimit(Struct, frozen=True, array_like=True):
    """A limit in the site's currency, and what was spent of it this month.

    Without a `person` it is for everybody at the outlet, without an `outlet` for every outlet.
    `active`: the person may still sign in.
    """

    uuid: UUID
    person: str | None
    active: bool
    outlet: str | None
    amount: Decimal
    ended: bool
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be spent this month."""
        return max(self.amount - self.used, Decimal(0))


class NewLimit(Struct, frozen=True):
    """For whom and where; None for everybody, and for every outlet."""

    person: UUID | None
    outlet: UUID | None
    amount: Decimal


async def limits_of(ask: AskContext, company_id: int) -> Sequence[MonthlyLimit]:
    """The limits of a company in force. One statement."""
    within(ask, company_id)
    parameters = {"company": company_id, "zone": ask.zone.key}
    return tuple(_row(row) for row in await ask.fetch(_ALL, parameters))


async def limit_of(ask: AskContext, company_id: int, uuid: UUID) -> MonthlyLimit:
    """One of them, also one that was taken away. Raises `NotFound`."""
    within(ask, company_id)
    parameters = {"company": company_id, "uuid": uuid, "zone": ask.zone.key}
    rows = await ask.fetch(_ONE, parameters)
    if not rows:
        raise _absent()
    return _row(rows[0])


async def add_limit(act: ActContext, company_id: int, new: NewLimit) -> None:
    """Set a limit. Raises `UserError` by field, `NotFound` for people and outlets of others."""
    within(act, company_id)
    await act.execute(_LOCK, {"company": company_id})
    mistakes = amount_mistakes(new.amount)
    if new.person is None and new.outlet is None:
        mistakes["person"] = _NOBODYS
    if mistakes:
        raise UserError(_WRONG, mistakes)
    whose = {"company": company_id, "person": new.person, "outlet": new.outlet}
    user, outlet = (await act.fetch(_WHOSE, whose))[0]
    if (user is None) is not (new.person is None) or (outlet is None) is not (new.outlet is None):
        raise _absent()
    uuid = uuid7()
    values = {"company": company_id, "user": user, "outlet": outlet, "amount": new.amount}
    if not await act.fetch(_ADD, {"uuid": uuid, **values}):
        raise UserError(_WRONG, {"person": _KNOWN})
    limit = await limit_of(act, company_id, uuid)
    await act.audit("limit.add", _subject(limit), None, limit.amount, company_id)


async def change_limit(act: ActContext, company_id: int, uuid: UUID, amount: Decimal) -> None:
    """Another amount, from now on; what is spent stays. Raises `UserError` and `NotFound`."""
    limit = await _locked(act, company_id, uuid)
    if limit.ended:
        raise _absent()
    if mistakes := amount_mistakes(amount):
        raise UserError(_WRONG, mistakes)
    await act.execute(_CHANGE, {"company": company_id, "uuid": uuid, "amount": amount})
    await act.audit("limit.change", _subject(limit), limit.amount, amount, company_id)


async def end_limit(act: ActContext, company_id: int, uuid: UUID) -> None:
    """Take a limit away; again changes nothing. Raises `NotFound`."""
    limit = await _locked(act, company_id, uuid)
    if not limit.ended:
        await act.execute(_END, {"company": company_id, "uuid": uuid})
        await act.audit("limit.end", _subject(limit), limit.amount, None, company_id)


async def restore_limit(act: ActContext, company_id: int, uuid: UUID) -> None:
    """Bring back a limit that was taken away. Raises `Conflict` where there is another by now."""
    limit = await _locked(act, company_id, uuid)
    if not limit.ended:
        return
    if not await act.execute(_RESTORE, {"company": company_id, "uuid": uuid}):
        raise Conflict(_KNOWN)
    await act.audit("limit.restore", _subject(limit), None, limit.amount, company_id)


def amount_mistakes(amount: Decimal) -> dict[str, Reason]:
    """What is wrong with an amount; zero is fine: everything has to be approved then."""
    fine = amount.is_finite() and 0 <= amount <= MOST and amount == round(amount, 2)
    return {} if fine else {"amount": _AMOUNT}


async def _locked(act: ActContext, company_id: int, uuid: UUID) -> MonthlyLimit:
    within(act, company_id)
    await act.execute(_LOCK, {"company": company_id})
    return await limit_of(act, company_id, uuid)


def _subject(limit: MonthlyLimit) -> str:
    return "limit:" + " / ".join(name for name in (limit.person, limit.outlet) if name)


def _row(row: Sequence[object]) -> MonthlyLimit:
    return msgspec.convert(tuple(row), MonthlyLimit)


def _absent() -> NotFound:
    return NotFound(Reason("limit.absent", "Такого лимита нет", "There is no such limit"))


_WRONG = Reason("form.wrong", "Проверьте поля", "Check the fields")
_NOBODYS = Reason(
    "limit.nobodys",
    "Выберите сотрудника, торговую точку или то и другое",
    "Choose a person, an outlet, or both",
)
_KNOWN = Reason(
    "limit.known",
    "Такой лимит уже есть: измените его сумму",
    "There is such a limit already: change its amount",
)
_AMOUNT = Reason(
    "limit.amount",
    "Сумма — от нуля, не больше двух знаков после запятой",
    "The amount is zero or more, with at most two decimals",
)
