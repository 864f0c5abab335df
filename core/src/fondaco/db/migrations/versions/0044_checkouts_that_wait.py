"""What somebody has typed at the checkout waits with the cart, for when the browser was closed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cart",
        sa.Column("checkout", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
        schema="fondaco",
    )


def downgrade() -> None:
    op.drop_column("cart", "checkout", schema="fondaco")
