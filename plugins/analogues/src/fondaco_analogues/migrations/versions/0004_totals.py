"""A file that is read says how many rows there will be."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "plugin_analogues"


def upgrade() -> None:
    """A total for files."""
    op.add_column(
        "upload",
        sa.Column("total", sa.Integer, nullable=False, server_default=sa.text("0")),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Without it."""
    op.drop_column("upload", "total", schema=SCHEMA)
