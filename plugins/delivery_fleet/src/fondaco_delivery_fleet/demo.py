"""What the demo shows: a zone of the capital and one around it, for the outlets of its buyers."""

from datetime import time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import TextClause, text

from fondaco_delivery_fleet.book import add_zone
from fondaco_delivery_fleet.rule import Zone
from fondaco_sdk.context import Act

_KNOWN: TextClause = text("select 1 from plugin_delivery_fleet.zone limit 1")
ZONES = (
    Zone(
        uuid=UUID("0197c000-0000-7000-8000-000000000101"),
        name="Москва",
        cities=("Москва",),
        postal=("101", "105", "107", "109", "11", "12"),
        weekdays=(0, 1, 2, 3, 4),
        cut_off=time(16),
        lead_days=1,
        price=Decimal(600),
        free_from=Decimal(50_000),
        included_kg=Decimal(300),
        per_kg=Decimal(4),
        heaviest_kg=Decimal(5_000),
    ),
    Zone(
        uuid=UUID("0197c000-0000-7000-8000-000000000102"),
        name="Подмосковье и Тверь",
        cities=("Химки", "Тверь", "Клин", "Зеленоград"),
        postal=("14", "17"),
        weekdays=(1, 4),
        cut_off=time(14),
        lead_days=1,
        price=Decimal(1_800),
        free_from=Decimal(150_000),
        included_kg=Decimal(500),
        per_kg=Decimal(6),
        heaviest_kg=Decimal(3_000),
    ),
)


async def furnish(act: Act) -> None:
    """Both, unless the site has zones of its own."""
    if await act.fetch(_KNOWN):
        return
    for zone in ZONES:
        await add_zone(act, zone)
