"""What the demo shows: a customer with room in its limit, and one that is late with a payment."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import TextClause, text

from fondaco_credit_limit.erp import CreditRecord, DebtItem, take_limits
from fondaco_credit_limit.rule import OverdueRule
from fondaco_sdk.context import Act

ROOMY, LATE = "7798003268", "6698002734"
_ANY: TextClause = text("select 1 from plugin_credit_limit.account limit 1")


async def furnish(act: Act) -> None:
    """Two accounts, unless the site has had any; customers of other demos get none."""
    if await act.fetch(_ANY):
        return
    today = act.now.astimezone(act.zone).date()
    await take_limits(
        act,
        [
            CreditRecord(
                version=1,
                limit=Decimal(1_500_000),
                tax_id=ROOMY,
                days=21,
                items=(
                    DebtItem(
                        Decimal("184350.20"),
                        document="УПД 1184",
                        issued_on=today - timedelta(days=12),
                        due_on=today + timedelta(days=9),
                    ),
                    DebtItem(
                        Decimal("92710.00"),
                        document="УПД 1207",
                        issued_on=today - timedelta(days=5),
                        due_on=today + timedelta(days=16),
                    ),
                ),
            ),
            CreditRecord(
                version=1,
                limit=Decimal(800_000),
                tax_id=LATE,
                days=30,
                tolerance_days=3,
                rule=OverdueRule.WARN,
                items=(
                    DebtItem(
                        Decimal("45120.60"),
                        document="УПД 1096",
                        issued_on=today - timedelta(days=41),
                        due_on=today - timedelta(days=11),
                    ),
                    DebtItem(
                        Decimal("210400.00"),
                        document="УПД 1165",
                        issued_on=today - timedelta(days=16),
                        due_on=today + timedelta(days=14),
                    ),
                ),
            ),
        ],
    )
