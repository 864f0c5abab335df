"""What is kept of an assortment is what its rules say, product by product."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fondaco.assortments.membership import Cell, Cells, Rule, as_bytes, as_number
from fondaco.assortments.sight import EVERYTHING, Sight, combine
from fondaco_sdk.types.product import Access

CATEGORIES, BRANDS, PRODUCTS = 6, ("", "A", "B"), 12

# A category's parent has a smaller number, so the tree has no loop; 0 is none.
trees = st.lists(st.integers(0, CATEGORIES), min_size=CATEGORIES, max_size=CATEGORIES).map(
    lambda drawn: {n: (up if 0 < up < n else None) for n, up in enumerate(drawn, 1)}
)
places = st.lists(
    st.tuples(st.integers(0, CATEGORIES), st.sampled_from(BRANDS)),
    min_size=PRODUCTS,
    max_size=PRODUCTS,
)
broad = st.builds(
    Rule,
    st.booleans(),
    st.none() | st.integers(1, CATEGORIES),
    st.sampled_from(BRANDS),
    st.none(),
).filter(lambda rule: rule.category is not None or rule.brand)
single = st.builds(Rule, st.booleans(), st.none(), st.just(""), st.integers(1, PRODUCTS))
rules = st.lists(broad | single, max_size=6, unique_by=lambda r: (r.category, r.brand, r.product))


def holds(
    rules: Sequence[Rule], product: int, category: int, brand: str, parents: dict[int, int | None]
) -> bool:
    """The rule of an assortment, asked of one product as it is written down."""
    for rule in rules:
        if rule.product == product:
            return not rule.excludes
    above, up = set(), category or None
    while up is not None:
        above.add(up)
        up = parents[up]
    fitting = [
        rule
        for rule in rules
        if rule.product is None
        and (rule.category is None or rule.category in above)
        and rule.brand in ("", brand)
    ]
    if any(rule.excludes for rule in fitting):
        return False
    return bool(fitting) or all(rule.excludes for rule in rules)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(trees, places, rules)
def test_what_is_kept_is_what_the_rules_say(
    parents: dict[int, int | None], places: list[tuple[int, str]], rules: list[Rule]
) -> None:
    named = {rule.product for rule in rules}
    keys = {
        product: (category, brand, product if product in named else 0)
        for product, (category, brand) in enumerate(places, 1)
    }
    numbers = {key: number for number, key in enumerate(sorted(set(keys.values())), 1)}
    cells = Cells([Cell(number, *key) for key, number in numbers.items()], parents)
    kept = as_number(as_bytes(cells.held_by(rules)))
    for product, (category, brand) in enumerate(places, 1):
        inside = bool(kept >> numbers[keys[product]] & 1)
        assert inside is holds(rules, product, category, brand, parents)


def accesses(sight: Sight) -> str:
    """Of the cells 0 to 3, and of one that is newer than all assortments."""
    return " ".join(sight.access(cell).name for cell in (0, 1, 2, 3, 99))


def test_assortments_of_one_level_widen_each_other_and_levels_narrow() -> None:
    assert combine([]) is EVERYTHING
    both = [("company", "hidden", 0b0001), ("company", "hidden", 0b0110)]
    assert accesses(combine(both)) == "ORDER ORDER ORDER HIDDEN HIDDEN"
    outlet = [*both, ("outlet", "hidden", 0b1100)]
    assert accesses(combine(outlet)) == "HIDDEN HIDDEN ORDER HIDDEN HIDDEN"


def test_the_two_effects_narrow_each_other() -> None:
    fences = [("company", "hidden", 0b0111), ("company", "not_orderable", 0b1010)]
    assert accesses(combine(fences)) == "ASK ORDER ASK HIDDEN HIDDEN"
    assert accesses(combine(fences[1:])) == "ASK ORDER ASK ORDER ASK"


def test_the_sites_own_count_only_for_companies_without_one() -> None:
    site = ("site", "hidden", 0b0001)
    assert accesses(combine([site])) == "ORDER HIDDEN HIDDEN HIDDEN HIDDEN"
    assert accesses(combine([site, ("company", "not_orderable", 0b0010)])) == (
        "ASK ORDER ASK ASK ASK"
    )
    narrowed = combine([site, ("outlet", "hidden", 0b0011)])
    assert accesses(narrowed) == "ORDER HIDDEN HIDDEN HIDDEN HIDDEN"


def test_what_is_granted_passes_every_fence() -> None:
    fences = [("company", "hidden", 0b0001), ("outlet", "not_orderable", 0b0010)]
    assert accesses(combine(fences, [3])) == "ASK HIDDEN HIDDEN ORDER HIDDEN"


def test_a_product_that_stands_nowhere_yet_is_hidden() -> None:
    assert combine([("company", "hidden", 0b1)]).access(None) is Access.HIDDEN
    assert combine([("company", "not_orderable", 0b1)]).access(None) is Access.ASK
