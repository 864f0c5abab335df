"""Files of statuses and balances, as they were read and what became of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "plugin_loyalty"


def upgrade() -> None:
    """Make the table of files."""
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("rows", JSONB, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("accepted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused", JSONB, nullable=False, server_default="{}"),
        sa.CheckConstraint("what in ('balances', 'statuses')", name="upload_what_check"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Leave nothing."""
    op.drop_table("upload", schema=SCHEMA)
