"""What a product costs in larger quantities."""

from decimal import ROUND_CEILING, Decimal

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.product import Product

MOST_TIERS = 20

QUANTITIES: TextClause = text(
    f"""
    select min_quantity from fondaco.price_row
     where product_id = :product and price_list_id = any(:lists) and min_quantity > 0
     union
    select min_quantity from fondaco.individual_price
     where product_id = :product and company_id = :company and min_quantity > 0
     order by min_quantity
     limit {MOST_TIERS}
    """
).bindparams(bindparam("lists", type_=ARRAY(BigInteger)))


class Tier(Struct, frozen=True):
    """From `quantity` base units on, one of them costs `unit_price`, with VAT.

    `cheaper`: percent less than the price of one step, to a tenth.
    """

    quantity: Decimal
    unit_price: Decimal
    cheaper: Decimal


async def tiers_of(ask: AskContext, product: Product) -> tuple[Tier, ...]:
    """The buyer's prices by quantity, each lower than the one before; the first is of one step.

    One statement more than a quote.
    """
    if ask.customer is None:
        return ()
    rows = await ask.fetch(
        QUANTITIES,
        {
            "product": product.id,
            "lists": list(ask.customer.price_lists),
            "company": ask.customer.company_id,
        },
    )
    steps = {(row[0] / product.multiple).to_integral_value(ROUND_CEILING) for row in rows}
    quantities = [step * product.multiple for step in sorted({Decimal(1), *steps})]
    quote = await ask.pricing.quote(
        [PriceLine(line, product.id, quantity) for line, quantity in enumerate(quantities)]
    )
    found: list[Tier] = []
    for line in quote.lines:
        price = line.unit_price
        if price is None or (found and price >= found[-1].unit_price):
            continue
        first = found[0].unit_price if found else price
        found.append(Tier(line.quantity, price, _percent_less(price, first)))
    return tuple(found)


def _percent_less(price: Decimal, first: Decimal) -> Decimal:
    return ((first - price) * 100 / first).quantize(Decimal("0.1")) if first else Decimal(0)
