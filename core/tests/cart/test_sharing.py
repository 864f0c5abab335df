"""The arithmetic of shares: nothing is given twice or lost, to the kopeck and the piece."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fondaco.cart.outlet_fill import as_it_stood, equal_shares, read_before
from fondaco.cart.sharing import deal, split_over
from fondaco.customers.outlets import Outlet
from fondaco.pricing.order_discounts import take_off
from fondaco_sdk.testing.factories import cart_line, priced_cart, reason
from fondaco_sdk.types.cart import CartMove
from fondaco_sdk.types.ids import OutletId, PlaceId, StockId
from fondaco_sdk.types.supply import LineSupply, SupplyPart

TODAY = date(2026, 11, 27)
OUTLETS = [Outlet(OutletId(n), UUID(int=n), f"Точка {n}", "") for n in range(1, 8)]
PIECES = st.integers(1, 5000).map(lambda n: Decimal(n) / 1000)
SHARES = st.dictionaries(st.sampled_from([o.id for o in OUTLETS]), PIECES, min_size=1)


@st.composite
def _supply(draw: st.DrawFn) -> tuple[LineSupply, list[Decimal]]:
    wanted = draw(st.lists(PIECES, min_size=1, max_size=7))
    left, parts = sum(wanted), []
    for stock in range(draw(st.integers(0, 4))):
        take = min(left, draw(PIECES))
        if take:
            day = TODAY + timedelta(days=draw(st.integers(0, 3)))
            parts.append(
                SupplyPart(StockId(stock), PlaceId(1), "Москва", take, day, "stock", reason())
            )
            left -= take
    line = cart_line().supply
    return replace(line, wanted=sum(wanted), parts=tuple(parts), missing=left), wanted


@given(_supply(), st.integers(0, 7))
def test_goods_are_given_once_and_all_of_them(
    case: tuple[LineSupply, list[Decimal]], last: int
) -> None:
    supply, wanted = case
    dealt = deal(supply, wanted, last)
    for part in supply.parts:
        given_out = [
            p.quantity for of_one in dealt for p in of_one.parts if p.stock_id == part.stock_id
        ]
        assert sum(given_out) == part.quantity
        assert all(quantity > 0 for quantity in given_out)
    assert sum(one.missing for one in dealt) == supply.missing
    for one, quantity in zip(dealt, wanted, strict=True):
        assert one.wanted == quantity == one.missing + sum(p.quantity for p in one.parts)


def test_who_wants_least_has_it_first_and_soonest() -> None:
    parts = tuple(
        SupplyPart(
            StockId(n), PlaceId(n), "Склад", Decimal(4), TODAY + timedelta(n), "stock", reason()
        )
        for n in (2, 1)
    )
    supply = replace(cart_line().supply, wanted=Decimal(10), parts=parts, missing=Decimal(2))
    large, small, unshared = deal(supply, [Decimal(6), Decimal(3), Decimal(1)], 2)
    assert small.promised == TODAY + timedelta(1)
    assert [(p.stock_id, p.quantity) for p in large.parts] == [(1, 1), (2, 4)]
    assert (large.missing, unshared.missing) == (1, 1)


@given(
    st.lists(st.tuples(SHARES, PIECES, st.integers(1, 99999)), min_size=1, max_size=6),
    st.integers(0, 10_000),
)
def test_lines_are_the_sums_of_their_shares_to_the_kopeck(
    lines: list[tuple[dict[OutletId, Decimal], Decimal, int]], off: int
) -> None:
    wanted = [(n, sum(shares.values()) + rest, shares) for n, (shares, rest, _) in enumerate(lines)]
    split = split_over(wanted, OUTLETS, by_outlets=True)
    whole = priced_cart(
        *(cart_line(n, quantity=q, unit_price=Decimal(lines[n][2]) / 100) for n, q, _ in wanted)
    )
    divided = split.divide(whole.quote)
    moves = [("rebate", CartMove(reason(), amount=Decimal(off) / 100))]
    cart_lines, quote = split.unite(whole.lines, whole.quote, take_off(divided, moves))
    assert quote.total == sum(line.price.total for line in cart_lines)
    assert quote.total == max(divided.total - Decimal(off) / 100, 0)
    for line, (_, quantity, shares) in zip(cart_lines, wanted, strict=True):
        assert {share.outlet: share.quantity for share in line.shares} == shares
        assert line.unshared == quantity - sum(shares.values())
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
