"""Statuses and the journal of turnover."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_loyalty"
_NOW = sa.text("now()")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "tier",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("name_ru", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("threshold", sa.Numeric(15, 2), nullable=False),
        sa.Column("percent", sa.Numeric(5, 2), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("threshold >= 0", name="tier_threshold_check"),
        sa.CheckConstraint("percent between 0 and 100", name="tier_percent_check"),
        schema=SCHEMA,
    )
    op.create_index(
        "tier_threshold_key",
        "tier",
        ["threshold"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "turnover",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id"), nullable=False),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
        sa.Column("label", sa.Text, nullable=False, server_default=""),
        sa.Column("order_uuid", sa.Uuid),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint("kind in ('order', 'cancellation', 'erp')", name="turnover_kind_check"),
        # What is told twice counts once.
        sa.UniqueConstraint("kind", "document", "revision", name="turnover_document_key"),
        schema=SCHEMA,
    )
    op.create_index(
        "turnover_company_idx",
        "turnover",
        ["company_id", "counted_on"],
        schema=SCHEMA,
        postgresql_include=["currency", "amount"],
    )
    op.create_index("turnover_order_idx", "turnover", ["order_uuid"], schema=SCHEMA)


def downgrade() -> None:
    """Leave nothing."""
    op.drop_table("turnover", schema=SCHEMA)
    op.drop_table("tier", schema=SCHEMA)
