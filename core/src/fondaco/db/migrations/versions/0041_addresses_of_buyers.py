"""Whether the buyers of a company may add delivery addresses: its administrator decides."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "company",
        sa.Column("buyers_add_outlets", sa.Boolean, nullable=False, server_default=sa.text("true")),
        schema="fondaco",
    )
