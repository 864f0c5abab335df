"""Which places serve an outlet, where not every place does."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "branch",
        sa.Column(
            "outlet_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.outlet.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.place.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        schema="plugin_sourcing",
    )


def downgrade() -> None:
    """Leave nothing of it."""
    op.drop_table("branch", schema="plugin_sourcing")
