"""Where a price by hand is dearer than what the customer would pay without it.

It replaces every price before it, at every quantity, and what is taken off the order leaves it
alone: what was agreed is what is charged. So the list, a plugin or the rest of the cart may make
the goods cheaper, and whoever gives the price has to know it. Nothing is reckoned anew for that:
the portal is asked for its prices while the one by hand is set aside.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.format import money
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import LinePrice, PriceLine, Stage
from fondaco_sdk.types.reason import Reason

_TIERS: TextClause = text(
    """
    select distinct min_quantity
      from (select min_quantity from fondaco.price_row
             where product_id = :product and price_list_id = any(:lists)
             union all
            select min_quantity from fondaco.individual_price
             where product_id = :product and company_id = :company
               and (legal_entity_id is null or legal_entity_id = :entity)
               and ended_at is null and valid_from <= :today
               and (valid_to is null or valid_to >= :today)) tier
     where min_quantity > 1
    """
).bindparams(bindparam("lists", type_=ARRAY(BigInteger)), bindparam("today", type_=Date))
# One for a line gives way to the line's last one, one until a day to all that the asker sees.
_SET_ASIDE: TextClause = text(
    """
    update fondaco.manual_price set ended_at = now()
     where company_id = :company and product_id = :product and ended_at is null
       and case when cast(:line as bigint) is null then cart_line_id is null or user_id = :user
                else cart_line_id = :line end
    """
)
# Where no tier is known, a plugin may still ask less: such quantities are tried, and what each of
# them leads to.
_TRIED = tuple(Decimal(2**n) for n in range(21))


class Otherwise(Struct, frozen=True):
    """What a base unit costs without a price by hand from a quantity on: in the customer's
    currency, with VAT."""

    quantity: Decimal
    price: Decimal


def price_without(priced: LinePrice) -> Decimal | None:
    """What a line comes to before anybody gives it a price, and before bounds; None: nothing."""
    before = [step.after for step in priced.steps if step.applied and step.stage < Stage.MANUAL]
    return before[-1] if before else None


async def cheaper_in_cart(
    act: ActContext, product: ProductId, price: Decimal, line: int, *, only_line: bool
) -> Sequence[Otherwise]:
    """What a line of the asker's cart would come to without a price by hand, with all that is taken
    off the order, where that is less than at `price`. The whole cart is priced once.

    `only_line`: without one of its own; one until a day counts then."""
    async with _aside(act, product, line if only_line else None):
        cart = await act.cart.priced()
    found = next((one for one in cart.lines if one.line == line), None)
    if found is None or found.price.total is None:
        return ()
    total, quantity, currency = found.price.total, found.quantity, cart.quote.currency
    if total >= round_money(price * quantity, currency):
        return ()
    return [Otherwise(quantity, round_money(total / quantity, currency))]


async def cheaper_at_a_quantity(
    act: ActContext, customer: Customer, product: ProductId, price: Decimal
) -> Sequence[Otherwise]:
    """From which quantities on less than `price` would be paid without it: each at which it becomes
    less. One statement and at most two quotes, however many tiers."""
    rows = await act.fetch(
        _TIERS,
        {
            "product": product,
            "lists": list(customer.price_lists),
            "company": customer.company_id,
            "entity": customer.legal_entity_id,
            "today": act.now.astimezone(act.zone).date(),
        },
    )
    tried = sorted({*_TRIED, *(row.min_quantity for row in rows)})
    async with _aside(act, product, None):
        priced = await _quoted(act, product, tried)
        ahead = {one.quantity + one.next_tier.more for one in priced if one.next_tier}
        if fresh := sorted(ahead.difference(tried)):
            priced = [*priced, *await _quoted(act, product, fresh)]
    found: list[Otherwise] = []
    for one in sorted(priced, key=lambda line: line.quantity):
        least = found[-1].price if found else price
        if one.unit_price is not None and one.unit_price < least:
            found.append(Otherwise(one.quantity, one.unit_price))
    return found


async def _quoted(
    ask: AskContext, product: ProductId, quantities: Sequence[Decimal]
) -> Sequence[LinePrice]:
    lines = [PriceLine(at, product, quantity) for at, quantity in enumerate(quantities)]
    return (await ask.pricing.quote(lines)).lines


@asynccontextmanager
async def _aside(act: ActContext, product: ProductId, line: int | None) -> AsyncIterator[None]:
    """As long as it lasts, nobody has given the price; then all is as it was."""
    company = act.customer.company_id if act.customer else None
    whose = {"company": company, "product": product, "user": act.actor.user_id, "line": line}
    async with act.connection.begin_nested() as before:
        await act.execute(_SET_ASIDE, whose)
        yield
        await before.rollback()


def dearer(cheaper: Sequence[Otherwise], currency: str, unit: str) -> Reason:
    """Says so to whoever gives the price."""
    said = {
        locale: "; ".join(
            f"{word} {one.quantity.normalize():f} {unit}: {money(one.price, currency, locale)}"
            for one in cheaper
        )
        for locale, word in (("ru", "от"), ("en", "from"))
    }
    return Reason(
        "manual.dearer",
        f"Без неё клиент заплатил бы меньше ({said['ru']})."
        " Она заменяет прайс при любом количестве",
        f"Without it the customer would pay less ({said['en']})."
        " It replaces the list at every quantity",
    )
