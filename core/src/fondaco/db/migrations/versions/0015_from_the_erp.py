"""What the ERP knows of customers: versions of records, earlier orders, and the runs of both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

# As its neighbours: filled by an import, emptied at its end, and analysed by it.
STAGING = """
    create unlogged table fondaco.staging_cost (
        run_id bigint not null, seq bigint not null, section integer not null,
        row_number integer not null, offer text not null, priced boolean not null,
        cost numeric(15, 4), currency text not null, vat_included boolean not null,
        price_group text
    ) with (autovacuum_enabled = false, toast.autovacuum_enabled = false)
"""


def upgrade() -> None:
    op.add_column(
        "bank_account",
        sa.Column("from_erp", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="fondaco",
    )
    for table in ("user_account", "invitation"):
        op.add_column(table, sa.Column("external_id", sa.Text(), nullable=True), schema="fondaco")
        op.create_unique_constraint(
            op.f(f"{table}_external_id_key"), table, ["external_id"], schema="fondaco"
        )
    op.add_column(
        "invitation",
        sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="fondaco",
    )
    op.create_table(
        "erp_version",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "external_id", name=op.f("erp_version_pkey")),
        schema="fondaco",
    )
    _runs()
    _orders()
    op.execute(STAGING)


def _runs() -> None:
    op.create_table(
        "inbound_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Numeric(9, 1), nullable=False),
        _moment("at", now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("inbound_run_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("inbound_run_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "inbound_refusal",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        *(_text(name) for name in ("reference", "code", "ru", "en")),
        _reference("inbound_refusal", "run_id", "inbound_run", "CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "record", name=op.f("inbound_refusal_pkey")),
        schema="fondaco",
    )


def _orders() -> None:
    op.create_table(
        "earlier_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("legal_entity_id", sa.BigInteger(), nullable=False),
        _text("number"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.CHAR(3), nullable=False),
        sa.Column("total", sa.Numeric(15, 2), nullable=False),
        sa.Column("vat_total", sa.Numeric(15, 2), nullable=False),
        _text("comment"),
        _moment("placed_at"),
        _reference("earlier_order", "company_id", "company"),
        _reference("earlier_order", "legal_entity_id", "legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("earlier_order_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("earlier_order_uuid_key")),
        sa.UniqueConstraint("external_id", name=op.f("earlier_order_external_id_key")),
        schema="fondaco",
    )
    op.create_table(
        "earlier_order_line",
        sa.Column("earlier_order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(_text(name) for name in ("product_external_id", "sku", "sku_key", "name", "unit")),
        sa.Column("quantity", sa.Numeric(15, 3), nullable=False),
        sa.Column("unit_price", sa.Numeric(15, 4), nullable=False),
        sa.Column("total", sa.Numeric(15, 2), nullable=False),
        sa.Column("vat_amount", sa.Numeric(15, 2), nullable=False),
        _reference("earlier_order_line", "earlier_order_id", "earlier_order", "CASCADE"),
        sa.PrimaryKeyConstraint(
            "earlier_order_id", "position", name=op.f("earlier_order_line_pkey")
        ),
        schema="fondaco",
    )
    # The list of orders takes both kinds by their day, the newest first.
    for table in ("customer_order", "earlier_order"):
        for columns in (("company_id", "placed_at", "uuid"), ("placed_at", "uuid")):
            name = f"{table}_{'_'.join(columns)}_idx"
            op.create_index(op.f(name), table, list(columns), schema="fondaco")


def downgrade() -> None:
    for columns in (("company_id", "placed_at", "uuid"), ("placed_at", "uuid")):
        name = f"customer_order_{'_'.join(columns)}_idx"
        op.drop_index(op.f(name), "customer_order", schema="fondaco")
    for table in (
        "staging_cost",
        "earlier_order_line",
        "earlier_order",
        "inbound_refusal",
        "inbound_run",
        "erp_version",
    ):
        op.drop_table(table, schema="fondaco")
    op.drop_column("invitation", "held", schema="fondaco")
    for table in ("invitation", "user_account"):
        op.drop_column(table, "external_id", schema="fondaco")
    op.drop_column("bank_account", "from_erp", schema="fondaco")


def _text(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str, *, now: bool = False) -> "sa.Column[object]":
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=False)


def _reference(
    table: str, column: str, to: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"fondaco.{to}.id"], name=name, ondelete=ondelete)
