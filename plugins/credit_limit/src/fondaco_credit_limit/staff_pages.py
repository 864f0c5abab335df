"""The staff's pages: all accounts by the age of their debts, and one account with its terms."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import lock, standings
from fondaco_credit_limit.ageing import PAGE, account_list, without_account
from fondaco_credit_limit.book import AGES, items_of, journal_of
from fondaco_credit_limit.customer_page import account_of
from fondaco_credit_limit.erp import MOST, MOST_DAYS
from fondaco_credit_limit.manifest import HOME
from fondaco_credit_limit.rule import OverdueRule, Standing, Status
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.ids import LegalEntityId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import WrittenColumn
from fondaco_sdk.web import Form, Page, Redirect, workbook

MOST_EXPORTED = 5_000

_FIND: TextClause = text(
    """
    select l.id, l.uuid, l.name, l.tax_id, c.name as company, a.reported_at is not null as erp
      from fondaco_api.legal_entity_v1 l
      join fondaco_api.company_v1 c on c.id = l.company_id
      left join plugin_credit_limit.account a on a.legal_entity_id = l.id
     where l.uuid = cast(:uuid as uuid) and (:everything or l.company_id = :company)
    """
)
_SAVE: TextClause = text(
    """
    insert into plugin_credit_limit.account
           (legal_entity_id, currency, limit_amount, days, tolerance_days, rule, status)
    values (:entity, :currency, :limit, :days, :tolerance_days, :rule, :status)
        on conflict (legal_entity_id) do update
       set limit_amount = excluded.limit_amount, days = excluded.days, rule = excluded.rule,
           tolerance_days = excluded.tolerance_days, status = excluded.status
    """
)


async def accounts(ask: Ask, q: str = "", late: str = "", page: int = 1) -> Page:
    """All accounts; `late`: only those with overdue debts."""
    wanted, overdue = q.strip()[:100], bool(late)
    found = await account_list(ask, wanted, overdue=overdue, page=page)
    kept = {name: value for name, value in (("q", wanted), ("late", late and "1")) if value}
    return Page(
        "credit_limit/accounts.html",
        {
            "found": found,
            "last": found.first + len(found.rows) - 1,
            "ages": [name for name, _ in AGES],
            "wanted": wanted,
            "overdue": overdue,
            "others": await without_account(ask, wanted),
            "newer": _at(kept, page - 1) if page > 1 else "",
            "older": _at(kept, page + 1) if page * PAGE < found.total else "",
            "export": f"{HOME}/export.xlsx?{urlencode(kept)}",
        },
    )


async def export(ask: Ask, q: str = "", late: str = "") -> Response[bytes]:
    """The same as a workbook."""
    found = await account_list(ask, q.strip()[:100], overdue=bool(late), page=1, most=MOST_EXPORTED)
    ru = ask.locale == "ru"
    names = _HEADS_RU if ru else _HEADS_EN
    columns = [WrittenColumn(name) for name in names]
    rows: list[list[str | int | Decimal | None]] = [
        [
            row.company,
            row.name,
            row.tax_id,
            row.standing.currency,
            row.standing.limit,
            row.standing.exposure,
            row.standing.available,
            *(row.stages[name] for name in ("reserved", "ordered", "shipped", "overdue")),
            *row.ages.values(),
        ]
        for row in found.rows
    ]
    title = "Лимиты и долги" if ru else "Limits and debts"
    return workbook(ask.sheets.write(title, columns, rows), "credit.xlsx")


async def account(ask: Ask, entity: UUID) -> Page:
    """One account: figures, calendar of payments, journal, and the form of its terms."""
    return await _page(ask, await _find(ask, entity))


async def save_terms(act: Act, form: Form, entity: UUID) -> Page | Redirect:
    """Other terms, or a first limit; or the form again with what is wrong."""
    found = await _find(act, entity)
    await lock(act, [found.id])
    before = (await standings(act, [found.id])).get(found.id)
    try:
        terms = _read(form)
    except UserError as mistake:
        return await _page(act, found, form.values(), mistake)
    currency = before.currency if before else act.currency
    await act.execute(_SAVE, {"entity": found.id, "currency": currency, **terms})
    await act.audit("credit.terms", f"legal_entity:{found.uuid}", _said(before), terms)
    return Redirect(f"{HOME}/{entity}", notice=_SAVED)


async def _find(ask: Ask, entity: UUID) -> Any:
    rows = await ask.fetch(
        _FIND,
        {
            "uuid": str(entity),
            "everything": ask.scope.everything,
            "company": ask.scope.company_id or 0,
        },
    )
    if not rows:
        raise NotFound(_ABSENT)
    return rows[0]


async def _page(
    ask: Ask, found: Any, typed: Mapping[str, str] | None = None, mistake: UserError | None = None
) -> Page:
    entity = LegalEntityId(found.id)
    standing = (await standings(ask, [entity])).get(entity)
    items = await items_of(ask, [entity])
    today = ask.now.astimezone(ask.zone).date()
    fields = mistake.fields if mistake else {}
    who = (found.uuid, found.name, found.tax_id)
    return Page(
        "credit_limit/account.html",
        {
            "found": found,
            "one": account_of(ask, who, standing, items, today) if standing else None,
            "journal": await journal_of(ask, entity),
            "today": today,
            "typed": _typed(standing) if typed is None else typed,
            "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
            "rules": [rule.value for rule in OverdueRule],
            "statuses": [status.value for status in Status],
            "currency": standing.currency if standing else ask.currency,
        },
        status=422 if mistake else 200,
    )


def _read(form: Form) -> dict[str, Any]:
    reading = form.reading()
    terms: dict[str, Any] = {
        "limit": reading.decimal("limit"),
        "days": reading.decimal("days"),
        "tolerance_days": reading.decimal("tolerance_days"),
        "rule": reading.choice("rule", [rule.value for rule in OverdueRule]),
        "status": reading.choice("status", [status.value for status in Status]),
    }
    limit = terms["limit"]
    if limit is not None and not 0 <= limit < MOST:
        reading.refuse("limit", _LIMIT)
    for name in ("days", "tolerance_days"):
        days = terms[name]
        if days is not None and (days != days.to_integral_value() or not 0 <= days <= MOST_DAYS):
            reading.refuse(name, _DAYS)
    reading.done()
    return {**terms, "days": int(terms["days"]), "tolerance_days": int(terms["tolerance_days"])}


def _typed(standing: Standing | None) -> Mapping[str, str]:
    if standing is None:
        return {"days": "14", "tolerance_days": "0", "rule": "prepay", "status": "normal"}
    return {
        "limit": f"{standing.limit:f}",
        "days": str(standing.days),
        "tolerance_days": str(standing.tolerance_days),
        "rule": standing.rule.value,
        "status": standing.status.value,
    }


def _said(standing: Standing | None) -> Mapping[str, Any] | None:
    if standing is None:
        return None
    return {
        "limit": standing.limit,
        "days": standing.days,
        "tolerance_days": standing.tolerance_days,
        "rule": standing.rule.value,
        "status": standing.status.value,
    }


def _at(kept: Mapping[str, str], page: int) -> str:
    return f"{HOME}?{urlencode({**kept, 'page': str(page)})}"


_HEADS_RU = (
    "Компания",
    "Юрлицо",
    "ИНН",
    "Валюта",
    "Лимит",
    "Использовано",
    "Свободно",
    "В резерве",
    "Заказано",
    "Отгружено",
    "Просрочено",
    "1–7 дней",
    "8–30 дней",
    "31–60 дней",
    "61–90 дней",
    "Больше 90 дней",
)
_HEADS_EN = (
    "Company",
    "Legal entity",
    "Tax id",
    "Currency",
    "Limit",
    "Used",
    "Free",
    "Reserved",
    "Ordered",
    "Shipped",
    "Overdue",
    "1–7 days",
    "8–30 days",
    "31–60 days",
    "61–90 days",
    "More than 90 days",
)
_ABSENT = Reason("credit.absent", "Такого юрлица нет", "There is no such legal entity")
_SAVED = Reason("credit.saved", "Условия сохранены", "The terms are saved")
_LIMIT = Reason(
    "credit.limit", "Лимит от нуля, в рублях и копейках", "A limit of zero or more, with cents"
)
_DAYS = Reason(
    "credit.days", f"Целое число дней от 0 до {MOST_DAYS}", f"A whole number from 0 to {MOST_DAYS}"
)
