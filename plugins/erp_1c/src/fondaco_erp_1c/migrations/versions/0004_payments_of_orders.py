"""What a payment document of 1C said besides its sum."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "plugin_erp_1c"


def upgrade() -> None:
    """Of documents that came before it is not known, so they are told to the kernel once more."""
    op.add_column("payment", sa.Column("order_uuid", sa.Uuid, nullable=True), schema=SCHEMA)
    for name in ("currency", "kind"):
        op.add_column(
            "payment",
            sa.Column(name, sa.Text, nullable=False, server_default=""),
            schema=SCHEMA,
        )


def downgrade() -> None:
    """Forget it."""
    for name in ("kind", "currency", "order_uuid"):
        op.drop_column("payment", name, schema=SCHEMA)
