"""A wholesaler with promotions, and shortcuts for what these tests do again and again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from fondaco.hooks.context import AskContext, system_ask
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_promotions import campaigns
from fondaco_promotions.campaign import Campaign
from fondaco_promotions.code_book import add_own
from fondaco_sdk.types.price import LinePrice, PriceLine


class Shop(WorkingShop):
    """A working shop with promotions."""

    async def campaign(self, **values: Any) -> Campaign:
        """A campaign that began yesterday; by default ten per cent off every price."""
        takes = {} if "amount" in values else {"percent": Decimal(10)}
        wanted = Campaign(
            **{
                "uuid": uuid4(),
                "name_ru": "Осень",
                "name_en": "Autumn",
                "level": "unit",
                "starts_at": self.ask.now - timedelta(days=1),
                **takes,
                **values,
            }
        )
        async with system_ask(self.hall).act() as act:
            await campaigns.add(act, wanted)
        return wanted

    async def code(self, campaign: Campaign, code: str, most: int | None = None) -> None:
        """A code of a campaign."""
        async with system_ask(self.hall).act() as act:
            await add_own(act, campaign.uuid, code, most)

    async def hold(self, code: str, company: CompanyFixture | None = None) -> None:
        """A code in the cart of a company's buyer, without a look at it."""
        buyer = company or self.company
        await self.run(
            "insert into plugin_promotions.cart_code (company_id, user_id, code_id)"
            " select :company, :user, id from plugin_promotions.code where label = :code",
            company=buyer.customer.company_id,
            user=buyer.user_id,
            code=code,
        )

    async def price(self, number: int = 1, ask: AskContext | None = None) -> LinePrice:
        """What the product `number`, from 1, costs a buyer."""
        line = PriceLine(1, self.products[number - 1], Decimal(1))
        return (await (ask or self.ask).pricing.quote([line])).lines[0]

    async def used(self, campaign: Campaign) -> int:
        """How many uses there are now."""
        return (await campaigns.stored(system_ask(self.hall), campaign.uuid)).used
