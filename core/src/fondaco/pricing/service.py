"""The only way to a price: list, product page, cart, quote, API and order all call `quote`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fondaco.catalog.service import Catalog, SaleTerms
from fondaco.hooks.context import AskContext
from fondaco.pricing.batch import Batch
from fondaco.pricing.rates import Exchange, rates_on
from fondaco_sdk.errors import PluginFault
from fondaco_sdk.hooks.pricing import price_moves
from fondaco_sdk.types.price import Discount, PriceLine, PriceMove, Quote


class Pricing:
    """Implements `fondaco_sdk.PricingService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def quote(self, lines: Sequence[PriceLine], *, on: date | None = None) -> Quote:
        """Prices for `lines` in their order, in the customer's currency, VAT included.

        `on` is the expected day of shipment, which decides the VAT rate; today by default. The
        number of statements does not depend on the number of lines: VAT rates, currency rates where
        another currency occurs, and one per plugin. A line that needs a currency without a rate has
        no price and says so. Raises `PluginFault` where a plugin fails.
        """
        ask = self._ask
        currency = ask.customer.currency if ask.customer else ask.hall.settings.site.currency
        if not lines:
            return Quote(currency, (), Decimal(0), Decimal(0), 0)
        day = on or ask.now.astimezone(ask.zone).date()
        catalog: Catalog = ask.service("catalog")
        terms = await catalog.sale_terms([line.product_id for line in lines], day)
        collected = await ask.hall.hooks.collect(price_moves, ask=ask, lines=lines)
        exchange = await self._exchange(collected.proposals, currency, day)
        batch = Batch(lines, [terms.get(line.product_id, _UNKNOWN) for line in lines])
        try:
            batch.sort(collected.proposals, exchange, currency)
        except KeyError as stray:
            raise _stray(collected.proposals, batch) from stray
        return batch.quote(lines, currency)

    async def _exchange(
        self, proposals: Sequence[tuple[str, PriceMove]], currency: str, day: date
    ) -> Exchange:
        home = self._ask.hall.settings.site.currency
        offered = {move.currency for _, move in proposals if not isinstance(move, Discount)}
        foreign = offered - {currency}
        return Exchange(home, await rates_on(self._ask, day) if foreign else {})


def _stray(proposals: Sequence[tuple[str, PriceMove]], batch: Batch) -> PluginFault:
    plugin, move = next(p for p in proposals if p[1].line not in batch.quantity)
    return PluginFault(
        plugin,
        price_moves.__name__,
        f"a proposal for line {move.line}, which was not asked for; mend the plugin,"
        f" or start with `--without {plugin}`",
    )


_UNKNOWN = SaleTerms("novat", Decimal(0), Decimal(1))
