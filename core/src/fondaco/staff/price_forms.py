"""The forms about prices, read whole: every mistake stands at its field."""

from datetime import date
from decimal import Decimal

from fondaco.cart.by_article import product_meant
from fondaco.catalog.categories import category_tree
from fondaco.hooks.context import AskContext
from fondaco.pricing.agree import NewMargin, NewPrice, NewRule
from fondaco.staff.price_model import Choice, Customer, known_brand
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

HUNDRED = Decimal(100)
MOST_PRICE = Decimal("99999999999")
MOST_PERCENT = Decimal("9999")
ZERO = Decimal(0)


async def read_price(ask: AskContext, form: Form, customer: Customer) -> NewPrice:
    """The price that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    product = await product_meant(ask, reading, "article")
    price = _number(reading, "price", 4, ZERO, MOST_PRICE)
    if not price:
        reading.refuse("price", _ABOVE_ZERO)
    tier = _number(reading, "min_quantity", 3, ZERO, MOST_PRICE) if form.text("min_quantity") else 0
    currency = reading.required("currency").upper()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        reading.refuse("currency", _CURRENCY)
    start, end = _days(reading)
    entity = _chosen(reading, "entity", customer.entities)
    reading.done()
    assert product is not None
    return NewPrice(
        customer.id,
        entity,
        product.id,
        Decimal(tier),
        price,
        currency,
        form.text("vat_included") != "no",
        start,
        end,
    )


async def read_rule(ask: AskContext, form: Form, customer: Customer) -> NewRule:
    """The rule that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    typed = form.text("brand")
    brand = await known_brand(ask, typed) if typed else ""
    if typed and not brand:
        reading.refuse("brand", _no_brand(typed))
    category = await read_category(ask, reading)
    adds = form.text("way") == "surcharge"
    percent = _number(reading, "percent", 2, ZERO, MOST_PERCENT if adds else HUNDRED)
    start, end = _days(reading)
    agreement = _chosen(reading, "agreement", customer.agreements)
    reading.done()
    return NewRule(
        customer.id,
        agreement,
        brand,
        category,
        form.text("price_group"),
        -percent if adds else percent,
        start,
        end,
    )


async def read_margin(ask: AskContext, form: Form) -> NewMargin:
    """The floor and the cap that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    low, high = (
        _number(reading, name, 2, -HUNDRED, MOST_PERCENT) if form.text(name) else None
        for name in ("low", "high")
    )
    if not form.text("low") and not form.text("high"):
        reading.refuse("low", _SOME)
    if low is not None and high is not None and high < low:
        reading.refuse("high", _BELOW)
    category = await read_category(ask, reading)
    reading.done()
    return NewMargin(category, form.text("price_group"), low, high)


async def read_category(ask: AskContext, reading: FormReading) -> int | None:
    """The category of the field `category`; None for an empty one."""
    if not reading.text("category"):
        return None
    known = {str(one.uuid): one.id for one in await category_tree(ask)}
    return known.get(reading.choice("category", known))


def _chosen(reading: FormReading, name: str, choices: tuple[Choice, ...]) -> int | None:
    known = {"": None, **{str(one.uuid): one.id for one in choices}}
    return known[reading.choice(name, known)]


def _number(
    reading: FormReading, name: str, decimals: int, least: Decimal, most: Decimal
) -> Decimal:
    value = reading.decimal(name)
    if name in reading.mistakes:
        return ZERO
    if not least <= value <= most:
        reading.refuse(name, _between(least, most))
        return ZERO
    if value != round(value, decimals):
        reading.refuse(name, _decimals(decimals))
        return ZERO
    return value


def _days(reading: FormReading) -> tuple[date, date | None]:
    """The first day, and the last one if there is one."""
    start, end = reading.day("valid_from", required=True), reading.day("valid_to")
    if start and end and end < start:
        reading.refuse("valid_to", _BACKWARDS)
    return start or date.min, end


def _no_brand(typed: str) -> Reason:
    return Reason(
        "price.no_brand",
        f"В каталоге нет бренда «{typed}»",
        f"The catalogue has no brand “{typed}”",
    )


def _between(least: Decimal, most: Decimal) -> Reason:
    return Reason(
        "price.between", f"Введите число от {least:f} до {most:f}", f"From {least:f} to {most:f}"
    )


def _decimals(decimals: int) -> Reason:
    return Reason(
        "price.decimals",
        f"Знаков после запятой не больше {decimals}",
        f"At most {decimals} digits after the point",
    )


_ABOVE_ZERO = Reason("price.above_zero", "Цена должна быть больше нуля", "It must be above zero")
_CURRENCY = Reason(
    "price.currency",
    "Код валюты — три латинские буквы: RUB, USD",
    "A currency code is three letters: RUB, USD",
)
_BACKWARDS = Reason(
    "price.backwards",
    "Последний день раньше первого",
    "The last day is before the first",
)
_SOME = Reason(
    "price.some",
    "Укажите наименьшую или наибольшую наценку",
    "Type the lowest or the highest margin",
)
_BELOW = Reason(
    "price.below",
    "Наибольшая наценка меньше наименьшей",
    "The highest margin is below the lowest",
)
