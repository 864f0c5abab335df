"""Which of the products that may stand in for another is offered first: a pure choice.

The rule, in words:
1. Left out is what this customer may not order, what has no price for them, and what cannot be had
   at all. Where several say that a product stands in, the best kind counts, then the surest word.
2. What brings all of the wanted quantity comes before what brings a part of it.
3. Of those the highest mark comes first. A mark is made of four shares, each from 0 to 1, by the
   weights in the settings: how well it replaces (its kind, times how sure that is); how soon it is
   there (today is 1, two weeks or more 0); what it costs beside the original (half the price is 1,
   the same 0.5, one and a half times 0; unknown 0.5); and what we earn (the margin in the price).
4. Equal marks stand in the order of their articles.

Every place is explained. What is said of the margin is for staff, and stands apart from the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco.settings import SubstituteWeights
from fondaco.substitutes.explain import why, why_for_staff
from fondaco.substitutes.marks import REPLACES, Candidate, Original, mark_of, shares_of
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import Substitute


class Ranked(Struct, frozen=True, gc=False):
    """A candidate in its place, with its mark (0 to 100) and why it stands there.

    `for_staff` tells of the margin, and the mark has it in it: customers get neither.
    """

    candidate: Candidate
    mark: Decimal
    why: tuple[Reason, ...]
    for_staff: tuple[Reason, ...]

    @property
    def product(self) -> Product:
        """The product that may stand in."""
        return self.candidate.product

    def for_customers(self) -> "Ranked":
        """Without what only staff may know: neither in words nor in figures."""
        known = replace(self.candidate, cost=None)
        return replace(self, candidate=known, mark=Decimal(0), for_staff=())


def choose(
    original: Original, candidates: Iterable[Candidate], weights: SubstituteWeights, today: date
) -> tuple[Ranked, ...]:
    """The candidates worth showing, the best first."""
    ranked = [
        _ranked(original, candidate, weights, today)
        for candidate in _best_of_each(candidates)
        if _can_be_had(candidate) and candidate.product.id != original.product.id
    ]
    return tuple(sorted(ranked, key=_place))


def _can_be_had(candidate: Candidate) -> bool:
    return (
        candidate.product.buyable
        and candidate.unit_price is not None
        and candidate.available > 0
        and candidate.ready is not None
    )


def _best_of_each(candidates: Iterable[Candidate]) -> Sequence[Candidate]:
    best: dict[int, Candidate] = {}
    for one in candidates:
        known = best.get(one.product.id)
        if known is None or replaces_best(one.substitute) < replaces_best(known.substitute):
            best[one.product.id] = one
    return tuple(best.values())


def replaces_best(substitute: Substitute) -> tuple[Decimal, Decimal]:
    """To sort by: the best kind first, of one kind what is surest."""
    return -REPLACES[substitute.kind], -substitute.confidence


def _place(ranked: Ranked) -> tuple[bool, Decimal, str, int]:
    product = ranked.product
    return not ranked.candidate.enough, -ranked.mark, product.sku, product.id


def _ranked(
    original: Original, candidate: Candidate, weights: SubstituteWeights, today: date
) -> Ranked:
    shares = shares_of(original, candidate, today)
    return Ranked(
        candidate,
        mark_of(shares, weights),
        why(original, candidate, today),
        why_for_staff(candidate, shares, weights),
    )
