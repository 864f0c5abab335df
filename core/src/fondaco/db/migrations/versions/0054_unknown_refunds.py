"""A refund of which nobody knows whether the money has gone is neither made nor failed."""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

TABLE, CHECK = "charge_refund", "charge_refund_state_check"


def _known(*states: str) -> None:
    op.drop_constraint(op.f(CHECK), TABLE, schema="fondaco")
    named = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f(CHECK), TABLE, f"state in ({named})", schema="fondaco")


def upgrade() -> None:
    _known("starting", "done", "failed", "unknown")


def downgrade() -> None:
    op.execute("update fondaco.charge_refund set state = 'failed' where state = 'unknown'")
    _known("starting", "done", "failed")
