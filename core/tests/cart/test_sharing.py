"""The arithmetic of shares: nothing is given twice or lost, to the kopeck and the piece."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fondaco.cart.outlets.fill import as_it_stood, equal_shares, read_before
from fondaco.cart.split import split_over
from fondaco.customers.outlets import Outlet
from fondaco.pricing.order_discounts import take_off
from fondaco_sdk.testing.factories import cart_line, priced_cart, reason
from fondaco_sdk.types.cart import CartMove, CartPart, CartWay
from fondaco_sdk.types.ids import OutletId, PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import LineSupply, SupplyPart

TODAY = date(2026, 11, 27)
OUTLETS = [Outlet(OutletId(n), UUID(int=n), f"Точка {n}", "") for n in range(1, 8)]
PIECES = st.integers(1, 5000).map(lambda n: Decimal(n) / 1000)
SHARES = st.dictionaries(st.sampled_from([o.id for o in OUTLETS]), PIECES, min_size=1)


WAYS = st.sampled_from([CartWay.OUTLETS, CartWay.DELIVERIES])
PARTS = [(o.id, CartPart(str(o.uuid), o.name, o.id)) for o in OUTLETS]


def _supply(wanted: Decimal, stock: list[tuple[Decimal, int]]) -> LineSupply:
    """What is taken for a want from stock rows of (quantity, day), which have so much less then."""
    parts, missing = [], wanted
    for at, (have, day) in enumerate(stock):
        if taken := min(missing, have):
            stock[at] = (have - taken, day)
            missing -= taken
            ready = TODAY + timedelta(days=day)
            parts.append(
                SupplyPart(StockId(at), PlaceId(1), "Москва", taken, ready, "stock", reason())
            )
    line = cart_line().supply
    return replace(line, wanted=wanted, parts=tuple(parts), missing=missing)


@given(WAYS, SHARES, PIECES, st.lists(st.tuples(PIECES, st.integers(0, 3)), max_size=4))
def test_goods_are_given_once_and_all_of_them(
    way: CartWay, shares: dict[int, Decimal], rest: Decimal, stock: list[tuple[Decimal, int]]
) -> None:
    whole = sum(shares.values()) + rest
    split = split_over([(1, whole, shares)], PARTS, way)
    wants = split.wants([(1, ProductId(1))])
    assert sum(want.quantity for want in wants) == whole
    had = sum(quantity for quantity, _ in stock)
    split = split.supplied([1], [_supply(want.quantity, stock) for want in wants])
    line = split.supply(1)
    assert line is not None
    assert line.wanted == whole == line.missing + sum(part.quantity for part in line.parts)
    assert sum(part.quantity for part in line.parts) == min(had, whole)
    for share in split.shares[1]:
        assert share.supply.wanted == share.quantity
    # Who was served later is short only where nothing is left.
    if line.missing:
        assert not any(quantity for quantity, _ in stock)


def test_who_wants_least_has_it_first_and_the_rest_last() -> None:
    shares = {OUTLETS[0].id: Decimal(6), OUTLETS[1].id: Decimal(3)}
    split = split_over([(1, Decimal(10), shares)], PARTS, CartWay.OUTLETS)
    wants = split.wants([(1, ProductId(1))])
    assert [(want.quantity, want.outlet) for want in wants] == [(3, 2), (6, 1), (1, None)]


def test_the_delivery_wanted_first_is_served_first_and_the_first_gets_the_rest() -> None:
    later, soon = (TODAY + timedelta(days=days) for days in (20, 2))
    parts = [
        (1, CartPart("a", "1. Склад", place=PlaceId(1))),
        (2, CartPart("b", "2. Точка", OutletId(1), wanted_on=later)),
        (3, CartPart("c", "3. Точка", OutletId(2), wanted_on=soon)),
    ]
    split = split_over(
        [(1, Decimal(120), {2: Decimal(30), 3: Decimal(50)})], parts, CartWay.DELIVERIES
    )
    wants = split.wants([(1, ProductId(1))])
    assert [(w.quantity, w.outlet, w.wanted_on) for w in wants] == [
        (40, None, None),
        (50, 2, soon),
        (30, 1, later),
    ]


@given(PIECES, st.lists(st.tuples(PIECES, st.integers(0, 3)), max_size=4))
def test_as_it_gets_ready_every_day_brings_what_is_ready_then(
    wanted: Decimal, stock: list[tuple[Decimal, int]]
) -> None:
    split = split_over([(1, wanted, {})], (), CartWay.AS_READY)
    split = split.supplied([1], [_supply(wanted, stock)])
    shares = split.shares[1]
    assert sum(share.quantity for share in shares) == wanted
    ready = [share.part.ready_on for share in shares if share.part]
    assert ready == sorted(set(ready))
    for share in shares:
        if share.part:
            assert share.supply.promised == share.part.ready_on
            assert sum(part.quantity for part in share.supply.parts) == share.quantity
        else:
            assert share.supply.missing == share.quantity


@given(
    st.lists(st.tuples(SHARES, PIECES, st.integers(1, 99999)), min_size=1, max_size=6),
    st.integers(0, 10_000),
    WAYS,
)
def test_lines_are_the_sums_of_their_shares_to_the_kopeck(
    lines: list[tuple[dict[OutletId, Decimal], Decimal, int]], off: int, way: CartWay
) -> None:
    wanted = [(n, sum(shares.values()) + rest, shares) for n, (shares, rest, _) in enumerate(lines)]
    split = split_over(wanted, PARTS, way)
    whole = priced_cart(
        *(cart_line(n, quantity=q, unit_price=Decimal(lines[n][2]) / 100) for n, q, _ in wanted)
    )
    divided = split.divide(whole.quote)
    moves = [("rebate", CartMove(reason(), amount=Decimal(off) / 100))]
    cart_lines, quote = split.unite(whole.lines, whole.quote, take_off(divided, moves))
    assert quote.total == sum(line.price.total for line in cart_lines)
    assert quote.total == max(divided.total - Decimal(off) / 100, 0)
    for line, (_, quantity, shares) in zip(cart_lines, wanted, strict=True):
        if way is CartWay.OUTLETS:
            assert {share.part.outlet: share.quantity for share in line.shares} == shares
            assert line.unshared == quantity - sum(shares.values())
        else:
            assert not line.unshared
        known = sum(share.price.total for share in line.shares)
        assert known <= line.price.total
        price = line.price
        assert price.steps[-1].before - price.steps[-1].after == price.order_discount


def test_equal_shares_are_whole_multiples_and_what_was_comes_back() -> None:
    line = cart_line(quantity=Decimal(50))
    line = replace(line, product=replace(line.product, multiple=Decimal(4)))
    cells = equal_shares(line, OUTLETS[:5])
    assert [cell.quantity for cell in cells] == [12, 12, 8, 8, 8]
    added = replace(line, uuid=UUID(int=99))
    before = read_before(as_it_stood(priced_cart(line), OUTLETS[:2], [line, added]))
    assert before.quantities() == {line.uuid: 50}
    assert (before.added, before.by_outlets) == ([added.uuid], False)
    assert [cell.quantity for cell in before.cells()] == [0, 0]
