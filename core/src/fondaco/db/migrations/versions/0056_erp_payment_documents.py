"""A payment document of the ERP is known by its number and day, which papers of the order name."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.Column("number", sa.Text, nullable=False, server_default="")
    op.add_column("erp_payment", number, schema="fondaco")
    op.add_column("erp_payment", sa.Column("day", sa.Date), schema="fondaco")


def downgrade() -> None:
    op.drop_column("erp_payment", "day", schema="fondaco")
    op.drop_column("erp_payment", "number", schema="fondaco")
