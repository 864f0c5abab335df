"""Customers: applications, states of companies, bank accounts, outlets of persons, merging."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, default in (
        ("state", sa.Text(), "active"),
        ("state_reason", sa.Text(), ""),
        ("phone", sa.Text(), ""),
    ):
        op.add_column(
            "company",
            sa.Column(name, kind, server_default=default, nullable=False),
            schema="fondaco",
        )
    op.add_column(
        "company", sa.Column("merged_into", sa.BigInteger(), nullable=True), schema="fondaco"
    )
    op.create_check_constraint(
        op.f("company_state_check"),
        "company",
        "state in ('applied', 'active', 'closed')",
        schema="fondaco",
    )
    op.create_foreign_key(
        op.f("company_merged_into_fkey"),
        "company",
        "company",
        ["merged_into"],
        ["id"],
        source_schema="fondaco",
        referent_schema="fondaco",
    )
    _index("company_merged_into_idx", "company", "merged_into")

    # Clients without a tax id are many; one number belongs to one legal entity.
    op.drop_constraint(
        op.f("legal_entity_country_tax_id_kpp_key"), "legal_entity", schema="fondaco"
    )
    op.create_index(
        "legal_entity_tax_id_key",
        "legal_entity",
        ["country", "tax_id", "kpp"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("tax_id <> ''"),
    )

    op.create_table(
        "bank_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("legal_entity_id", sa.BigInteger(), nullable=False),
        _text("account"),
        _text("bic"),
        _text("bank_name"),
        _text("correspondent"),
        _moment("created_at"),
        _reference("bank_account", "legal_entity_id", "legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("bank_account_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("bank_account_uuid_key")),
        sa.UniqueConstraint(
            "legal_entity_id",
            "account",
            "bic",
            name=op.f("bank_account_legal_entity_id_account_bic_key"),
        ),
        schema="fondaco",
    )

    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("client", sa.LargeBinary(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("joins", sa.Boolean(), nullable=False),
        _text("state", "open"),
        sa.Column("country", sa.CHAR(2), nullable=False),
        *(_text(name) for name in ("tax_id", "kpp", "name", "person", "email", "phone", "locale")),
        _moment("created_at"),
        _reference("registration", "company_id", "company"),
        _reference("registration", "user_id", "user_account"),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'refused')", name=op.f("registration_state_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("registration_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("registration_uuid_key")),
        schema="fondaco",
    )
    _index("registration_client_created_at_idx", "registration", "client", "created_at")
    _index("registration_company_id_idx", "registration", "company_id")


def downgrade() -> None:
    for table in ("registration", "bank_account"):
        op.drop_table(table, schema="fondaco")
    op.drop_index("legal_entity_tax_id_key", "legal_entity", schema="fondaco")
    op.create_unique_constraint(
        op.f("legal_entity_country_tax_id_kpp_key"),
        "legal_entity",
        ["country", "tax_id", "kpp"],
        schema="fondaco",
    )
    for column in ("merged_into", "phone", "state_reason", "state"):
        op.drop_column("company", column, schema="fondaco")


def _text(name: str, default: str = "") -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _reference(
    table: str, column: str, to: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"fondaco.{to}.id"], name=name, ondelete=ondelete)


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(op.f(name), table, list(columns), schema="fondaco")
