"""The forms about customers, read whole: every mistake stands at its field."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Date, TextClause, bindparam, text

from fondaco.customers.details import (
    LONGEST_NAME,
    check_bank,
    check_phone,
    check_registration_number,
    check_tax,
    tidy_number,
)
from fondaco.customers.service import (
    AccountDetails,
    AgreementDetails,
    EntityDetails,
    NewCompany,
    OutletDetails,
)
from fondaco.hooks.context import AskContext
from fondaco.staff.customer_model import AgreementRow, EntityRow
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

LONGEST_TEXT = 1000
MOST_DAYS = 365
LEAST_LISTS = 4

_CHOICES: TextClause = text(
    """
    select 'seller' as kind, id, name, '' as currency from fondaco.seller
    union all select 'list', id, name || ', ' || currency, currency::text from fondaco.price_list
    union all select 'manager', id, name, '' from fondaco.user_account
               where active and company_id is null and roles && array['manager', 'head_of_sales']
    union all select distinct 'rate', 0, '', currency::text from fondaco.currency_rate
               where valid_from <= :today
     order by 1, 3, 2
    """
).bindparams(bindparam("today", type_=Date))

Option = tuple[str, str]


class Choices(Struct, frozen=True):
    """What an agreement is made of, by inner key and name.

    `currencies` are those of the price lists by their inner keys; `rated` those that can be
    converted, the site's own among them.
    """

    sellers: tuple[Option, ...]
    lists: tuple[Option, ...]
    managers: tuple[Option, ...]
    currencies: Mapping[int, str]
    rated: frozenset[str]

    def keeping(self, known: AgreementRow, locale: str) -> "Choices":
        """With the manager of an agreement among the others, be it one who has left."""
        value = str(known.manager_id)
        if known.manager_id is None or value in {one for one, _ in self.managers}:
            return self
        left = "больше не менеджер" if locale == "ru" else "no longer a manager"
        return replace(self, managers=(*self.managers, (value, f"{known.manager} ({left})")))


async def read_choices(ask: AskContext, known: AgreementRow | None = None) -> Choices:
    """Sellers, price lists, managers, and what can be converted. One statement."""
    today = ask.now.astimezone(ask.zone).date()
    rows = await ask.fetch(_CHOICES, {"today": today})

    def named(kind: str) -> tuple[Option, ...]:
        return tuple((str(row.id), row.name) for row in rows if row.kind == kind)

    choices = Choices(
        named("seller"),
        named("list"),
        named("manager"),
        {row.id: row.currency for row in rows if row.kind == "list"},
        frozenset((ask.currency, *(row.currency for row in rows if row.kind == "rate"))),
    )
    return choices if known is None else choices.keeping(known, ask.locale)


def read_company(form: Form) -> tuple[NewCompany, EntityDetails]:
    """A new customer with its first legal entity. Raises `UserError` with every mistake."""
    reading = form.reading()
    company = NewCompany(_text(reading, "company", needed=True), _phone(reading))
    entity = _entity(reading, company.name)
    reading.done()
    return company, entity


def read_names(form: Form) -> NewCompany:
    """Name and phone of a customer. Raises `UserError` with every mistake."""
    reading = form.reading()
    company = NewCompany(_text(reading, "company", needed=True), _phone(reading))
    reading.done()
    return company


def read_entity(form: Form) -> EntityDetails:
    """A legal entity. Raises `UserError` with every mistake."""
    reading = form.reading()
    entity = _entity(reading, "")
    reading.done()
    return entity


def read_outlet(form: Form) -> OutletDetails:
    """An outlet. Raises `UserError` with every mistake."""
    reading = form.reading()
    outlet = OutletDetails(
        _text(reading, "name", needed=True),
        _text(reading, "address", needed=True, most=LONGEST_TEXT),
    )
    reading.done()
    return outlet


def read_agreement(
    form: Form,
    choices: Choices,
    entities: tuple[EntityRow, ...],
    known: AgreementRow | None = None,
) -> AgreementDetails:
    """An agreement; the seller and the legal entity of a `known` one stay what they are.

    Raises `UserError` with every mistake.
    """
    reading = form.reading()
    if known is None:
        entity = _chosen(reading, "entity", tuple((str(e.id), e.name) for e in entities))
        seller = _chosen(reading, "seller", choices.sellers)
    else:
        entity, seller = known.entity_id, known.seller_id
    details = AgreementDetails(
        legal_entity=entity or 0,
        seller=seller or 0,
        number=_text(reading, "number"),
        signed_on=reading.day("signed_on"),
        currency=_currency(reading),
        payment_days=_days(reading),
        lists=_lists(reading, choices),
        manager=_chosen(reading, "manager", choices.managers, needed=False),
        active=known is None or form.has("active"),
    )
    _check_rates(reading, details, choices)
    reading.done()
    return details


def read_account(form: Form, entities: tuple[EntityRow, ...]) -> AccountDetails:
    """A bank account, by the rules of the legal entity's country. Raises `UserError`."""
    reading = form.reading()
    entity = _chosen(reading, "entity", tuple((str(e.id), e.name) for e in entities))
    country = next((e.country for e in entities if e.id == entity), "RU")
    account, bic = (tidy_number(reading.required(name)) for name in ("account", "bic"))
    correspondent = tidy_number(reading.text("correspondent"))
    for name, wrong in check_bank(country, account, bic, correspondent).items():
        reading.refuse(name, wrong)
    bank = _text(reading, "bank_name", needed=True)
    reading.done()
    return AccountDetails(entity or 0, account, bic, bank, correspondent)


