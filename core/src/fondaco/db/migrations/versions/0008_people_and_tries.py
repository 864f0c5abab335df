"""People of a company, their outlets and invitations; known devices; tries that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "fondaco"


def upgrade() -> None:
    op.create_table(
        "user_outlet",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        _reference("user_outlet", "user_id", "user_account", ondelete="CASCADE"),
        _reference("user_outlet", "outlet_id", "outlet"),
        sa.PrimaryKeyConstraint("user_id", "outlet_id", name=op.f("user_outlet_pkey")),
        schema=SCHEMA,
    )
    _index("user_outlet", "outlet_id")
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "roles", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("locale", sa.Text(), server_default="ru", nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        _moment("created_at", default="now()"),
        _moment("sent_at", nullable=True),
        _moment("expires_at", nullable=True),
        _reference("invitation", "company_id", "company"),
        _reference("invitation", "invited_by", "user_account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("invitation_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("invitation_uuid_key")),
        sa.UniqueConstraint("token_hash", name=op.f("invitation_token_hash_key")),
        schema=SCHEMA,
    )
    op.create_index(
        "invitation_company_email_key",
        "invitation",
        ["company_id", sa.text("lower(email)")],
        unique=True,
        schema=SCHEMA,
    )
    op.create_table(
        "invitation_outlet",
        sa.Column("invitation_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        _reference("invitation_outlet", "invitation_id", "invitation", ondelete="CASCADE"),
        _reference("invitation_outlet", "outlet_id", "outlet"),
        sa.PrimaryKeyConstraint("invitation_id", "outlet_id", name=op.f("invitation_outlet_pkey")),
        schema=SCHEMA,
    )
    _index("invitation_outlet", "outlet_id")
    op.create_table(
        "known_device",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _moment("expires_at"),
        _reference("known_device", "user_id", "user_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key_hash", "user_id", name=op.f("known_device_pkey")),
        schema=SCHEMA,
    )
    _index("known_device", "user_id")
    op.create_table(
        "attempt",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("attempt_pkey")),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("attempt", "known_device", "invitation_outlet", "invitation", "user_outlet"):
        op.drop_table(table, schema=SCHEMA)


def _moment(name: str, *, default: str = "", nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text(default) if default else None,
        nullable=nullable,
    )


def _reference(
    table: str, column: str, to: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{to}.id"], name=name, ondelete=ondelete)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"{table}_{column}_idx"), table, [column], schema=SCHEMA)
