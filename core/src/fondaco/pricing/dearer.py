"""Where a price by hand is dearer than what the customer would pay without it.

It replaces every price before it, at every quantity: what was agreed is what is charged. So a
larger quantity may come cheaper by the list, and whoever gives the price has to know it.
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text

from fondaco.hooks.context import AskContext
from fondaco.web.format import money
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId
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
     where min_quantity > :quantity
     order by min_quantity
    """
).bindparams(bindparam("lists", type_=ARRAY(BigInteger)), bindparam("today", type_=Date))


class Otherwise(Struct, frozen=True):
    """What a base unit costs without a price by hand from a quantity on: in the customer's
    currency, with VAT."""

    quantity: Decimal
    price: Decimal


def price_without(priced: LinePrice) -> Decimal | None:
    """What a line would cost, had nobody given it a price; None: nothing."""
    before = [step.after for step in priced.steps if step.applied and step.stage < Stage.MANUAL]
    return before[-1] if before else None


async def cheaper_otherwise(
    ask: AskContext,
    customer: Customer,
    product: ProductId,
    price: Decimal,
    quantity: Decimal,
    *,
    also_more: bool,
) -> Sequence[Otherwise]:
    """At which quantities less than `price` would be paid without it: at `quantity`, and, if it is
    to be for more as well, at the tiers above. A statement and a quote, however many tiers."""
    quantities = [quantity]
    if also_more:
        rows = await ask.fetch(
            _TIERS,
            {
                "product": product,
                "lists": list(customer.price_lists),
                "company": customer.company_id,
                "entity": customer.legal_entity_id,
                "today": ask.now.astimezone(ask.zone).date(),
                "quantity": quantity,
            },
        )
        quantities += [row.min_quantity for row in rows]
    quote = await ask.pricing.quote(
        [PriceLine(at, product, wanted) for at, wanted in enumerate(quantities)]
    )
    found = [(line.quantity, price_without(line)) for line in quote.lines]
    return [Otherwise(at, without) for at, without in found if without and without < price]


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
