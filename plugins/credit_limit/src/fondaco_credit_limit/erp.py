"""Limits and debts from the ERP, which has the last word on both.

Between two messages the portal's own holds count beside what the last one said. A message names the
portal's orders that the ERP has in its books (`orders`, and those of the items): what they held
here ends then, for the ERP counts them. Orders that it does not name are held on, unless they were
completed before it was written. What was changed in an order after that is held on as well.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import lock
from fondaco_credit_limit.counting import Said, take_over
from fondaco_credit_limit.rule import OverdueRule, Status
from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import LegalEntityId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.reason import Reason

MOST = Decimal("1e12")
MOST_DAYS = 400
MOST_ITEMS = 5_000
FIRST_YEAR = 1900


class DebtItem(Struct, frozen=True):
    """A debt of the ERP, in the account's currency: a shipped document, or an order of goods.

    `order` is the number or the UUID of an order of the portal, where it belongs to one; a number
    that several orders of the legal entity have, of different sellers, says nothing. A negative
    amount is money that the customer has paid in advance: it lowers the exposure and is due on no
    day, so that it hides nothing that is overdue. Days before 1900 are no days.
    """

    amount: Decimal
    state: Literal["ordered", "shipped"] = "shipped"
    document: str = ""
    order: str = ""
    issued_on: date | None = None
    due_on: date | None = None


class CreditRecord(Struct, frozen=True):
    """The whole account of a legal entity, by the ERP's id or by tax id and kpp.

    `version` grows with every message; an older one changes nothing. `currency` empty: the site's.
    What is None stays as it is. `items` are all debts; `orders` the portal's orders that the ERP
    counts, or has counted and settled. `at` is the aware moment at which these figures were true;
    None, or one to come: that at which they are taken.
    """

    version: int
    limit: Decimal
    legal_entity: str = ""
    tax_id: str = ""
    kpp: str = ""
    currency: str = ""
    days: int | None = None
    tolerance_days: int | None = None
    rule: OverdueRule | None = None
    status: Status | None = None
    items: tuple[DebtItem, ...] = ()
    orders: tuple[str, ...] = ()
    at: datetime | None = None


_FIND: TextClause = text(
    """
    select l.id, l.external_id, l.tax_id, l.kpp, coalesce(a.version, -1), a.currency
      from fondaco_api.legal_entity_v1 l
      left join plugin_credit_limit.account a on a.legal_entity_id = l.id
     where l.external_id = any(cast(:ids as text[]))
        or (l.tax_id <> '' and l.tax_id = any(cast(:tax_ids as text[])))
    """
)
_SAVE: TextClause = text(
    """
    with said as (
        select * from unnest(cast(:entities as bigint[]), cast(:currencies as text[]),
                             cast(:limits as numeric[]), cast(:days as int[]),
                             cast(:tolerances as int[]), cast(:rules as text[]),
                             cast(:statuses as text[]), cast(:versions as bigint[]),
                             cast(:exposures as numeric[]), cast(:moments as timestamptz[]))
               as u (entity, currency, limit_amount, days, tolerance, rule, status, version,
                     exposure, moment)
    )
    insert into plugin_credit_limit.account as a
           (legal_entity_id, currency, limit_amount, days, tolerance_days, rule, status, version,
            erp_exposure, reported_at)
    select entity, currency, limit_amount, coalesce(days, 0), coalesce(tolerance, 0),
           coalesce(rule, 'prepay'), coalesce(status, 'normal'), version, exposure, moment
      from said
        on conflict (legal_entity_id) do update
       set (currency, limit_amount, days, tolerance_days, rule, status, version, erp_exposure,
            reported_at)
         = (select s.currency, s.limit_amount, coalesce(s.days, a.days),
                   coalesce(s.tolerance, a.tolerance_days), coalesce(s.rule, a.rule),
                   coalesce(s.status, a.status), s.version, s.exposure, excluded.reported_at
              from said s where s.entity = a.legal_entity_id)
    """
)
_DROP_DEBTS: TextClause = text(
    "delete from plugin_credit_limit.debt where legal_entity_id = any(cast(:entities as bigint[]))"
)
_ADD_DEBTS: TextClause = text(
    """
    insert into plugin_credit_limit.debt
           (legal_entity_id, document, order_number, issued_on, due_on, amount, state)
    select * from unnest(cast(:entities as bigint[]), cast(:documents as text[]),
                         cast(:orders as text[]), cast(:issued as date[]), cast(:due as date[]),
                         cast(:amounts as numeric[]), cast(:states as text[]))
    """
)


async def take_limits(act: Act, records: Sequence[CreditRecord]) -> Report:
    """Replace the accounts. Nine statements at most, whatever the number of records."""
    wanted = {
        "ids": [record.legal_entity for record in records if record.legal_entity],
        "tax_ids": [record.tax_id for record in records if record.tax_id],
    }
    await lock(act, [LegalEntityId(row[0]) for row in await act.fetch(_FIND, wanted)])
    known = await act.fetch(_FIND, wanted)
    newest: dict[int, CreditRecord] = {}
    unmatched: list[Unmatched] = []
    for place, record in enumerate(records):
        row = _entity_of(record, known)
        wrong = row if isinstance(row, Reason) else _wrong(record, row)
        if wrong is not None:
            name = record.legal_entity or record.tax_id
            unmatched.append(Unmatched(place, name, wrong))
            continue
        assert not isinstance(row, Reason)
        before = newest.get(row[0])
        if record.version > max(row[4], before.version if before else -1):
            newest[row[0]] = record
    if newest:
        await _replace(act, newest)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _replace(act: Act, accounts: Mapping[int, CreditRecord]) -> None:
    values: dict[str, Any] = {
        "entities": list(accounts),
        "currencies": [one.currency or act.currency for one in accounts.values()],
        "limits": [one.limit for one in accounts.values()],
        "days": [one.days for one in accounts.values()],
        "tolerances": [one.tolerance_days for one in accounts.values()],
        "rules": [one.rule and one.rule.value for one in accounts.values()],
        "statuses": [one.status and one.status.value for one in accounts.values()],
        "versions": [one.version for one in accounts.values()],
        "exposures": [sum((i.amount for i in one.items), Decimal(0)) for one in accounts.values()],
        "moments": [_moment(act, one) for one in accounts.values()],
    }
    await act.execute(_SAVE, values)
    await act.execute(_DROP_DEBTS, {"entities": list(accounts)})
    items = [(entity, item) for entity, one in accounts.items() for item in one.items]
    if items:
        await act.execute(
            _ADD_DEBTS,
            {
                "entities": [entity for entity, _ in items],
                "documents": [item.document for _, item in items],
                "orders": [item.order for _, item in items],
                "issued": [_day(item.issued_on) for _, item in items],
                "due": [_due(item) for _, item in items],
                "amounts": [item.amount for _, item in items],
                "states": [item.state for _, item in items],
            },
        )
    await take_over(act, [_said(entity, one) for entity, one in accounts.items()])


def _said(entity: int, record: CreditRecord) -> Said:
    names = (*record.orders, *(item.order for item in record.items))
    known = frozenset(name.strip().casefold() for name in names)
    return Said(LegalEntityId(entity), record.at, known)


def _moment(act: Act, record: CreditRecord) -> datetime:
    return act.now if record.at is None else min(record.at, act.now)


def _due(item: DebtItem) -> date | None:
    return None if item.amount < 0 else _day(item.due_on)


def _day(day: date | None) -> date | None:
    # The empty date of 1C is the first day of year 1.
    return None if day is None or day.year < FIRST_YEAR else day


def _entity_of(record: CreditRecord, known: Sequence[Any]) -> Any:
    """The row of the legal entity, or why it is not known."""
    if record.legal_entity:
        found = [row for row in known if row[1] == record.legal_entity]
    else:
        found = [
            row
            for row in known
            if record.tax_id and row[2] == record.tax_id and record.kpp in ("", row[3])
        ]
    if len(found) == 1:
        return found[0]
    return _SEVERAL if found else _UNKNOWN


def _wrong(record: CreditRecord, row: Any) -> Reason | None:
    figures = [record.limit, *(item.amount for item in record.items)]
    if not all(figure.is_finite() and abs(figure) < MOST for figure in figures):
        return _FIGURE
    if record.limit < 0 or len(record.items) > MOST_ITEMS:
        return _FIGURE if record.limit < 0 else _LONG
    if any(figure != round_money(figure, record.currency or "RUB") for figure in figures):
        return _FIGURE
    if any(days is not None and not 0 <= days <= MOST_DAYS for days in _days(record)):
        return _DAYS
    if record.currency and not (len(record.currency) == 3 and record.currency.isupper()):
        return _CURRENCY
    if record.at is not None and record.at.tzinfo is None:
        return _MOMENT
    return None


def _days(record: CreditRecord) -> tuple[int | None, int | None]:
    return record.days, record.tolerance_days


_UNKNOWN = Reason(
    "credit.entity",
    "Такого юрлица на портале нет: проверьте код или ИНН и КПП",
    "The portal has no such legal entity: check the id, or tax id and kpp",
)
_SEVERAL = Reason(
    "credit.several",
    "Юрлиц с этим ИНН несколько: передайте КПП или код",
    "Several legal entities have this tax id: send the kpp or the id",
)
_FIGURE = Reason(
    "credit.figure",
    "Лимит или долг не сумма: нужны число с копейками и лимит не меньше нуля",
    "A limit or a debt is no amount: numbers with two decimals, and a limit of zero or more",
)
_LONG = Reason("credit.long", f"Больше {MOST_ITEMS} долгов", f"More than {MOST_ITEMS} debts")
_DAYS = Reason("credit.days", f"Дней от 0 до {MOST_DAYS}", f"From 0 to {MOST_DAYS} days")
_CURRENCY = Reason(
    "credit.currency_code", "Валюта не код ISO 4217", "The currency is no ISO 4217 code"
)
_MOMENT = Reason(
    "credit.moment",
    "У момента нет часового пояса: нужна дата со временем и поясом, 2026-11-28T12:00:00+03:00",
    "The moment has no time zone: a date with time and zone, 2026-11-28T12:00:00+03:00",
)
