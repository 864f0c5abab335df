"""What a person of ours may give a customer by hand, and what is said where it may not be."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct

from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.dearer import Otherwise, dearer, price_without
from fondaco.web.format import money
from fondaco_sdk.errors import Forbidden, UserError
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import minor_unit
from fondaco_sdk.types.price import LinePrice, PriceLine
from fondaco_sdk.types.reason import Reason

GIVE = "price.manual"
GIVE_MOST = "price.manual_most"
LONGEST_REASON = 200
LONGEST_DAYS = 365


class Given(Struct, frozen=True):
    """A price of one base unit with VAT, why it was given (the buyer sees it), and by whom."""

    price: Decimal
    currency: str
    reason: str
    given_by: str


class Leeway(Struct, frozen=True):
    """What may be given for a product now, for one base unit, in the customer's currency with VAT.

    `before` is the price without any manual one, `now` the one in force, `least` the lowest that
    this person may give: so many percent below `before`. A floor is kept to besides.
    """

    before: Decimal
    now: Decimal
    least: Decimal


async def leeway_of(ask: AskContext, product: ProductId, quantity: Decimal) -> Leeway:
    """What the asker may give the acting customer. Raises `UserError` where there is no price."""
    priced = (await ask.pricing.quote([PriceLine(0, product, quantity)])).lines[0]
    before = price_without(priced)
    if before is None or priced.unit_price is None:
        raise UserError(_NO_BASE, {"price": _NO_BASE})
    limits = ask.hall.settings.prices
    percent = limits.manual_most_percent if ask.actor.may(GIVE_MOST) else limits.manual_percent
    unit = minor_unit(_customer(ask).currency)
    least = (before * (100 - percent) / 100).quantize(unit, ROUND_CEILING)
    return Leeway(before, priced.unit_price, least)


def check_until(ask: AskContext, until: date) -> date:
    """Today. Raises `UserError` for a last day that is past or too far ahead."""
    today = ask.now.astimezone(ask.zone).date()
    if not 0 <= (until - today).days <= LONGEST_DAYS:
        raise UserError(_UNTIL, {"until": _UNTIL})
    return today


async def checked(
    act: ActContext, product: ProductId, quantity: Decimal, price: Decimal, reason: str
) -> Given:
    """What is to be given. Raises `UserError` at the field where it may not be."""
    if not reason.strip():
        raise UserError(_WHY, {"reason": _WHY})
    if len(reason.strip()) > LONGEST_REASON:
        raise UserError(_LONG, {"reason": _LONG})
    if not price.is_finite() or not 0 < price < 10**11 or price != round(price, 2):
        raise UserError(_NO_PRICE, {"price": _NO_PRICE})
    currency = _customer(act).currency
    least = (await leeway_of(act, product, quantity)).least
    if price < least:
        lower = _too_low(least, currency)
        raise UserError(lower, {"price": lower})
    return Given(price, currency, reason.strip(), act.actor.name)


async def refuse_dearer(act: ActContext, product: ProductId, cheaper: Sequence[Otherwise]) -> None:
    if cheaper:
        unit = (await act.catalog.products([product]))[product].unit.name
        said = dearer(cheaper, _customer(act).currency, unit)
        raise UserError(said, {"dearer": said})


async def outcome(
    act: ActContext, product: ProductId, quantity: Decimal, price: Decimal
) -> LinePrice:
    """What a price that was just given comes to. Raises `UserError` where a floor lifts it."""
    priced = (await act.pricing.quote([PriceLine(0, product, quantity)])).lines[0]
    if priced.unit_price is not None and priced.unit_price > price:
        lower = _too_low(priced.unit_price, _customer(act).currency)
        raise UserError(lower, {"price": lower})
    return priced


def giver_for(ask: AskContext) -> Customer:
    """For whom prices are given. Raises `Forbidden` for whoever may not."""
    if not ask.actor.may(GIVE):
        raise Forbidden(_FORBIDDEN)
    return _customer(ask)


def _customer(ask: AskContext) -> Customer:
    if ask.customer is None:
        raise Forbidden(_FORBIDDEN)
    return ask.customer


def _too_low(least: Decimal, currency: str) -> Reason:
    return Reason(
        "manual.too_low",
        f"Вы можете дать цену не ниже {money(least, currency, 'ru')}",
        f"You may give a price of {money(least, currency, 'en')} or more",
        {"least": str(least)},
    )


_FORBIDDEN = Reason(
    "manual.forbidden",
    "Цену может изменить менеджер, работающий от имени клиента",
    "A manager who acts for the customer may change a price",
)
_WHY = Reason("manual.why", "Напишите, почему дана эта цена", "Say why this price is given")
_LONG = Reason(
    "manual.long",
    f"Не длиннее {LONGEST_REASON} знаков",
    f"At most {LONGEST_REASON} characters",
)
_NO_PRICE = Reason(
    "manual.no_price",
    "Введите цену больше нуля, не более двух знаков после запятой",
    "Type a price above zero, with at most two decimals",
)
_NO_BASE = Reason(
    "manual.no_base",
    "У товара нет цены, от которой можно отступить",
    "The product has no price to go down from",
)
_UNTIL = Reason(
    "manual.until",
    f"Выберите день от сегодняшнего и не дальше {LONGEST_DAYS} дней",
    f"Choose a day from today on, at most {LONGEST_DAYS} days ahead",
)
