"""What a product costs us, for the eyes of those who may see it."""

from decimal import Decimal

from sqlalchemy import TextClause, text

from fondaco.catalog.service import Catalog
from fondaco.hooks.context import AskContext
from fondaco.pricing.rates import Exchange, RateMissing, rates_on
from fondaco.pricing.vat import with_vat
from fondaco_sdk.types.ids import ProductId

SEE = "price.cost"

COST: TextClause = text(
    """
    select cost, cost_currency::text, cost_vat_included from fondaco.product_pricing
     where product_id = :product and cost is not null
    """
)


async def cost_of(ask: AskContext, product: ProductId, currency: str) -> Decimal | None:
    """The cost of one base unit in `currency`, VAT included, not rounded.

    None where it is not known, where its currency has no rate, and for whoever may not see it.
    """
    if not ask.actor.may(SEE):
        return None
    day = ask.now.astimezone(ask.zone).date()
    catalog: Catalog = ask.service("catalog")
    for cost, of, vat_included in await ask.fetch(COST, {"product": product}):
        exchange = Exchange(ask.hall.settings.site.currency, await rates_on(ask, day))
        try:
            converted = exchange.convert(cost, of, currency)
        except RateMissing:
            return None
        terms = await catalog.sale_terms([product], day)
        return converted if vat_included else with_vat(converted, terms[product].vat_rate)
    return None
