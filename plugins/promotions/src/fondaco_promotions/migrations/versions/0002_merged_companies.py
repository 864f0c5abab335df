"""Uses move with a merged company: entries of two more kinds, and which companies were merged."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plugin_promotions"
_NOW = sa.text("now()")


def upgrade() -> None:
    """Let an order's use leave one company and come to another."""
    op.drop_constraint("use_entry_kind_check", "use_entry", schema=SCHEMA)
    op.create_check_constraint(
        "use_entry_kind_check",
        "use_entry",
        "(kind in ('use', 'moved_in') and weight = 1)"
        " or (kind in ('back', 'moved_out') and weight = -1)",
        schema=SCHEMA,
    )
    op.drop_constraint("use_entry_order_key", "use_entry", schema=SCHEMA)
    op.create_unique_constraint(
        "use_entry_order_key",
        "use_entry",
        ["order_uuid", "campaign_id", "kind", "company_id"],
        schema=SCHEMA,
    )
    op.create_table(
        "merger",
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id")),
        sa.Column(
            "into_company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.PrimaryKeyConstraint("company_id"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Forget the mergers; what has moved cannot be told apart any more and is taken out."""
    op.drop_table("merger", schema=SCHEMA)
    op.execute(f"delete from {SCHEMA}.use_entry where kind in ('moved_in', 'moved_out')")
    op.drop_constraint("use_entry_order_key", "use_entry", schema=SCHEMA)
    op.create_unique_constraint(
        "use_entry_order_key", "use_entry", ["order_uuid", "campaign_id", "kind"], schema=SCHEMA
    )
    op.drop_constraint("use_entry_kind_check", "use_entry", schema=SCHEMA)
    op.create_check_constraint(
        "use_entry_kind_check",
        "use_entry",
        "(kind = 'use' and weight = 1) or (kind = 'back' and weight = -1)",
        schema=SCHEMA,
    )
