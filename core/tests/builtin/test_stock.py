"""Own warehouses keep to what every implementation of `supply_plans` keeps to."""

from decimal import Decimal

import pytest_asyncio

from fondaco.builtin.stock import supply_plans
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.testing.contracts import SupplyPlansCase, SupplyPlansContract
from fondaco_sdk.testing.factories import stock_row, want


class TestStock(SupplyPlansContract):
    @pytest_asyncio.fixture
    async def case(self, hall: Hall, wholesaler: Wholesaler) -> SupplyPlansCase:
        """Two warehouses; a product in both, one oversold, one at a place that is not ours."""
        near, far = await wholesaler.place(), await wholesaler.place("Тверь")
        company = await wholesaler.company("Ромашка", await wholesaler.seller(), [])
        stock = [
            stock_row(1, product_id=1, place_id=near),
            stock_row(2, product_id=1, place_id=far, reserved=Decimal(40)),
            stock_row(3, product_id=2, place_id=near, on_hand=Decimal(5), reserved=Decimal(9)),
            stock_row(4, product_id=3, place_id=10**6),
        ]
        wants = [want(1), want(2, product_id=1), want(3, product_id=2), want(4, product_id=3)]
        return SupplyPlansCase(supply_plans, company.ask(hall), wants, stock)
