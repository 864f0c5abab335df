"""What a product costs us, for the eyes of those who may see it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, text

from fondaco.catalog.service import Catalog
from fondaco.hooks.context import AskContext
from fondaco.pricing.rates import Exchange, RateMissing, rates_on
from fondaco.pricing.vat import with_vat
from fondaco_sdk.types.ids import ProductId

SEE = "price.cost"

COSTS: TextClause = text(
    """
    select product_id, cost, cost_currency::text, cost_vat_included from fondaco.product_pricing
     where product_id = any(:products) and cost is not null
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))


async def cost_of(ask: AskContext, product: ProductId, currency: str) -> Decimal | None:
    """The cost of one base unit in `currency`, VAT included, not rounded.

    None where it is not known, where its currency has no rate, and for whoever may not see it.
    """
    if not ask.actor.may(SEE):
        return None
    return (await costs_of(ask, [product], currency)).get(product)


async def costs_of(
    ask: AskContext, products: Sequence[ProductId], currency: str
) -> Mapping[ProductId, Decimal]:
    """What is known of costs, to reckon with: whoever shows them asks for `SEE` first.

    Three statements at most, whatever the number of products.
    """
    rows = await ask.fetch(COSTS, {"products": list(products)})
    if not rows:
        return {}
    day = ask.now.astimezone(ask.zone).date()
    catalog: Catalog = ask.service("catalog")
    home = ask.hall.settings.site.currency
    foreign = any(of != currency for _, _, of, _ in rows)
    exchange = Exchange(home, await rates_on(ask, day) if foreign else {})
    terms = await catalog.sale_terms([ProductId(product) for product, *_ in rows], day)
    found: dict[ProductId, Decimal] = {}
    for product, cost, of, vat_included in rows:
        try:
            converted = exchange.convert(cost, of, currency)
        except RateMissing:
            continue
        rate = terms[product].vat_rate
        found[product] = converted if vat_included else with_vat(converted, rate)
    return found
