"""Long files are read and applied by the worker; each row keeps what it comes to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "plugin_analogues"
_REFUSED = sa.text("verdict not in ('', '+', '~', '=')")


def upgrade() -> None:
    """A state and figures for files, products and a verdict for their rows."""
    columns: list[sa.Column[Any]] = [
        sa.Column("state", sa.Text, nullable=False, server_default="read"),
        sa.Column("content", sa.LargeBinary),
        sa.Column("said_ru", sa.Text, nullable=False, server_default=""),
        sa.Column("said_en", sa.Text, nullable=False, server_default=""),
        *(
            sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))
            for name in ("rows", "same", "refused")
        ),
    ]
    for column in columns:
        op.add_column("upload", column, schema=SCHEMA)
    op.create_check_constraint(
        "upload_state_check",
        "upload",
        "state in ('reading', 'read', 'applying', 'applied', 'unreadable')",
        schema=SCHEMA,
    )
    # What was read before has no verdicts: it is to be uploaded again, unless it was applied.
    op.execute(f"delete from {SCHEMA}.upload where applied_at is null")
    op.execute(
        f"update {SCHEMA}.upload u set state = 'applied', rows ="
        f" (select count(*) from {SCHEMA}.upload_row r where r.upload_id = u.id)"
    )
    for name in ("product_id", "other_id"):
        op.add_column("upload_row", sa.Column(name, sa.BigInteger), schema=SCHEMA)
    op.add_column(
        "upload_row",
        sa.Column("verdict", sa.Text, nullable=False, server_default=""),
        schema=SCHEMA,
    )
    op.create_index(
        "upload_row_refused_idx",
        "upload_row",
        ["upload_id", "row_number"],
        schema=SCHEMA,
        postgresql_where=_REFUSED,
    )


def downgrade() -> None:
    """Without them."""
    op.drop_index("upload_row_refused_idx", "upload_row", schema=SCHEMA)
    for name in ("verdict", "other_id", "product_id"):
        op.drop_column("upload_row", name, schema=SCHEMA)
    op.drop_constraint("upload_state_check", "upload", schema=SCHEMA)
    for name in ("refused", "same", "rows", "said_en", "said_ru", "content", "state"):
        op.drop_column("upload", name, schema=SCHEMA)
