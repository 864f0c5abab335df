"""Campaigns, their codes, who has which code in the cart, wrong tries, and the journal of uses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_promotions"
_NOW = sa.text("now()")
_NONE = sa.text("'{}'")


def upgrade() -> None:
    """Make all five tables."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("name_ru", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("percent", sa.Numeric(5, 2)),
        sa.Column("amount", sa.Numeric(15, 2)),
        sa.Column("stackable", sa.Boolean, nullable=False),
        sa.Column("by_code", sa.Boolean, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        sa.Column("min_total", sa.Numeric(15, 2)),
        sa.Column("limit_total", sa.Integer),
        sa.Column("limit_company", sa.Integer),
        sa.Column("products", ARRAY(sa.BigInteger), nullable=False, server_default=_NONE),
        sa.Column("brands", ARRAY(sa.Text), nullable=False, server_default=_NONE),
        sa.Column("categories", ARRAY(sa.BigInteger), nullable=False, server_default=_NONE),
        sa.Column("companies", ARRAY(sa.BigInteger), nullable=False, server_default=_NONE),
        sa.Column("paused_at", sa.DateTime(timezone=True)),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("level in ('unit', 'order')", name="campaign_level_check"),
        sa.CheckConstraint("(percent is null) <> (amount is null)", name="campaign_takes_check"),
        sa.CheckConstraint("percent > 0 and percent <= 100", name="campaign_percent_check"),
        sa.CheckConstraint("amount > 0", name="campaign_amount_check"),
        sa.CheckConstraint("ends_at > starts_at", name="campaign_dates_check"),
        schema=SCHEMA,
    )
    op.create_table(
        "code",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("campaign_id", sa.BigInteger, _to("campaign"), nullable=False, index=True),
        sa.Column("key_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("most", sa.Integer),
        sa.Column("batch", sa.Uuid),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        schema=SCHEMA,
    )
    op.create_table(
        "cart_code",
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id")),
        sa.Column("user_id", sa.BigInteger, sa.ForeignKey("fondaco.user_account.id")),
        sa.Column("code_id", sa.BigInteger, _to("code"), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "user_id"),
        schema=SCHEMA,
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        schema=SCHEMA,
    )
    op.create_index("attempt_user_idx", "attempt", ["user_id", "at"], schema=SCHEMA)
    op.create_table(
        "use_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("campaign_id", sa.BigInteger, _to("campaign"), nullable=False),
        sa.Column("code_id", sa.BigInteger, _to("code"), index=True),
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id"), nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("order_uuid", sa.Uuid, nullable=False),
        sa.Column("order_number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint(
            "(kind = 'use' and weight = 1) or (kind = 'back' and weight = -1)",
            name="use_entry_kind_check",
        ),
        # An order uses a campaign once, and what is told twice is given back once.
        sa.UniqueConstraint("order_uuid", "campaign_id", "kind", name="use_entry_order_key"),
        schema=SCHEMA,
    )
    op.create_index(
        "use_entry_campaign_idx",
        "use_entry",
        ["campaign_id", "company_id"],
        schema=SCHEMA,
        postgresql_include=["weight"],
    )


def _to(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{SCHEMA}.{table}.id")


def downgrade() -> None:
    """Leave nothing."""
    for table in ("use_entry", "attempt", "cart_code", "code", "campaign"):
        op.drop_table(table, schema=SCHEMA)
