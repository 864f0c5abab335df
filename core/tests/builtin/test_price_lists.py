"""Price lists keep to what every implementation of `price_moves` keeps to."""

from decimal import Decimal

import pytest_asyncio
from sqlalchemy import text

from fondaco.builtin.price_lists import price_moves
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.testing.contracts import PriceMovesCase, PriceMovesContract
from fondaco_sdk.testing.factories import price_line


class TestPriceLists(PriceMovesContract):
    @pytest_asyncio.fixture
    async def case(self, hall: Hall, wholesaler: Wholesaler) -> PriceMovesCase:
        """Two lists, one of them with a tier; a product twice, and one without a price."""
        dealer, retail = [await wholesaler.price_list(name) for name in ("Дилерская", "Розничная")]
        products = await wholesaler.products(3, price_list=retail)
        async with hall.database.transaction() as connection:
            await connection.execute(
                text("insert into fondaco.price_row values (:product, :list, 10, 80)"),
                {"product": products[0], "list": dealer},
            )
            await connection.execute(
                text("delete from fondaco.price_row where product_id = :product"),
                {"product": products[2]},
            )
        seller = await wholesaler.seller()
        company = await wholesaler.company("Ромашка", seller, [dealer, retail])
        lines = [
            price_line(1, product_id=products[0], quantity=Decimal(9)),
            price_line(2, product_id=products[0], quantity=Decimal(10)),
            price_line(3, product_id=products[1]),
            price_line(4, product_id=products[2]),
        ]
        return PriceMovesCase(price_moves, company.ask(hall), lines)
