"""The form of an agreement: what there is to choose from, and what was chosen."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Date, TextClause, bindparam, text

from fondaco.customers.service import AgreementDetails
from fondaco.hooks.context import AskContext
from fondaco.staff.customers.form_fields import Option, chosen_key, short_text
from fondaco.staff.customers.parts import AgreementRow, EntityRow
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

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
        entity = chosen_key(reading, "entity", tuple((str(e.id), e.name) for e in entities))
        seller = chosen_key(reading, "seller", choices.sellers)
    else:
        entity, seller = known.entity_id, known.seller_id
    details = AgreementDetails(
        legal_entity=entity or 0,
        seller=seller or 0,
        number=short_text(reading, "number"),
        signed_on=reading.day("signed_on"),
        currency=_currency(reading),
        payment_days=_days(reading),
        lists=_lists(reading, choices),
        manager=chosen_key(reading, "manager", choices.managers, needed=False),
        active=known is None or form.has("active"),
    )
    _check_rates(reading, details, choices)
    reading.done()
    return details


def _lists(reading: FormReading, choices: Choices) -> tuple[int, ...]:
    found: list[int] = []
    number = 1
    while reading.has(name := f"list_{number}") and number <= len(choices.lists) + LEAST_LISTS:
        one = chosen_key(reading, name, choices.lists, needed=False)
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
