"""The staff's pages of customers: the list, and one customer's status, points and journal."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fondaco_loyalty import tiers as book
from fondaco_loyalty.adjusting import Adjustment, adjust, misfits_of
from fondaco_loyalty.assignments import DAYS, Given, assignments_of, give, set_ended
from fondaco_loyalty.balance import balance_of
from fondaco_loyalty.customers import Found, customer_list, find_customer
from fondaco_loyalty.journal import PAGE
from fondaco_loyalty.manifest import CUSTOMERS
from fondaco_loyalty.points_journal import points_page
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import standing
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading, Page, Redirect

LONGEST = 200


async def customers(ask: Ask, q: str = "", page: int = 1) -> Page:
    """Everybody, or whoever is meant by a part of the name or a tax id."""
    wanted = q.strip()
    found = await customer_list(ask, wanted, page)
    last = found.first + len(found.rows) - 1
    return Page(
        "loyalty/customers.html",
        {
            "found": found,
            "last": last,
            "wanted": wanted,
            "currency": ask.currency,
            "newer": _list(wanted, page - 1) if page > 1 else "",
            "older": _list(wanted, page + 1) if last < found.total else "",
        },
    )


def _list(wanted: str, page: int) -> str:
    return f"{CUSTOMERS}?{urlencode({'q': wanted, 'page': page})}"


async def customer(
    ask: Ask,
    company: UUID,
    entity: UUID | None = None,
    page: int = 1,
    ended: UUID | None = None,
) -> Page:
    """One customer; `ended` was just taken back and can be put in force again."""
    return await _card(ask, await find_customer(ask, company, entity), page=page, ended=ended)


async def give_status(
    act: Act, form: Form, company: UUID, entity: UUID | None = None
) -> Page | Redirect:
    """A status for a customer, or the form again with what is wrong."""
    found = await find_customer(act, company, entity)
    try:
        await give(act, found.id, found.entity_id, await _read_given(act, form))
    except UserError as mistake:
        return await _card(act, found, form.values(), mistake)
    return Redirect(_address(found), _GIVEN)


async def end_status(act: Act, company: UUID, given: UUID, entity: UUID | None = None) -> Redirect:
    """Turnover decides again; the page that follows offers to put it back."""
    found = await find_customer(act, company, entity)
    await set_ended(act, found.id, found.entity_id, given, ended=True)
    return Redirect(_address(found, ended=given))


async def resume_status(
    act: Act, company: UUID, given: UUID, entity: UUID | None = None
) -> Redirect:
    """The given status is in force again."""
    found = await find_customer(act, company, entity)
    await set_ended(act, found.id, found.entity_id, given, ended=False)
    return Redirect(_address(found), _GIVEN)


async def adjust_points(
    act: Act, form: Form, company: UUID, entity: UUID | None = None
) -> Page | Redirect:
    """More or fewer points for a customer, or the form again with what is wrong."""
    found = await find_customer(act, company, entity)
    try:
        await adjust(act, found.id, found.entity_id, _read_adjustment(act, form))
    except UserError as mistake:
        return await _card(act, found, form.values(), mistake)
    return Redirect(_address(found), _ADJUSTED)


async def _read_given(act: Act, form: Form) -> Given:
    reading = form.reading()
    chosen = reading.required("tier")
    tier = next((t.uuid for t in await book.all_tiers(act) if str(t.uuid) == chosen), None)
    if tier is None:
        reading.refuse("tier", _CHOOSE)
    since = reading.day("valid_from") or act.now.astimezone(act.zone).date()
    until = reading.day("valid_to")
    if until is not None and until < since:
        reading.refuse("valid_to", DAYS)
    given_reason = _reason(reading, "status_reason")
    reading.done()
    assert tier is not None
    return Given(uuid=uuid4(), tier=tier, valid_from=since, valid_to=until, reason=given_reason)


def _read_adjustment(act: Act, form: Form) -> Adjustment:
    reading = form.reading()
    wanted = Adjustment(
        key=_key(form.text("key")),
        amount=reading.decimal("amount"),
        expires_on=reading.day("expires_on"),
        reason=_reason(reading, "reason"),
    )
    for field, mistake in misfits_of(wanted, act.now.astimezone(act.zone).date()).items():
        reading.refuse(field, mistake)
    reading.done()
    return wanted


def _reason(reading: FormReading, name: str) -> str:
    said = reading.required(name)
    if len(said) > LONGEST:
        reading.refuse(name, _LONG)
    return said


def _key(raw: str) -> UUID:
    """The key of the form as it was shown; a form without one is a new one."""
    try:
        return UUID(raw)
    except ValueError:
        return uuid4()


async def _card(
    ask: Ask,
    found: Found,
    typed: Mapping[str, str] | None = None,
    mistake: UserError | None = None,
    *,
    page: int = 1,
    ended: UUID | None = None,
) -> Page:
    values = typed or {}
    settings = ask.settings(LoyaltySettings)
    balance = await balance_of(ask, found.id, found.entity_id)
    entries = await points_page(ask, found.id, found.entity_id, page)
    given = await assignments_of(ask, found.id, found.entity_id)
    fields = mistake.fields if mistake else {}
    context: dict[str, Any] = {
        "customer": found,
        "query": f"?entity={found.entity}" if found.entity else "",
        "standing": await standing(ask, found.id, found.entity_id),
        "given": given,
        "gone": next((g for g in given if g.uuid == ended and g.ended), None),
        "balance": balance,
        "soon": balance.soon(ask.now.astimezone(ask.zone).date()),
        "share": settings.points_share,
        "days": settings.period_days,
        "points_days": settings.points_days,
        "points": entries,
        "points_newer": _address(found, page=page - 1) if page > 1 else "",
        "points_older": _address(found, page=page + 1) if page * PAGE < entries.total else "",
        "currency": ask.currency,
        "key": values.get("key") or str(uuid4()),
        "typed": values,
        "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
        "longest": LONGEST,
    }
    return Page("loyalty/customer.html", context, status=422 if mistake else 200)


def _address(found: Found, *, page: int = 1, ended: UUID | None = None) -> str:
    asked = [f"entity={found.entity}"] if found.entity else []
    asked += [f"page={page}"] if page > 1 else []
    asked += [f"ended={ended}"] if ended else []
    query = f"?{'&'.join(asked)}" if asked else ""
    return f"{CUSTOMERS}/{found.uuid}{query}"


_CHOOSE = Reason("loyalty.choose_tier", "Выберите статус из списка", "Choose one of the statuses")
_LONG = Reason(
    "loyalty.reason_long", f"Не длиннее {LONGEST} знаков", f"At most {LONGEST} characters"
)
_GIVEN = Reason("loyalty.given", "Статус назначен", "The status is given")
_ADJUSTED = Reason("loyalty.adjusted", "Бонусы изменены", "The points are changed")
