"""Payment documents of 1C by their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plugin_erp_1c"


def upgrade() -> None:
    """Which of them were taken."""
    op.create_table(
        "payment",
        sa.Column("document", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("amount", sa.Numeric, nullable=False),
        sa.Column("refused", sa.Text, nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("payment", schema=SCHEMA)
