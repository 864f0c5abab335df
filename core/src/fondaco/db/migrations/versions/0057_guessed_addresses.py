"""Addresses whose town a service may have guessed are asked about anew."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "delete from fondaco.outlet_address where postal_code = '' or strpos(text, postal_code) = 0"
    )


def downgrade() -> None:
    """What was asked for holds as before."""