def read_reason(form: Form) -> str:
    """Why an applicant is refused; the applicant reads it. Raises `UserError`."""
    reading = form.reading()
    why = _text(reading, "reason", needed=True, most=LONGEST_TEXT)
    reading.done()
    return why


def _entity(reading: FormReading, name: str) -> EntityDetails:
    country = reading.text("country", "RU")
    tax_id, kpp = tidy_number(reading.text("tax_id")), tidy_number(reading.text("kpp"))
    if tax_id or country not in ("RU", "BY"):
        wrong = check_tax(country, tax_id, kpp)
    else:
        wrong = {"kpp": _KPP_ALONE} if kpp else {}
    for field, reason in wrong.items():
        reading.refuse(field, reason)
    ogrn = tidy_number(reading.text("ogrn"))
    if problem := check_registration_number(country, ogrn):
        reading.refuse("ogrn", problem)
    return EntityDetails(
        country,
        tax_id,
        kpp,
        ogrn,
        _text(reading, "name", needed=not name) or name,
        _text(reading, "full_name", most=LONGEST_TEXT),
        _text(reading, "address", most=LONGEST_TEXT),
    )


def _phone(reading: FormReading) -> str:
    phone = reading.text("phone")
    if phone and (wrong := check_phone(phone)):
        reading.refuse("phone", wrong)
    return phone


def _text(
    reading: FormReading, name: str, *, needed: bool = False, most: int = LONGEST_NAME
) -> str:
    value = reading.required(name) if needed else reading.text(name)
    if len(value) > most:
        reading.refuse(
            name,
            Reason("customer.too_long", f"Не длиннее {most} знаков", f"At most {most} characters"),
        )
    return value


def _chosen(
    reading: FormReading, name: str, options: tuple[Option, ...], *, needed: bool = True
) -> int | None:
    known = {value for value, _ in options} | (set() if needed else {""})
    chosen = reading.choice(name, known)
    return int(chosen) if chosen else None


def _lists(reading: FormReading, choices: Choices) -> tuple[int, ...]:
    found: list[int] = []
    number = 1
    while reading.has(name := f"list_{number}") and number <= len(choices.lists) + LEAST_LISTS:
        one = _chosen(reading, name, choices.lists, needed=False)
        if one in found:
            reading.refuse(name, _TWICE)
        if one is not None:
            found.append(one)
        number += 1
    if not found:
        reading.refuse("list_1", _NO_LIST)
    return tuple(found)


def _check_rates(reading: FormReading, details: AgreementDetails, choices: Choices) -> None:
    """Prices of another currency are converted; without a rate the customer would have none."""
    foreign = {choices.currencies[one] for one in details.lists} - {details.currency}
    missing = ({details.currency, *foreign} if foreign else set()) - choices.rated
    if missing and "currency" not in reading.mistakes:
        reading.refuse("currency", _no_rate(", ".join(sorted(missing)), details.currency))


def _currency(reading: FormReading) -> str:
    currency = reading.required("currency").upper()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        reading.refuse("currency", _CURRENCY)
    return currency


def _days(reading: FormReading) -> int:
    typed = reading.text("payment_days", "0") or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) <= MOST_DAYS):
        reading.refuse("payment_days", _DAYS)
        return 0
    return int(typed)


def typed_entity(row: EntityRow) -> dict[str, str]:
    """What the form shows of a legal entity at first."""
    names = ("country", "tax_id", "kpp", "ogrn", "name", "full_name", "address")
    return {name: getattr(row, name) for name in names}


def typed_agreement(row: AgreementRow) -> dict[str, Any]:
    """What the form shows of an agreement at first."""
    return {
        "number": row.number,
        "signed_on": row.signed_on.isoformat() if row.signed_on else "",
        "currency": row.currency,
        "payment_days": str(row.payment_days),
        "manager": str(row.manager_id or ""),
        **{f"list_{place}": str(one) for place, one in enumerate(row.lists, 1)},
        **({"active": "1"} if row.active else {}),
    }


def _no_rate(missing: str, currency: str) -> Reason:
    return Reason(
        "customer.no_rate",
        f"Нет курса: {missing}. Цены прайс-листов нельзя пересчитать в {currency}."
        " Загрузите курс или выберите прайс-листы в валюте соглашения",
        f"No rate: {missing}. The prices of the lists cannot be converted to {currency}."
        " Load a rate, or choose lists in the agreement's currency",
    )


_TWICE = Reason("customer.list_twice", "Этот прайс-лист уже выбран", "This list is chosen already")
_NO_LIST = Reason(
    "customer.no_list",
    "Выберите хотя бы один прайс-лист: без него у клиента не будет цен",
    "Choose at least one price list: without it the customer has no prices",
)
_CURRENCY = Reason(
    "customer.currency",
    "Код валюты — три латинские буквы, например RUB",
    "A currency is three Latin letters, for example RUB",
)
_DAYS = Reason(
    "customer.days",
    f"Введите целое число дней от 0 до {MOST_DAYS}",
    f"Enter a whole number of days from 0 to {MOST_DAYS}",
)
_KPP_ALONE = Reason(
    "customer.kpp_alone", "КПП без ИНН не бывает", "There is no KPP without a tax id"
)
