"""A shop from which one order goes out by dates and addresses, for the tests of deliveries."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

PAGE = "/cart/deliveries"


class Quay:
    """The shop with 40 of each product here and plenty three days off, and one more outlet."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.outlet = uuid4()

    async def open(self) -> None:
        """Stock at two places."""
        kazan = await self.shop.wholesaler.place("Казань")
        await self.shop.sql("update fondaco.place set pick_days = 3 where id = :id", id=kazan)
        await self.shop.sql("update fondaco.stock_row set on_hand = 40")
        await self.shop.sql(
            "insert into fondaco.stock_row (product_id, place_id, on_hand)"
            " select id, :place, 1000 from fondaco.product",
            place=kazan,
        )
        await self.shop.sql(
            "insert into fondaco.outlet (uuid, company_id, name, address)"
            " values (:uuid, :company, 'Филиал', 'г. Бор')",
            uuid=self.outlet,
            company=self.shop.company.customer.company_id,
        )

    async def deliveries(self) -> list[UUID]:
        """Their ids, in order."""
        rows = await self.shop.sql("select uuid from fondaco.cart_delivery order by id")
        return [row.uuid for row in rows]

    async def shares(self) -> list[tuple[str, int, Decimal]]:
        """What the deliveries but the first get: article, number of the delivery, quantity."""
        order = await self.deliveries()
        rows = await self.shop.sql(
            "select p.sku, d.uuid, s.quantity from fondaco.cart_delivery_share s"
            " join fondaco.cart_delivery d on d.id = s.cart_delivery_id"
            " join fondaco.cart_line l on l.id = s.cart_line_id"
            " join fondaco.product p on p.id = l.product_id order by p.sku, d.id"
        )
        return [(row.sku, order.index(row.uuid) + 1, row.quantity) for row in rows]

    async def cell(self, delivery: UUID, line: int = 0) -> str:
        """The name of a field."""
        rows = await self.shop.sql("select uuid from fondaco.cart_line order by id")
        return f"cell.{rows[line].uuid}.{delivery}"

    async def shipments(self) -> list[tuple[Any, ...]]:
        """Where each part goes, when it is wanted and promised, and its lines."""
        return [
            tuple(row)
            for row in await self.shop.sql(
                "select s.delivery, s.address, s.wanted_on, s.promised,"
                "       array_agg(l.quantity order by l.position),"
                "       array_agg(l.total order by l.position)"
                "  from fondaco.shipment s join fondaco.order_line l on l.shipment_id = s.id"
                " group by s.id order by s.id"
            )
        ]


def today_of(shop: Any) -> date:
    """The day that the site shows."""
    now = shop.company.ask(shop.hall).now
    return now.astimezone(shop.hall.settings.zone).date()
