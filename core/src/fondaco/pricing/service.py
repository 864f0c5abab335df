"""The only way to a price: list, product page, cart, quote, API and order all call `quote`."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from fondaco.catalog.service import Catalog
from fondaco.hooks.context import AskContext
from fondaco.pricing.fold import Proposal, fold
from fondaco.pricing.rates import Exchange, rates_on
from fondaco.pricing.vat import vat_inside, with_vat
from fondaco_sdk.hooks.pricing import price_moves
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import Bound, Discount, LinePrice, Offer, PriceLine, PriceMove, Quote


class Pricing:
    """Implements `fondaco_sdk.PricingService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def quote(self, lines: Sequence[PriceLine], *, on: date | None = None) -> Quote:
        """Prices for `lines` in their order, in the customer's currency, VAT included.

        `on` is the expected day of shipment, which decides the VAT rate; today by default. The
        number of statements does not depend on the number of lines: VAT rates, currency rates where
        another currency occurs, and one per plugin. Raises `PluginFault` where a plugin fails.
        """
        ask = self._ask
        currency = ask.customer.currency if ask.customer else ask.hall.settings.site.currency
        if not lines:
            return Quote(currency, (), Decimal(0), Decimal(0), 0)
        day = on or ask.now.astimezone(ask.zone).date()
        catalog: Catalog = ask.service("catalog")
        vat = await catalog.vat([line.product_id for line in lines], day)
        collected = await ask.hall.hooks.collect(price_moves, ask=ask, lines=lines)
        exchange = await self._exchange(collected.proposals, currency, day)
        by_line: dict[int, list[Proposal]] = {line.line: [] for line in lines}
        rate_of = {line.line: vat.get(line.product_id, _NO_VAT)[1] for line in lines}
        for proposal in collected.proposals:
            plugin, move = proposal
            if not isinstance(move, Discount) and (
                move.currency != currency or not move.vat_included
            ):
                proposal = plugin, _in_order_terms(move, currency, exchange, rate_of[move.line])
            by_line[move.line].append(proposal)
        priced = tuple(
            _price(line, by_line[line.line], currency, *vat.get(line.product_id, _NO_VAT))
            for line in lines
        )
        return Quote(
            currency,
            priced,
            sum((p.total for p in priced if p.total is not None), Decimal(0)),
            sum((p.vat_amount for p in priced), Decimal(0)),
            sum(p.total is None for p in priced),
        )

    async def _exchange(
        self, proposals: Sequence[tuple[str, PriceMove]], currency: str, day: date
    ) -> Exchange:
        home = self._ask.hall.settings.site.currency
        foreign = any(
            move.currency != currency for _, move in proposals if not isinstance(move, Discount)
        )
        return Exchange(home, await rates_on(self._ask, day) if foreign else {})


_NO_VAT = ("novat", Decimal(0))


def _in_order_terms(
    move: Offer | Bound, currency: str, exchange: Exchange, vat_rate: Decimal
) -> Offer | Bound:
    """A proposal in the order's currency, VAT included."""
    price = exchange.convert(move.unit_price, move.currency, currency)
    if not move.vat_included:
        price = with_vat(price, vat_rate)
    return msgspec.structs.replace(move, unit_price=price, currency=currency, vat_included=True)


def _price(
    line: PriceLine,
    proposals: Sequence[Proposal],
    currency: str,
    vat: str,
    vat_rate: Decimal,
) -> LinePrice:
    """Fold the proposals for one line and add up."""
    folded = fold(proposals, currency)
    total = (
        None
        if folded.unit_price is None
        else round_money(folded.unit_price * line.quantity, currency)
    )
    return LinePrice(
        line=line.line,
        product_id=line.product_id,
        quantity=line.quantity,
        unit_price=folded.unit_price,
        list_price=folded.list_price,
        total=total,
        vat=vat,
        vat_rate=vat_rate,
        vat_amount=Decimal(0) if total is None else vat_inside(total, vat_rate, currency),
        steps=folded.steps,
    )
