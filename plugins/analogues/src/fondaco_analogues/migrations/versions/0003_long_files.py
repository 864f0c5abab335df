"""Long files are read and applied by the worker; the best references of a product come first."""

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
    op.drop_index("reference_back_idx", "reference", schema=SCHEMA)
    _best("reference_best_idx", "product_id", "other_id", "other_id is not null")
    _best("reference_back_idx", "other_id", "product_id", "both_ways")


def _best(name: str, one: str, other: str, where: str) -> None:
    kind = "array_position(array['full', 'upgrade', 'cheaper', 'limited'], kind)"
    columns = (one, sa.text(kind), sa.text("confidence desc"), other)
    op.create_index(
        name,
        "reference",
        list(columns),
        schema=SCHEMA,
        postgresql_where=sa.text(f"{where} and ended_at is null"),
    )


def downgrade() -> None:
    """Without them."""
    for name in ("reference_back_idx", "reference_best_idx"):
        op.drop_index(name, "reference", schema=SCHEMA)
    op.create_index(
        "reference_back_idx",
        "reference",
        ["other_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("both_ways and ended_at is null"),
    )
    op.drop_index("upload_row_refused_idx", "upload_row", schema=SCHEMA)
    for name in ("verdict", "other_id", "product_id"):
        op.drop_column("upload_row", name, schema=SCHEMA)
    op.drop_constraint("upload_state_check", "upload", schema=SCHEMA)
    for name in ("refused", "same", "rows", "said_en", "said_ru", "content", "state"):
        op.drop_column("upload", name, schema=SCHEMA)
