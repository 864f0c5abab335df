"""The price that a person of ours gives for one line of a customer's cart.

It replaces the price before it, within the limits of whoever gives it; a floor still binds. It goes
with its line: taken out of the cart, or ordered, it is gone.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text

from fondaco.hooks.context import ActContext
from fondaco.web.format import money
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import Forbidden, NotFound, UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import minor_unit
from fondaco_sdk.types.price import LinePrice, PriceLine, Stage
from fondaco_sdk.types.reason import Reason

GIVE = "price.manual"
GIVE_MOST = "price.manual_most"

GIVEN: TextClause = text(
    """
    select l.product_id, m.price, m.currency::text, m.reason, m.given_by
      from fondaco.cart c
      join fondaco.cart_line l on l.cart_id = c.id
      join fondaco.manual_price m on m.cart_line_id = l.id
     where c.company_id = :company and c.user_id = :user and l.product_id = any(:products)
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))
LINE: TextClause = text(
    """
    select l.id, l.product_id, l.quantity, m.price
      from fondaco.cart_line l
      join fondaco.cart c on c.id = l.cart_id
      left join fondaco.manual_price m on m.cart_line_id = l.id
     where l.uuid = :line and c.company_id = :company and c.user_id = :user
       for update of l
    """
)
PUT: TextClause = text(
    """
    insert into fondaco.manual_price (cart_line_id, price, currency, reason, user_id, given_by)
    values (:line, :price, :currency, :reason, :giver, :given_by)
    on conflict (cart_line_id) do update
       set price = excluded.price, currency = excluded.currency, reason = excluded.reason,
           user_id = excluded.user_id, given_by = excluded.given_by, given_at = now()
    """
)
TAKE_BACK: TextClause = text("delete from fondaco.manual_price where cart_line_id = :line")


class Given(Struct, frozen=True):
    """A price of one base unit with VAT, why it was given (the buyer sees it), and by whom."""

    price: Decimal
    currency: str
    reason: str
    given_by: str


async def given_prices(ask: Ask, products: Sequence[ProductId]) -> Mapping[ProductId, Given]:
    """What was given for the lines of the asker's cart. One statement; none for buyers.

    Whoever gives a price acts for the customer in a cart of their own, so nobody else has any.
    """
    if ask.customer is None or not ask.actor.may(GIVE):
        return {}
    rows = await ask.fetch(
        GIVEN,
        {
            "company": ask.customer.company_id,
            "user": ask.actor.user_id,
            "products": list(dict.fromkeys(products)),
        },
    )
    return {product: Given(*given) for product, *given in rows}


async def give_price(act: ActContext, line: UUID, price: Decimal, reason: str) -> LinePrice:
    """Give a line of the acting customer's cart a price; returns what became of it.

    `price` is for a base unit in the customer's currency, VAT included. Raises `Forbidden` without
    the permission, `NotFound` for a line of another cart, and `UserError` at the field "reason"
    where nothing is said, at "price" where it is lower than this person may go.
    """
    if not act.actor.may(GIVE):
        raise Forbidden(_FORBIDDEN)
    if not reason.strip():
        raise UserError(_WHY, {"reason": _WHY})
    if not price.is_finite() or not 0 < price < 10**11 or price != round(price, 2):
        raise UserError(_NO_PRICE, {"price": _NO_PRICE})
    assert act.customer is not None
    found = await _line(act, line)
    currency = act.customer.currency
    asked = PriceLine(0, ProductId(found.product_id), found.quantity)
    least = await _least(act, asked, currency)
    if price < least:
        lower = _too_low(least, currency)
        raise UserError(lower, {"price": lower})
    given = Given(price, currency, reason.strip(), act.actor.name)
    await act.execute(
        PUT,
        {"line": found.id, "giver": act.actor.user_id, **msgspec.structs.asdict(given)},
    )
    await act.audit("price.manual", f"cart_line:{line}", _price_of(found.price), given)
    return (await act.pricing.quote([asked])).lines[0]


async def take_back(act: ActContext, line: UUID) -> None:
    """Let a line have its own price again. Raises `Forbidden` and `NotFound`."""
    if not act.actor.may(GIVE):
        raise Forbidden(_FORBIDDEN)
    found = await _line(act, line)
    if await act.execute(TAKE_BACK, {"line": found.id}):
        await act.audit("price.manual", f"cart_line:{line}", _price_of(found.price), {})


async def _line(act: ActContext, line: UUID) -> "_Line":
    customer = act.customer
    if customer is None:
        raise Forbidden(_FORBIDDEN)
    rows = await act.fetch(
        LINE, {"line": line, "company": customer.company_id, "user": act.actor.user_id}
    )
    if not rows:
        raise NotFound(
            Reason("cart.no_line", "Этой строки уже нет в корзине", "The line is not in the cart")
        )
    return _Line(*rows[0])


class _Line(Struct, frozen=True):
    id: int
    product_id: int
    quantity: Decimal
    price: Decimal | None


async def _least(act: ActContext, asked: PriceLine, currency: str) -> Decimal:
    """The lowest price that this person may give: so many percent below the price before it."""
    limits = act.hall.settings.prices
    percent = limits.manual_most_percent if act.actor.may(GIVE_MOST) else limits.manual_percent
    priced = (await act.pricing.quote([asked])).lines[0]
    before = [s.after for s in priced.steps if s.applied and s.stage < Stage.MANUAL]
    if not before or before[-1] is None:
        raise UserError(_NO_BASE, {"price": _NO_BASE})
    return (before[-1] * (100 - percent) / 100).quantize(minor_unit(currency), ROUND_CEILING)


def _price_of(price: Decimal | None) -> dict[str, str]:
    return {} if price is None else {"price": str(price)}


def _too_low(least: Decimal, currency: str) -> Reason:
    return Reason(
        "manual.too_low",
        f"Вы можете дать цену не ниже {money(least, currency, 'ru')}",
        f"You may give a price of {money(least, currency, 'en')} or more",
        {"least": str(least)},
    )


_FORBIDDEN = Reason(
    "manual.forbidden",
    "Цену в строке может изменить менеджер, работающий от имени клиента",
    "A manager who acts for the customer may change the price of a line",
)
_WHY = Reason("manual.why", "Напишите, почему дана эта цена", "Say why this price is given")
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
