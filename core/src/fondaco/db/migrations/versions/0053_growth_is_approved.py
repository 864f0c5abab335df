"""A change that takes an order beyond a limit waits for the buyer's approver first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLE, CHECK = "change_request", "change_request_approval_check"


def upgrade() -> None:
    op.add_column(
        TABLE,
        sa.Column("approval", sa.Text, nullable=False, server_default=""),
        schema="fondaco",
    )
    op.add_column(
        TABLE,
        sa.Column("beyond", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        schema="fondaco",
    )
    user = sa.ForeignKey("fondaco.user_account.id")
    op.add_column(
        TABLE, sa.Column("approved_by", sa.BigInteger, user, nullable=True), schema="fondaco"
    )
    op.create_check_constraint(
        op.f(CHECK), TABLE, "approval in ('', 'asked', 'given')", schema="fondaco"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(CHECK), TABLE, schema="fondaco")
    for name in ("approved_by", "beyond", "approval"):
        op.drop_column(TABLE, name, schema="fondaco")
