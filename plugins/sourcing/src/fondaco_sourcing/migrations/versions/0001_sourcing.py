"""Terms of places, their days that differ, and the transfers between them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_sourcing"


def upgrade() -> None:
    """Make all three tables."""
    op.create_table(
        "terms",
        sa.Column("place_id", sa.BigInteger, _place(), primary_key=True),
        sa.Column("week", ARRAY(sa.Time), nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("lead_days", sa.Integer, nullable=False),
        sa.Column("receiving_days", sa.Integer, nullable=False),
        sa.Column("ships", sa.Boolean, nullable=False),
        sa.Column("carrier_days", sa.Integer, nullable=False),
        sa.Column("cost", sa.Numeric(15, 2), nullable=False),
        sa.Column("report_hours", sa.Integer),
        sa.CheckConstraint("cardinality(week) = 7", name="terms_week_check"),
        sa.CheckConstraint(
            "least(lead_days, receiving_days, carrier_days, cost, report_hours) >= 0",
            name="terms_days_check",
        ),
        schema=SCHEMA,
    )
    op.create_table(
        "special_day",
        *_named(),
        sa.Column("place_id", sa.BigInteger, _place(), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("until", sa.Time),
        sa.Column("note_ru", sa.Text, nullable=False),
        sa.Column("note_en", sa.Text, nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        schema=SCHEMA,
    )
    op.create_index(
        "special_day_key",
        "special_day",
        ["place_id", "day"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "transfer",
        *_named(),
        sa.Column("source_id", sa.BigInteger, _place(), nullable=False),
        sa.Column("target_id", sa.BigInteger, _place(), nullable=False),
        sa.Column("weekdays", ARRAY(sa.SmallInteger), nullable=False),
        sa.Column("cut_off", sa.Time, nullable=False),
        sa.Column("road_days", sa.Integer, nullable=False),
        sa.Column("cost", sa.Numeric(15, 2), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("source_id <> target_id", name="transfer_places_check"),
        sa.CheckConstraint("least(road_days, cost) >= 0", name="transfer_days_check"),
        schema=SCHEMA,
    )


def _named() -> tuple[sa.Column[int], sa.Column[object]]:
    return (
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
    )


def _place() -> sa.ForeignKey:
    return sa.ForeignKey("fondaco.place.id")


def downgrade() -> None:
    """Leave nothing."""
    for table in ("transfer", "special_day", "terms"):
        op.drop_table(table, schema=SCHEMA)
