"""A wholesaler with cross-references, and shortcuts for what these tests do again and again."""

from decimal import Decimal
from typing import Any

from fondaco.testing.shop import WorkingShop
from fondaco_sdk.article_key import article_key


class Shop(WorkingShop):
    """A working shop: A-1, A-2 and A-3 at 100 RUB, plenty of each."""

    async def pair(self, one: int, other: int, **values: Any) -> None:
        """The product `other` stands in for the product `one`, both from 1; by default fully."""
        await self._reference(
            product_id=self.products[one - 1], other_id=self.products[other - 1], **values
        )

    async def foreign(self, brand: str, number: str, product: int, **values: Any) -> None:
        """The product `product`, from 1, stands in for a number of another brand."""
        await self._reference(
            product_id=self.products[product - 1],
            brand=brand,
            number=number,
            number_key=article_key(number),
            branded_key=article_key(f"{brand}{number}") if brand else "",
            **values,
        )

    async def _reference(self, **values: Any) -> None:
        filled = {"kind": "full", **values}
        names = ", ".join(filled)
        places = ", ".join(f":{name}" for name in filled)
        await self.run(
            f"insert into plugin_analogues.reference ({names}) values ({places})", **filled
        )

    async def stock(self, product: int, on_hand: int) -> None:
        """So much of the product `product`, from 1, is there."""
        await self.run(
            "update fondaco.stock_row set on_hand = :on_hand where product_id = :product",
            on_hand=Decimal(on_hand),
            product=self.products[product - 1],
        )

    async def price(self, product: int, price: int) -> None:
        """Another price in the list."""
        await self.run(
            "update fondaco.price_row set price = :price where product_id = :product",
            price=Decimal(price),
            product=self.products[product - 1],
        )

    async def take_off_sale(self, product: int) -> None:
        """The product `product`, from 1, is sold no longer."""
        await self.run(
            "update fondaco.product set active = false where id = :product",
            product=self.products[product - 1],
        )
