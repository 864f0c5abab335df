"""One index of article keys instead of two: that of patterns also finds whole keys."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLE = "product_code"
PATTERNS = {"key": "text_pattern_ops"}


def upgrade() -> None:
    op.drop_index("product_code_article_idx", TABLE, schema="fondaco")
    op.drop_index("product_code_key_idx", TABLE, schema="fondaco")
    op.create_index(
        "product_code_key_idx", TABLE, ["key"], schema="fondaco", postgresql_ops=PATTERNS
    )


def downgrade() -> None:
    op.drop_index("product_code_key_idx", TABLE, schema="fondaco")
    op.create_index("product_code_key_idx", TABLE, ["key"], schema="fondaco")
    op.create_index(
        "product_code_article_idx",
        TABLE,
        ["key"],
        schema="fondaco",
        postgresql_ops=PATTERNS,
        postgresql_where=sa.text("kind != 'barcode'"),
    )
