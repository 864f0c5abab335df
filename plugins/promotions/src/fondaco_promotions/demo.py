"""What the demo shows: two campaigns that run, and a code that a visitor can type."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import text

from fondaco_promotions.campaign import Campaign
from fondaco_promotions.campaigns import add
from fondaco_promotions.code_book import add_own
from fondaco_sdk.context import Act

CODE = "SPRING"

_KNOWN = text("select 1 from plugin_promotions.campaign limit 1")
_CATEGORY = text(
    "select category_id from fondaco_api.product_v1 where category_id is not null and active"
    " group by category_id order by count(*) desc, category_id limit 1"
)


async def furnish(act: Act) -> None:
    """Three campaigns, unless the site has had any."""
    if await act.fetch(_KNOWN):
        return
    found = await act.fetch(_CATEGORY)
    begun = act.now - timedelta(days=3)
    season = Campaign(
        uuid=UUID("0197b000-0000-7000-8000-000000000001"),
        name_ru="Товары недели",
        name_en="Goods of the week",
        level="unit",
        percent=Decimal(5),
        starts_at=begun,
        ends_at=begun + timedelta(days=60),
        categories=tuple(row.category_id for row in found),
    )
    large = replace(
        season,
        uuid=UUID("0197b000-0000-7000-8000-000000000002"),
        name_ru="Крупный заказ",
        name_en="Large order",
        level="order",
        percent=Decimal(3),
        min_total=Decimal(50_000),
        ends_at=None,
        categories=(),
    )
    by_code = replace(
        large,
        uuid=UUID("0197b000-0000-7000-8000-000000000003"),
        name_ru="Весенний промокод",
        name_en="Spring code",
        percent=None,
        amount=Decimal(1_000),
        min_total=Decimal(20_000),
        stackable=True,
        by_code=True,
        limit_company=10,
    )
    for campaign in (season, large, by_code):
        await add(act, campaign)
    await add_own(act, by_code.uuid, CODE, None)
