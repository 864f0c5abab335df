"""The door: links with which a forgotten password is set anew."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _moment("created_at", now=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _moment("used_at"),
        _reference("password_reset", "user_id", "user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("password_reset_pkey")),
        schema="fondaco",
    )
    _index("password_reset_user_id_idx", "password_reset", "user_id")


def downgrade() -> None:
    op.drop_table("password_reset", schema="fondaco")


def _moment(name: str, *, now: bool = False) -> "sa.Column[object]":
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def _reference(
    table: str, column: str, to: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"fondaco.{to}.id"], name=name, ondelete=ondelete)


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(op.f(name), table, list(columns), schema="fondaco")
