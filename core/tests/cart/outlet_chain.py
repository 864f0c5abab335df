"""The company of the shop as a chain, for the tests of orders for several outlets."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

PAGE = "/cart/outlets"


class Chain:
    """The company of the shop with more outlets, and the cells of its cart's grid."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.outlets: list[UUID] = []

    async def open(self, *names: str) -> None:
        """Outlets by these names, in the order of the alphabet; the shop's own is gone."""
        await self.shop.sql(
            "update fondaco.outlet set name = :name, address = 'г. Аша' where uuid = :uuid",
            name=names[0],
            uuid=self.shop.company.outlet,
        )
        for name in names[1:]:
            await self.shop.sql(
                "insert into fondaco.outlet (uuid, company_id, name, address)"
                " values (gen_random_uuid(), :company, :name, 'г. ' || :name)",
                company=self.shop.company.customer.company_id,
                name=name,
            )
        rows = await self.shop.sql(
            "select uuid from fondaco.outlet where company_id = :company order by name",
            company=self.shop.company.customer.company_id,
        )
        self.outlets = [row.uuid for row in rows]

    async def lines(self) -> list[UUID]:
        """The lines of all carts, in their order."""
        return [
            row.uuid
            for row in await self.shop.sql("select uuid from fondaco.cart_line order by id")
        ]

    async def cells(self, *rows: Sequence[int | str]) -> dict[str, str]:
        """Fields of the grid: for each line what each outlet gets."""
        return {
            f"cell.{line}.{outlet}": str(quantity)
            for line, row in zip(await self.lines(), rows, strict=False)
            for outlet, quantity in zip(self.outlets, row, strict=False)
        }

    async def shares(self) -> Sequence[tuple[str, str, Decimal]]:
        """What is stored."""
        rows = await self.shop.sql(
            "select p.sku, o.name, s.quantity from fondaco.cart_share s"
            " join fondaco.cart_line l on l.id = s.cart_line_id"
            " join fondaco.product p on p.id = l.product_id"
            " join fondaco.outlet o on o.id = s.outlet_id order by l.id, o.name"
        )
        return [tuple(row) for row in rows]

    async def quantities(self) -> list[Decimal]:
        """The quantities of the lines."""
        rows = await self.shop.sql("select quantity from fondaco.cart_line order by id")
        return [row.quantity for row in rows]
