"""Analogues in an article list: proposed where the article's own product is short or gone.

The rule, in words: nothing is replaced without the buyer's word. A row that is short, off sale, or
not for this customer to order, is one where the buyer decides, with the best analogue one press
away. A row that was replaced says instead of what, and takes one press to put back.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from fondaco.cart.service import MOST_QUANTITY
from fondaco.intake.choose import Group, Outcome
from fondaco.intake.meaning import Analogue, Meaning, rounding
from fondaco.substitutes.explain import KINDS
from fondaco.substitutes.marks import Original
from fondaco.substitutes.service import Proposed, Ranking, up_to_multiple
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import Quote
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import SubstituteKind
from fondaco_sdk.types.supply import LineSupply


def replaceable(meanings: Sequence[Meaning]) -> Sequence[ProductId]:
    """The products for which analogues may be wanted: what rows mean, or may have meant."""
    found: dict[ProductId, None] = {}
    for meaning in meanings:
        found.update(dict.fromkeys(product.id for product in _originals(meaning)))
    return tuple(found)


def with_analogues(meaning: Meaning, proposed: Proposed) -> Meaning:
    """A row's meaning with what may stand in, or with what the buyer has replaced it by."""
    wanted = _wanted(meaning)
    if wanted is None:
        return meaning
    for original in _originals(meaning):
        analogues = tuple(
            Analogue(substitute, product, quantity)
            for substitute, product in proposed.of(original.id)
            if (quantity := up_to_multiple(wanted, product)) <= MOST_QUANTITY
        )
        taken = next((a for a in analogues if a.product.id == meaning.row.chosen), None)
        if taken is not None:
            others = tuple(a for a in analogues if a is not taken)
            return _replaced(meaning, original, taken, others)
        if meaning.product is not None:
            return replace(meaning, analogues=analogues)
    return meaning


def offer(
    meanings: Sequence[Meaning],
    outcomes: Sequence[Outcome],
    supplies: Mapping[int, LineSupply],
    quote: Quote,
    ranking: Ranking,
) -> tuple[Outcome, ...]:
    """The outcomes with analogues in their order, where the row needs one."""
    by_product = {s.product_id: s for line, s in supplies.items() if line < 0}
    prices = {(price.product_id, price.quantity): price.unit_price for price in quote.lines}
    offered = []
    for meaning, outcome in zip(meanings, outcomes, strict=True):
        if not meaning.wants_analogue(supplies):
            offered.append(outcome)
            continue
        original = meaning.replaced or meaning.product
        quantity = meaning.quantity or _wanted(meaning)
        assert original is not None and quantity is not None
        # Beside what was replaced: its own price was not asked for.
        price = None if meaning.replaced else outcome.unit_price
        proposed = [(a.substitute, a.product) for a in meaning.analogues]
        ranked = ranking.order(Original(original, quantity, price), proposed, by_product, prices)
        gone = outcome.group is Group.NOT_FOUND and ranked
        group = Group.CHOOSE if gone else outcome.group
        offered.append(replace(outcome, group=group, analogues=ranked))
    return tuple(offered)


def full_and_ready(outcomes: Iterable[Outcome]) -> Mapping[int, ProductId]:
    """The best analogue by the numbers of rows that wait, where it replaces in full and all of it
    is there."""
    return {
        outcome.row.number: best.product.id
        for outcome in outcomes
        if outcome.group is Group.CHOOSE
        for best in outcome.analogues[:1]
        if best.candidate.substitute.kind is SubstituteKind.FULL and best.candidate.enough
    }


def costed(meanings: Sequence[Meaning], supplies: Mapping[int, LineSupply]) -> set[ProductId]:
    """The analogues that will be put into an order."""
    return {a.product.id for m in meanings if m.wants_analogue(supplies) for a in m.analogues}


def nothing_for(
    meanings: Sequence[Meaning], outcomes: Sequence[Outcome], supplies: Mapping[int, LineSupply]
) -> tuple[ProductId, ...]:
    """The products that rows want, are short of, and have no analogue for."""
    return tuple(
        dict.fromkeys(
            meaning.product.id
            for meaning, outcome in zip(meanings, outcomes, strict=True)
            if meaning.product is not None
            and meaning.replaced is None
            and meaning.unserved(supplies)
            and not outcome.analogues
        )
    )


def _originals(meaning: Meaning) -> Sequence[Product]:
    """The product of a row; where the buyer's choice is none of its options, all of these."""
    if meaning.product is not None:
        return () if meaning.refusal and not meaning.gone else (meaning.product,)
    return [option.product for option in meaning.options] if meaning.row.chosen else ()


def _wanted(meaning: Meaning) -> Decimal | None:
    """How much is wanted, as it was typed; None where that cannot be read."""
    row = meaning.row
    typed = row.quantity if row.wanted is None else row.wanted
    return Decimal(1) if typed is None and row.problem is None else typed


def _replaced(
    meaning: Meaning, original: Product, taken: Analogue, others: tuple[Analogue, ...]
) -> Meaning:
    limit = taken.substitute.limit
    typed = meaning.row.quantity if meaning.row.wanted is None else meaning.row.wanted
    return Meaning(
        row=meaning.row,
        product=taken.product,
        quantity=taken.quantity,
        replaced=original,
        analogues=others,
        notes=(
            Reason(
                "intake.replaced",
                f"По вашему решению вместо {original.sku or original.name}",
                f"By your decision instead of {original.sku or original.name}",
                {"replaced": original.sku},
            ),
            limit or KINDS[taken.substitute.kind],
            *rounding(typed, taken.product, taken.quantity),
        ),
        changed=True,
    )
