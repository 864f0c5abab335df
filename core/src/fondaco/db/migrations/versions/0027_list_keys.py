"""A list made over the API remembers the key under which it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("product_list", sa.Column("request_key", sa.Text), schema="fondaco")
    op.add_column("product_list", sa.Column("request_hash", sa.LargeBinary), schema="fondaco")
    op.create_index(
        "product_list_request_key_idx",
        "product_list",
        ["user_id", "company_id", "request_key"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("request_key is not null"),
    )


def downgrade() -> None:
    op.drop_index("product_list_request_key_idx", "product_list", schema="fondaco")
    for name in ("request_hash", "request_key"):
        op.drop_column("product_list", name, schema="fondaco")
