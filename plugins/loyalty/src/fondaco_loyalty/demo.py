"""What the demo shows: three statuses, customers who have reached the first two, and points."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text

from fondaco_loyalty.adjusting import Adjustment, adjust
from fondaco_loyalty.balances import BalanceRecord, take_balances
from fondaco_loyalty.earning import percent_for, points_for
from fondaco_loyalty.erp import TurnoverRecord, take_turnover
from fondaco_loyalty.holders import Client, clients_of
from fondaco_loyalty.ledger import Entry, Owner, credit, opened, with_lots, withdrawal, write
from fondaco_loyalty.scale import all_steps, replace_scale
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Step, Tier
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
        Decimal(1),
    ),
    Tier(
        UUID("0197a000-0000-7000-8000-000000000002"),
        "Золотой",
        "Gold",
        Decimal(2_000_000),
        Decimal(4),
        Decimal(2),
    ),
    Tier(
        UUID("0197a000-0000-7000-8000-000000000003"),
        "Платиновый",
        "Platinum",
        Decimal(6_000_000),
        Decimal(6),
        Decimal(3),
    ),
)
MONTHLY = (Decimal("187350.40"), Decimal("64120.00"), Decimal(0))
MONTHS = 11
STEPS = (Step(Decimal(300_000), Decimal(1)), Step(Decimal(3_000_000), Decimal(3)))
POINTS = (Decimal(3_400), Decimal(850))
SPENT = Decimal(2_500)
COMPANIES = (
    select(company_v1.c.external_id)
    .where(company_v1.c.external_id.is_not(None))
    .order_by(company_v1.c.id)
)
_ANY_POINTS = text("select 1 from plugin_loyalty.points limit 1")


async def furnish(act: Act) -> None:
    """Statuses and a scale, unless the site has had any; a year of invoices; and some points."""
    if not await any_stored(act):
        for tier in TIERS:
            await save(act, tier)
    if not await all_steps(act):
        await replace_scale(act, STEPS)
    companies = [row.external_id for row in await act.fetch(COMPANIES)]
    await take_turnover(act, _invoices(act, companies))
    if companies and not await act.fetch(_ANY_POINTS):
        await _give_points(act, companies)


async def _give_points(act: Act, companies: Sequence[str]) -> None:
    """Balances from the ERP; the first customer has earned and spent since, and has a gift."""
    records = [
        BalanceRecord(points, company, at=act.now - timedelta(days=70))
        for company, points in zip(companies, POINTS, strict=False)
    ]
    await take_balances(act, records)
    client = (await clients_of(act, [(companies[0], "")])).find(companies[0], "")
    if isinstance(client, Client):
        await _earn_and_spend(act, client, _invoices(act, companies)[:2])
        gift = Adjustment(
            key=UUID("0197a000-0000-7000-8000-000000000010"),
            amount=Decimal(1_200),
            expires_on=act.now.astimezone(act.zone).date() + timedelta(days=9),
            reason="Подарок к выставке",
        )
        await adjust(act, client.company_id, client.legal_entity_id, gift)


async def _earn_and_spend(act: Act, client: Client, invoices: Sequence[TurnoverRecord]) -> None:
    """Points for the newest invoices, the older one first, and an order paid with some of them."""
    owner = Owner(client.company_id, client.legal_entity_id)
    (account,) = (await opened(act, [owner])).values()
    percent = percent_for(act.settings(LoyaltySettings), TIERS[1])
    days = act.settings(LoyaltySettings).points_days
    earned = [
        Entry(
            account_id=account.id,
            company_id=client.company_id,
            kind="earn",
            amount=points_for(invoice.amount, percent),
            expires_on=invoice.date + timedelta(days=days),
            label=invoice.number,
            counted_at=act.now - timedelta(days=30 * month - 2),
        )
        for month, invoice in reversed(list(enumerate(invoices, start=1)))
    ]
    await credit(act, [account], earned)
    (account,) = await with_lots(act, [account])
    amount, _, takes = withdrawal(account, SPENT)
    spent = Entry(
        account_id=account.id,
        company_id=client.company_id,
        kind="spend",
        amount=amount,
        takes=takes,
        label="УТ-1397",
        counted_at=act.now - timedelta(days=10),
    )
    await write(act, [spent])


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
