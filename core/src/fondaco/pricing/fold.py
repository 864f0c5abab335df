"""How a price is made from proposals: a pure function, and a record of who won and who lost.

The rule, in words:
1. LIST: the lowest rank wins, the lowest price inside one rank.
2. CONTRACT replaces it and may raise: an individual price, or else a discount or surcharge on the
   price so far. Of each the lowest rank wins, and inside one rank what is best for the buyer.
3. PROMOTION and LOYALTY only lower, and exclude each other: the better for the buyer wins, unless
   the promotion is stackable. Inside a stage the best applies, of equal ones the stackable one.
4. MANUAL replaces, and may raise: at every quantity, also where a tier would be cheaper.
5. Bounds bind last, to the whole minor unit: floors are rounded up, caps down.
6. A `final` offer stops the later stages. Every proposal that lost leaves a step that says why.
7. A proposal in a currency without a rate makes the line one without a price, since nobody knows
   what it would have come to; but for a list price behind another list that has one anyway.

All prices here are in one currency and include VAT; the unit price is rounded half-up to the minor
unit after the last step.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.types.money import minor_unit, round_money
from fondaco_sdk.types.price import (
    Bound,
    Discount,
    Offer,
    PriceMove,
    PriceStep,
    Stage,
)
from fondaco_sdk.types.reason import Reason

Proposal: TypeAlias = tuple[str, PriceMove]

LIST, CONTRACT, PROMOTION, LOYALTY, MANUAL = Stage
ZERO = Decimal(0)

LOWER_WON = Reason("price.lower_won", "Другая цена ниже", "Another price is lower")
OTHER_LIST_FIRST = Reason(
    "price.other_list_first", "Первым стоит другой прайс-лист", "Another price list comes first"
)
MORE_SPECIFIC = Reason(
    "price.more_specific", "Действует более точное условие", "A more specific condition applies"
)
INDIVIDUAL_WON = Reason(
    "price.individual_won", "Действует индивидуальная цена", "An individual price applies"
)
UNKNOWN = Reason(
    "price.unknown",
    "Цену нельзя определить, пока нет курса валюты",
    "The price cannot be told while a currency rate is missing",
)
NO_BASE = Reason("price.no_base", "Нет цены, к которой применить", "There is no price to apply to")
BETTER_WON = Reason("price.better_won", "Действует более выгодное", "A better one applies")
NOT_LOWER = Reason("price.not_lower", "Не снижает цену", "Does not lower the price")
FINAL = Reason("price.final", "Цена окончательная", "The price is final")
NOT_BINDING = Reason("price.not_binding", "Цена в границах", "The price is within the bound")


class Folded(Struct, frozen=True):
    """The unit price (None: no price, `no_price` may say why), the price after LIST, every step.

    `least` is what a unit may come down to by what is taken off the order as a whole.
    """

    unit_price: Decimal | None
    list_price: Decimal | None
    steps: tuple[PriceStep, ...]
    no_price: Reason | None = None
    least: Decimal | None = None


def fold(
    proposals: Sequence[Proposal],
    currency: str,
    unrated: Sequence[tuple[Proposal, Reason]] = (),
) -> Folded:
    """The price of one line from what the plugins propose for it.

    `unrated` are the offers and bounds that could not be converted to `currency`, and why.
    """
    if not unrated:
        return _Fold(currency).run(proposals)
    behind = [_lost(proposal, why) for proposal, why in unrated]
    if not _matters(proposals, unrated):
        folded = _Fold(currency).run(proposals)
        return replace(folded, steps=(*folded.steps, *behind))
    unknown = [_lost(proposal, UNKNOWN) for proposal in proposals]
    return Folded(None, None, (*behind, *unknown), unrated[0][1])


def _matters(proposals: Sequence[Proposal], unrated: Sequence[tuple[Proposal, Reason]]) -> bool:
    """Whether something that could not be converted might have decided the price."""
    ranks = [m.rank for _, m in proposals if isinstance(m, Offer) and m.stage is LIST]
    first = min(ranks, default=None)
    return not all(
        first is not None and isinstance(move, Offer) and move.stage is LIST and move.rank > first
        for (_, move), _ in unrated
    )


def _lost(proposal: Proposal, why: Reason) -> PriceStep:
    plugin, move = proposal
    return PriceStep(move.stage, plugin, move.reason, None, None, False, why)


class _Fold:
    __slots__ = ("closed", "currency", "least", "price", "steps")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.least: Decimal | None = None
        self.price: Decimal | None = None
        self.closed = False
        self.steps: list[PriceStep] = []

    def run(self, proposals: Sequence[Proposal]) -> Folded:
        of_lists: list[tuple[str, Offer]] = []
        later: list[Proposal] = []
        for proposal in proposals:
            move = proposal[1]
            if isinstance(move, Offer) and move.stage is LIST:
                of_lists.append((proposal[0], move))
            else:
                later.append(proposal)
        self.take_offer(of_lists)
        list_price = self.price
        # Most lines have a list price and nothing else.
        if later:
            self.run_later(later)
        price = self.rounded(self.price)
        listed = price if list_price is self.price else self.rounded(list_price)
        # A final price, and one that a person gave, stay as they are.
        return Folded(price, listed, tuple(self.steps), least=price if self.closed else self.least)

    def run_later(self, proposals: Sequence[Proposal]) -> None:
        """Everything after the list price."""
        # By the stage's number.
        offers: tuple[list[tuple[str, Offer]], ...] = ([], [], [], [], [], [])
        discounts: tuple[list[tuple[str, Discount]], ...] = ([], [], [], [], [], [])
        bounds: list[tuple[str, Bound]] = []
        for plugin, move in proposals:
            if isinstance(move, Offer):
                offers[move.stage].append((plugin, move))
            elif isinstance(move, Discount):
                discounts[move.stage].append((plugin, move))
            else:
                bounds.append((plugin, move))
        self.take_discounts(discounts[LIST])
        self.agree(offers[CONTRACT], discounts[CONTRACT])
        self.reward(offers[PROMOTION] + offers[LOYALTY], discounts[PROMOTION] + discounts[LOYALTY])
        self.take_offer(offers[MANUAL])
        self.take_discounts(discounts[MANUAL])
        self.closed = self.closed or bool(offers[MANUAL] or discounts[MANUAL])
        self.bind(bounds)

    def rounded(self, price: Decimal | None) -> Decimal | None:
        """A price in whole minor units; no price stays none."""
        return None if price is None else round_money(price, self.currency)

    def take_offer(self, offers: Sequence[tuple[str, Offer]]) -> None:
        """The best offer of a stage replaces the price."""
        if not offers:
            return
        first, *others = sorted(offers, key=_rank) if len(offers) > 1 else offers
        plugin, best = first
        if self.closed:
            for plugin, offer in (first, *others):
                self.lose(plugin, offer, FINAL)
            return
        self.win(plugin, best, best.unit_price)
        self.closed = best.final
        for plugin, offer in others:
            if best.final:
                self.lose(plugin, offer, FINAL)
            else:
                self.lose(plugin, offer, _behind(offer, best))

    def agree(
        self,
        offers: Sequence[tuple[str, Offer]],
        discounts: Sequence[tuple[str, Discount]],
    ) -> None:
        """CONTRACT: the individual price, or else one discount or surcharge."""
        self.take_offer(offers)
        if not discounts:
            return
        ranked = [(d.rank, self.lowered(d), plugin, d) for plugin, d in discounts]
        if len(ranked) > 1:
            ranked.sort(key=lambda found: (found[0], found[1], found[2], found[3].reason.code))
        best = ranked[0]
        for candidate in ranked:
            rank, after, plugin, discount = candidate
            if self.closed:
                self.lose(plugin, discount, FINAL)
            elif offers:
                self.lose(plugin, discount, INDIVIDUAL_WON)
            elif self.price is None:
                self.lose(plugin, discount, NO_BASE)
            elif candidate is best:
                self.win(plugin, discount, after)
            else:
                self.lose(plugin, discount, MORE_SPECIFIC if rank > best[0] else BETTER_WON)

    def take_discounts(self, discounts: Sequence[tuple[str, Discount]]) -> None:
        """The best discount of a stage lowers the price."""
        if not discounts:
            return
        ranked = [(self.lowered(d), plugin, d) for plugin, d in discounts]
        if len(ranked) > 1:
            ranked.sort(key=lambda found: (found[0], found[1], found[2].reason.code))
        for place, (after, plugin, discount) in enumerate(ranked):
            if place == 0:
                self.lower(plugin, discount, after)
            else:
                self.lose(plugin, discount, BETTER_WON)

    def reward(
        self,
        offers: Sequence[tuple[str, Offer]],
        discounts: Sequence[tuple[str, Discount]],
    ) -> None:
        """PROMOTION and LOYALTY exclude each other, unless the promotion is stackable."""
        if not offers and not discounts:
            return
        if not offers and len(discounts) == 1:
            plugin, discount = discounts[0]
            self.lower(plugin, discount, self.lowered(discount))
            return
        found: list[tuple[Decimal, str, Offer | Discount]] = [
            *((offer.unit_price, plugin, offer) for plugin, offer in offers),
            *((self.lowered(discount), plugin, discount) for plugin, discount in discounts),
        ]
        found.sort(key=lambda f: (f[0], f[2].stage, not _stackable(f[2]), f[1], f[2].reason.code))
        promotion = loyalty = None
        for candidate in found:
            if candidate[2].stage is PROMOTION:
                promotion = promotion or candidate
            else:
                loyalty = loyalty or candidate
        if promotion is not None and loyalty is not None and not _stackable(promotion[2]):
            # The best of all stands first; of equals the promotion does.
            promotion, loyalty = found[0], None
        for winner in (promotion, loyalty):
            if winner is not None:
                _, plugin, move = winner
                after = move.unit_price if isinstance(move, Offer) else self.lowered(move)
                self.lower(plugin, move, after)
        for candidate in found:
            if candidate is not promotion and candidate is not loyalty:
                self.lose(candidate[1], candidate[2], BETTER_WON)

    def bind(self, bounds: Sequence[tuple[str, Bound]]) -> None:
        """Floors raise, caps lower; a floor wins over a cap, since we never sell below it."""
        if not bounds:
            return
        self.price = self.rounded(self.price)
        if len(bounds) > 1:
            bounds = sorted(
                bounds, key=lambda b: (b[1].side, b[1].unit_price, b[0], b[1].reason.code)
            )
        for plugin, bound in bounds:
            if self.price is None:
                self.lose(plugin, bound, NO_BASE)
                continue
            floor = bound.side == "min"
            limit = bound.unit_price.quantize(
                minor_unit(self.currency), ROUND_CEILING if floor else ROUND_FLOOR
            )
            if floor:
                # Sorted: the highest floor comes last.
                self.least = limit
            if self.price < limit if floor else self.price > limit:
                self.win(plugin, bound, limit)
            else:
                self.lose(plugin, bound, NOT_BINDING)

    def lowered(self, discount: Discount) -> Decimal:
        """The price with a discount taken off; never below zero."""
        price = self.price or ZERO
        if discount.percent is not None:
            after = price * (100 - discount.percent) / 100
        else:
            after = price - (discount.amount or ZERO)
        return after if after > ZERO else ZERO

    def lower(self, plugin: str, move: Offer | Discount, after: Decimal) -> None:
        """Apply what only lowers, or say why it does not."""
        if self.price is None:
            self.lose(plugin, move, NO_BASE)
        elif self.closed:
            self.lose(plugin, move, FINAL)
        elif after >= self.price:
            self.lose(plugin, move, NOT_LOWER)
        else:
            self.win(plugin, move, after)
            self.closed = isinstance(move, Offer) and move.final

    def win(self, plugin: str, move: PriceMove, after: Decimal) -> None:
        """Record and apply."""
        self.steps.append(PriceStep(move.stage, plugin, move.reason, self.price, after, True))
        self.price = after

    def lose(self, plugin: str, move: PriceMove, why: Reason) -> None:
        """Record what did not apply."""
        price = self.price
        self.steps.append(PriceStep(move.stage, plugin, move.reason, price, price, False, why))


def _rank(found: tuple[str, Offer]) -> tuple[int, Decimal, bool, str, str]:
    plugin, offer = found
    return offer.rank, offer.unit_price, not offer.final, plugin, offer.reason.code


def _behind(offer: Offer, best: Offer) -> Reason:
    if offer.rank == best.rank:
        return LOWER_WON
    return OTHER_LIST_FIRST if offer.stage is LIST else MORE_SPECIFIC


def _stackable(move: Offer | Discount) -> bool:
    return isinstance(move, Discount) and move.stackable
