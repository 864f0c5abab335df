"""Goods have sizes, as the ERP knows them: what is brought has to go into something."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLES = ("product", "staging_product", "staging_offer")
SIZES = ("length_cm", "width_cm", "height_cm")


def upgrade() -> None:
    for table in TABLES:
        for size in SIZES:
            column = sa.Column(size, sa.Numeric(9, 2), nullable=True)
            op.add_column(table, column, schema="fondaco")


def downgrade() -> None:
    for table in TABLES:
        for size in SIZES:
            op.drop_column(table, size, schema="fondaco")
