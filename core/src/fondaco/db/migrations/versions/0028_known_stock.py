"""What an import changes in stock says whether the row was there before: only those are locked."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staging_stock_change",
        sa.Column("known", sa.Boolean, nullable=False, server_default=sa.true()),
        schema="fondaco",
    )
    op.alter_column("staging_stock_change", "known", server_default=None, schema="fondaco")


def downgrade() -> None:
    op.drop_column("staging_stock_change", "known", schema="fondaco")
