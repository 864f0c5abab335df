"""Prices that a person of ours gives a customer: for one line of the cart, or until a day.

They replace the price before them at every quantity, within the limits of whoever gives them, and
never go below a floor. Who gives one that is dearer than the price before has to say so. One for a
line goes with it: taken out of the cart, or ordered, it is gone. One until a day is for everybody
of the company, and replaces the last one for the same product.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.dearer import cheaper_at_a_quantity, cheaper_in_cart
from fondaco.pricing.may_give import (
    Given,
    check_until,
    checked,
    giver_for,
    outcome,
    refuse_dearer,
)
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice
from fondaco_sdk.types.reason import Reason

GIVEN: TextClause = text(
    """
    select distinct on (product_id) product_id, price, currency::text, reason, given_by
      from fondaco.manual_price
     where company_id = :company and product_id = any(:products) and ended_at is null
       and case when cart_line_id is null then valid_to >= :today else user_id = :user end
     order by product_id, cart_line_id nulls last, id desc
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)), bindparam("today", type_=Date))
LINE: TextClause = text(
    """
    select l.id, l.product_id, p.sku, l.quantity, m.uuid, m.price
      from fondaco.cart_line l
      join fondaco.product p on p.id = l.product_id
      join fondaco.cart c on c.id = l.cart_id
      left join fondaco.manual_price m on m.cart_line_id = l.id and m.ended_at is null
     where l.uuid = :line and c.company_id = :company and c.user_id = :user
    """
).bindparams(bindparam("company", type_=BigInteger))
GIVE_LINE: TextClause = text(
    """
    insert into fondaco.manual_price
           (uuid, company_id, product_id, cart_line_id, price, currency, reason, user_id, given_by)
    values (:uuid, :company, :product, :line, :price, :currency, :reason, :giver, :given_by)
    on conflict (cart_line_id) do update
       set price = excluded.price, currency = excluded.currency, reason = excluded.reason,
           user_id = excluded.user_id, given_by = excluded.given_by, given_at = now(),
           ended_at = null
    returning uuid
    """
)
# Two people at once: the later of them waits, and ends what the first has given.
LOCK: TextClause = text("select id from fondaco.company where id = :company for no key update")
REPLACE: TextClause = text(
    """
    update fondaco.manual_price set ended_at = now()
     where company_id = :company and product_id = :product and cart_line_id is null
       and ended_at is null and valid_to >= :today
    """
)
GIVE_UNTIL: TextClause = text(
    """
    insert into fondaco.manual_price
           (uuid, company_id, product_id, price, currency, reason, user_id, given_by, valid_to)
    values (:uuid, :company, :product, :price, :currency, :reason, :giver, :given_by, :until)
    """
)
END: TextClause = text(
    """
    update fondaco.manual_price set ended_at = now()
     where uuid = :uuid and company_id = :company and ended_at is null
    returning product_id, price::text as price
    """
)
ENDED: TextClause = text(
    """
    select product_id, cart_line_id, price::text as price from fondaco.manual_price
     where uuid = :uuid and company_id = :company and ended_at is not null
    """
)
RESUME: TextClause = text("update fondaco.manual_price set ended_at = null where uuid = :uuid")


async def given_prices(ask: Ask, products: Sequence[ProductId]) -> Mapping[ProductId, Given]:
    """What was given to the asker's company, and for the lines of the asker's cart. One statement.

    One for a line comes before one until a day.
    """
    if ask.customer is None:
        return {}
    rows = await ask.fetch(
        GIVEN,
        {
            "company": ask.customer.company_id,
            "user": ask.actor.user_id,
            "products": list(dict.fromkeys(products)),
            "today": ask.now.astimezone(ask.zone).date(),
        },
    )
    return {product: Given(*given) for product, *given in rows}


