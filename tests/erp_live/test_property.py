"""Whatever the ERP says and whenever it is silent: an order's prices are confirmed, or marked."""

from decimal import Decimal
from typing import Any

import pytest
from erp_http import Erp1cStub, Mood
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from fondaco.checkout.service import Changed
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.shop import WorkingShop
from fondaco_sdk.errors import UserError

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(180)]

MOODS: list[Mood] = ["well", "well", "well", "500", "garbage", "missing_line", "comma"]
LINES = """
    select l.sku, l.unit_price, c.state from fondaco.order_line l
      left join fondaco.order_check c on c.order_id = l.order_id where l.order_id = :order
"""
WORLD = st.lists(
    st.tuples(
        st.sampled_from(MOODS),
        st.integers(9_000, 12_000),
        st.integers(0, 8),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=4,
)


async def _lines(hall: Hall, order: int) -> list[Any]:
    return list(await system_ask(hall).fetch(text(LINES), {"order": order}))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=WORLD)
async def test_prices_are_confirmed_or_marked_and_never_more_is_sold_than_the_erp_has(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub, world: list[tuple[Mood, int, int, int]]
) -> None:
    [(place,)] = await system_ask(hall).fetch(text("select external_id from fondaco.place"))
    erp.on_hand = 100_000
    for mood, kopecks, more, quantity in world:
        hall.providers.pop(("erp", "1c"), None)
        price = Decimal(kopecks if mood != "comma" else kopecks // 100 * 100) / 100
        [(held,)] = await system_ask(hall).fetch(
            text("select sum(reserved) from fondaco.stock_row where product_id = :id"),
            {"id": shop.products[0]},
        )
        erp.mood, erp.prices["A-1"], erp.stock["A-1", place] = mood, str(price), str(held + more)
        order = None
        for _ in range(2):
            try:
                order = await shop.order(*([quantity] if order is None and not _ else []))
                break
            except (Changed, UserError):
                continue
        if order is None:
            await shop.run("delete from fondaco.cart_line")
            continue
        for line in await _lines(hall, order.id):
            assert line.state in ("confirmed", "last_known")
            assert line.state == "last_known" or line.unit_price == price
            if line.state == "confirmed":
                assert quantity <= more
