"""Files of references: rows as they were read, until somebody applies them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plugin_analogues"
_NOW, _EMPTY = sa.text("now()"), sa.text("''")
_TEXTS = (
    "article",
    "article_key",
    "other",
    "other_key",
    "brand",
    "number",
    "number_key",
    "branded_key",
    "kind",
    "note_ru",
    "note_en",
    "source",
    "wrong",
)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("added", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("changed", sa.Integer, nullable=False, server_default=sa.text("0")),
        schema=SCHEMA,
    )
    op.create_table(
        "upload_row",
        sa.Column(
            "upload_id",
            sa.BigInteger,
            sa.ForeignKey(f"{SCHEMA}.upload.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("row_number", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False, server_default=_EMPTY) for name in _TEXTS),
        sa.Column("both_ways", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("confidence", sa.Numeric(3, 2), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("upload_id", "row_number"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Leave nothing of them."""
    for table in ("upload_row", "upload"):
        op.drop_table(table, schema=SCHEMA)
