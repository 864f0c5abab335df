"""The only way to a price: list, product page, cart, quote, API and order all call `quote`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from fondaco.catalog.service import Catalog, SaleTerms
from fondaco.hooks.context import AskContext
from fondaco.pricing.fold import Proposal, fold
from fondaco.pricing.rates import Exchange, RateMissing, rates_on
from fondaco.pricing.tiers import next_tier
from fondaco.pricing.vat import vat_inside, with_vat
from fondaco_sdk.hooks.pricing import price_moves
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import Bound, Discount, LinePrice, Offer, PriceLine, PriceMove, Quote
from fondaco_sdk.types.reason import Reason


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
        asked = _Asked(lines, [terms.get(line.product_id, _UNKNOWN) for line in lines])
        asked.sort(collected.proposals, exchange, currency)
        priced = tuple(asked.price(line, currency) for line in lines)
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


_UNKNOWN = SaleTerms("novat", Decimal(0), Decimal(1))


class _Asked:
    """The lines of a quote with what is proposed for each of them.

    `proposals` count at the line's quantity, `later` at larger ones, `unrated` cannot be converted.
    """

    def __init__(self, lines: Sequence[PriceLine], terms: Sequence[SaleTerms]) -> None:
        self.quantity = {line.line: line.quantity for line in lines}
        self.terms = {line.line: of_line for line, of_line in zip(lines, terms, strict=True)}
        self.proposals: dict[int, list[Proposal]] = {line.line: [] for line in lines}
        self.later: defaultdict[int, list[tuple[str, Offer]]] = defaultdict(list)
        self.unrated: defaultdict[int, list[tuple[Proposal, Reason]]] = defaultdict(list)

    def sort(self, proposals: Sequence[Proposal], exchange: Exchange, currency: str) -> None:
        """Give each proposal, in the order's currency and VAT included, to its line."""
        for proposal in proposals:
            plugin, move = proposal
            number = move.line
            if isinstance(move, Discount):
                self.proposals[number].append(proposal)
                continue
            ahead = isinstance(move, Offer) and move.min_quantity > self.quantity[number]
            if move.currency != currency or not move.vat_included:
                try:
                    move = _in_order_terms(move, currency, exchange, self.terms[number].vat_rate)
                except RateMissing as missing:
                    if not ahead:
                        self.unrated[number].append((proposal, missing.reason))
                    continue
                proposal = plugin, move
            if isinstance(move, Offer) and ahead:
                self.later[number].append((plugin, move))
            else:
                self.proposals[number].append(proposal)

    def price(self, line: PriceLine, currency: str) -> LinePrice:
        """Fold the proposals for one line, add up, and look at the next tier."""
        terms, proposals = self.terms[line.line], self.proposals[line.line]
        folded = fold(proposals, currency, self.unrated.get(line.line, ()))
        price, later = folded.unit_price, self.later.get(line.line)
        total = None if price is None else round_money(price * line.quantity, currency)
        return LinePrice(
            line=line.line,
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price=price,
            list_price=folded.list_price,
            total=total,
            vat=terms.vat,
            vat_rate=terms.vat_rate,
            vat_amount=(
                Decimal(0) if total is None else vat_inside(total, terms.vat_rate, currency)
            ),
            steps=folded.steps,
            next_tier=(
                next_tier(line, price, proposals, later, terms.multiple, currency)
                if later and folded.no_price is None
                else None
            ),
            no_price=folded.no_price,
        )


def _in_order_terms(
    move: Offer | Bound, currency: str, exchange: Exchange, vat_rate: Decimal
) -> Offer | Bound:
    """A proposal in the order's currency, VAT included. Raises `RateMissing`."""
    price = exchange.convert(move.unit_price, move.currency, currency)
    if not move.vat_included:
        price = with_vat(price, vat_rate)
    return msgspec.structs.replace(move, unit_price=price, currency=currency, vat_included=True)
