"""Manual prices keep to what every implementation of `price_moves` keeps to."""

from decimal import Decimal

import pytest_asyncio
from sqlalchemy import text

from fondaco.builtin.manual_prices import price_moves
from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.testing.contracts import PriceMovesCase, PriceMovesContract
from fondaco_sdk.testing.factories import price_line
from fondaco_sdk.types.cart import LineSource


class TestManualPrices(PriceMovesContract):
    @pytest_asyncio.fixture
    async def case(self, hall: Hall, wholesaler: Wholesaler) -> PriceMovesCase:
        """Two products in the cart, one of them with a price given by hand."""
        prices = await wholesaler.price_list()
        products = await wholesaler.products(3, price_list=prices)
        company = await wholesaler.company("Ромашка", await wholesaler.seller(), [prices])
        ask = company.ask(hall, roles=("buyer", "manager"))
        async with ask.act() as act:
            items = [CartItem(product, Decimal(2), LineSource.LIST) for product in products[:2]]
            await Carts(act).add(act, items)
            await act.execute(
                text(
                    "insert into fondaco.manual_price (uuid, company_id, product_id, cart_line_id,"
                    " price, currency, reason, user_id, given_by) select gen_random_uuid(),"
                    " :company, product_id, id, 90, 'RUB', 'обещали', :user, 'Пётр'"
                    " from fondaco.cart_line where product_id = :product"
                ),
                {
                    "user": company.user_id,
                    "company": company.customer.company_id,
                    "product": products[0],
                },
            )
        lines = [price_line(n, product_id=product) for n, product in enumerate(products, 1)]
        return PriceMovesCase(price_moves, ask, [*lines, price_line(4, product_id=products[0])])
