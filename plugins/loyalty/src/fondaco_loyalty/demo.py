"""What the demo shows of statuses: three of them, and customers who have reached the first two."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from fondaco_loyalty.erp import TurnoverRecord, take_turnover
from fondaco_loyalty.status import Tier
from fondaco_loyalty.tiers import any_stored, save
from fondaco_sdk.context import Act
from fondaco_sdk.views import company_v1

TIERS = (
    Tier(
        UUID("0197a000-0000-7000-8000-000000000001"),
        "Серебряный",
        "Silver",
        Decimal(500_000),
        Decimal(2),
    ),
    Tier(
        UUID("0197a000-0000-7000-8000-000000000002"),
        "Золотой",
        "Gold",
        Decimal(2_000_000),
        Decimal(4),
    ),
    Tier(
        UUID("0197a000-0000-7000-8000-000000000003"),
        "Платиновый",
        "Platinum",
        Decimal(6_000_000),
        Decimal(6),
    ),
)
MONTHLY = (Decimal("187350.40"), Decimal("64120.00"), Decimal(0))
MONTHS = 11
COMPANIES = (
    select(company_v1.c.external_id)
    .where(company_v1.c.external_id.is_not(None))
    .order_by(company_v1.c.id)
)


async def furnish(act: Act) -> None:
    """Statuses, unless the site has had any, and a year of invoices for the first customers."""
    if not await any_stored(act):
        for tier in TIERS:
            await save(act, tier)
    companies = [str(row.external_id) for row in await act.fetch(COMPANIES)]
    await take_turnover(act, _invoices(act, companies))


def _invoices(act: Act, companies: Sequence[str]) -> Sequence[TurnoverRecord]:
    """One a month and company. Sent again, they weigh the same and change nothing."""
    today = act.now.astimezone(act.zone).date()
    return [
        TurnoverRecord(
            company=company,
            document=f"demo-{company}-{month}",
            amount=amount + 1_130 * month,
            date=today - timedelta(days=30 * month),
            number=f"УТ-{1_400 - 17 * month}",
        )
        for company, amount in zip(companies, MONTHLY, strict=False)
        for month in range(1, MONTHS + 1)
        if amount
    ]
