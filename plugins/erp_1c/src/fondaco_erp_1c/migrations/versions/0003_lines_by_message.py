"""Lines of orders that 1C sends as messages, by their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "plugin_erp_1c"


def upgrade() -> None:
    """Which of them were taken."""
    op.create_table(
        "lines_version",
        sa.Column("shipment_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("lines_version", schema=SCHEMA)