async def give_price(
    act: ActContext, line: UUID, price: Decimal, reason: str, *, may_be_dearer: bool = False
) -> LinePrice:
    """Give a line of the acting customer's cart a price; returns what became of it.

    `price` is for a base unit in the customer's currency, VAT included. Raises `Forbidden` without
    the permission, `NotFound` for a line of another cart, and `UserError` at the field "reason"
    where nothing is said, at "price" where it is lower than this person may go, at "dearer" where
    the customer would pay less without it, unless it `may_be_dearer`.
    """
    found, customer = await line_of(act, line), giver_for(act)
    given = await checked(act, found.product_id, found.quantity, price, reason)
    if not may_be_dearer:
        cheaper = await cheaper_in_cart(act, found.product_id, price, found.id, only_line=True)
        await refuse_dearer(act, found.product_id, cheaper)
    await act.fetch(
        GIVE_LINE,
        {**_values(act, customer, found.product_id, given), "line": found.id},
    )
    await act.audit("price.manual", f"product:{found.sku}", _price_of(found.price), given)
    return await outcome(act, found.product_id, found.quantity, price)


async def give_until(
    act: ActContext,
    product: ProductId,
    price: Decimal,
    reason: str,
    until: date,
    *,
    line: "Line | None" = None,
    may_be_dearer: bool = False,
) -> LinePrice:
    """Give everybody of the acting customer a price of a product; returns what became of it.

    `until` is the last day; `line` is that of the asker's cart, where it is given from there.
    Raises as `give_price` does, at "dearer" where the customer would pay less at whatever
    quantity, and at the field "until" for a day that is past or too far ahead.
    """
    customer = giver_for(act)
    today = check_until(act, until)
    given = await checked(act, product, Decimal(1), price, reason)
    if not may_be_dearer:
        cheaper = await cheaper_at_a_quantity(act, customer, product, price)
        if line is not None and not cheaper:
            cheaper = await cheaper_in_cart(act, product, price, line.id, only_line=False)
        await refuse_dearer(act, product, cheaper)
    values = _values(act, customer, product, given)
    await act.execute(LOCK, {"company": customer.company_id})
    await act.execute(REPLACE, {"company": customer.company_id, "product": product, "today": today})
    await act.execute(GIVE_UNTIL, {**values, "until": until})
    subject = f"manual_price:{values['uuid']}"
    await act.audit("price.manual", subject, {}, {**msgspec.to_builtins(given), "until": until})
    return await outcome(act, product, Decimal(1), price)


async def end_given(act: ActContext, company: int, uuid: UUID) -> None:
    """Let a price that was given count no longer; again changes nothing."""
    for row in await act.fetch(END, {"uuid": uuid, "company": company}):
        await act.audit("price.manual", f"manual_price:{uuid}", _price_of(row.price), {}, company)


async def resume_given(act: ActContext, company: int, uuid: UUID) -> None:
    """Put back a price that was ended, instead of whatever was given since; again changes nothing.

    It was within somebody's limits when it was given, and the floor still binds.
    """
    await act.execute(LOCK, {"company": company})
    today = act.now.astimezone(act.zone).date()
    for row in await act.fetch(ENDED, {"uuid": uuid, "company": company}):
        if row.cart_line_id is None:
            await act.execute(
                REPLACE, {"company": company, "product": row.product_id, "today": today}
            )
        await act.execute(RESUME, {"uuid": uuid})
        await act.audit("price.manual", f"manual_price:{uuid}", {}, _price_of(row.price), company)


async def line_of(ask: AskContext, line: UUID) -> "Line":
    """A line of the asker's cart. Raises `NotFound`. One statement."""
    company = ask.customer.company_id if ask.customer else None
    rows = await ask.fetch(LINE, {"line": line, "company": company, "user": ask.actor.user_id})
    if not rows:
        raise NotFound(
            Reason("cart.no_line", "Этой строки уже нет в корзине", "The line is not in the cart")
        )
    return Line(*rows[0])


class Line(Struct, frozen=True):
    """A line of a cart; `given` and `price` are of the price that somebody gave it."""

    id: int
    product_id: ProductId
    sku: str
    quantity: Decimal
    given: UUID | None
    price: Decimal | None


def _values(
    act: ActContext, customer: Customer, product: ProductId, given: Given
) -> dict[str, object]:
    return {
        "uuid": uuid7(),
        "company": customer.company_id,
        "product": product,
        "giver": act.actor.user_id,
        **msgspec.structs.asdict(given),
    }


def _price_of(price: Decimal | str | None) -> dict[str, str]:
    return {} if price is None else {"price": str(price)}
