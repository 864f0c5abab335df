"""Zones of the own fleet, and the days on which it stands still."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_delivery_fleet"


def _named() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
    )


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "zone",
        *_named(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cities", ARRAY(sa.Text), nullable=False),
        sa.Column("postal", ARRAY(sa.Text), nullable=False),
        sa.Column("weekdays", ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("cut_off", sa.Time, nullable=False),
        sa.Column("lead_days", sa.Integer, nullable=False),
        sa.Column("price", sa.Numeric(15, 2), nullable=False),
        sa.Column("free_from", sa.Numeric(15, 2)),
        sa.Column("included_kg", sa.Numeric(15, 3), nullable=False),
        sa.Column("per_kg", sa.Numeric(15, 2), nullable=False),
        sa.Column("heaviest_kg", sa.Numeric(15, 3)),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("cardinality(weekdays) > 0", name="zone_weekdays_check"),
        sa.CheckConstraint(
            "cardinality(cities) + cardinality(postal) > 0", name="zone_covers_check"
        ),
        sa.CheckConstraint(
            "least(lead_days, price, free_from, included_kg, per_kg, heaviest_kg) >= 0",
            name="zone_sums_check",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "day_off",
        *_named(),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        schema=SCHEMA,
    )
    op.create_index(
        "day_off_key",
        "day_off",
        ["day"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("removed_at is null"),
    )


def downgrade() -> None:
    """Leave nothing of them."""
    for table in ("day_off", "zone"):
        op.drop_table(table, schema=SCHEMA)
