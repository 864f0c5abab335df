"""The lines of one quote with their proposals: sorted, converted, folded, added up. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from fondaco.catalog.service import SaleTerms
from fondaco.pricing.fold import Proposal, fold
from fondaco.pricing.rates import Exchange, RateMissing
from fondaco.pricing.tiers import next_tier
from fondaco.pricing.vat import vat_inside, with_vat
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import Bound, Discount, LinePrice, Offer, PriceLine, Quote
from fondaco_sdk.types.reason import Reason


class Batch:
    """Lines, each with its terms of sale, and the proposals for them.

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
        quantity, kept = self.quantity, self.proposals
        for proposal in proposals:
            plugin, move = proposal
            number = move.line
            if isinstance(move, Discount):
                kept[number].append(proposal)
                continue
            ahead = isinstance(move, Offer) and move.min_quantity > quantity[number]
            if move.currency != currency or not move.vat_included:
                try:
                    move = _in_order_terms(move, currency, exchange, self.terms[number].vat_rate)
                except RateMissing as missing:
                    if not ahead:
                        self.unrated[number].append((proposal, missing.reason))
                    continue
                proposal = plugin, move
            if ahead and isinstance(move, Offer):
                self.later[number].append((plugin, move))
            else:
                kept[number].append(proposal)

    def quote(self, lines: Sequence[PriceLine], currency: str) -> Quote:
        """The prices of lines in their order, and their sums."""
        priced = tuple(self.price(line, currency) for line in lines)
        return Quote(
            currency,
            priced,
            sum((p.total for p in priced if p.total is not None), Decimal(0)),
            sum((p.vat_amount for p in priced), Decimal(0)),
            sum(p.total is None for p in priced),
        )

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
            least=folded.least,
        )


def _in_order_terms(
    move: Offer | Bound, currency: str, exchange: Exchange, vat_rate: Decimal
) -> Offer | Bound:
    """A proposal in the order's currency, VAT included. Raises `RateMissing`."""
    price = exchange.convert(move.unit_price, move.currency, currency)
    if not move.vat_included:
        price = with_vat(price, vat_rate)
    return msgspec.structs.replace(move, unit_price=price, currency=currency, vat_included=True)
