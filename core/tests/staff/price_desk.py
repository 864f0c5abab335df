"""Where prices are given by hand in the tests: by one of ours who acts for a customer."""

from datetime import timedelta
from typing import Any

WHY = "Обещали в письме"


class Desk:
    """A shop, and one of ours who acts for its first customer with two pieces of A-1 in a cart."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.uuid = ""
        self.until = (shop.company.ask(shop.hall).now + timedelta(days=7)).date().isoformat()

    async def open(self) -> None:
        rows = await self.shop.sql(
            "select uuid from fondaco.company where id = :id",
            id=self.shop.company.customer.company_id,
        )
        self.uuid = str(rows[0][0])

    async def browser(self, role: str) -> Any:
        return await self.shop.browser(await self.shop.wholesaler.staff(role))

    async def acting(self, role: str) -> tuple[Any, str]:
        """A browser of the role, acting, and the address of the line's price."""
        browser = await self.browser(role)
        begun = await browser.send_form(f"/staff/customers/{self.uuid}/act")
        assert begun.status_code == 303, begun.text
        await browser.send_form("/cart/articles", {"article": "A-1", "quantity": "2"})
        line = browser.lines_of((await browser.get("/cart")).text)[0]
        return browser, f"/cart/lines/{line}/price"

    async def set_cost(self, cost: int) -> None:
        await self.shop.sql(
            "insert into fondaco.product_pricing (product_id, cost, cost_vat_included)"
            " values (:product, :cost, true)",
            product=self.shop.products[0],
            cost=cost,
        )

    async def set_floor(self) -> None:
        """Not below the cost."""
        await self.shop.sql(
            "insert into fondaco.margin_rule (uuid, min_percent) values (gen_random_uuid(), 0)"
        )
