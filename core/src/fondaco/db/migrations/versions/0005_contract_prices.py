"""Conditions of single customers, floors and caps, manual prices, and where a rate comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _to(table: str, columns: str, target: str, ondelete: str | None = None) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        [columns],
        [f"fondaco.{target}.id"],
        name=op.f(f"{table}_{columns}_fkey"),
        ondelete=ondelete,
    )


def upgrade() -> None:
    op.add_column("currency_rate", _text("source"), schema="fondaco")
    op.add_column("currency_rate", _now("stored_at"), schema="fondaco")
    op.create_table(
        "product_pricing",
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("price_group"),
        sa.Column("cost", sa.Numeric(precision=15, scale=4), nullable=True),
        sa.Column("cost_currency", sa.CHAR(length=3), server_default="RUB", nullable=False),
        sa.Column(
            "cost_vat_included", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        _now("changed_at"),
        sa.CheckConstraint("cost > 0", name=op.f("product_pricing_cost_check")),
        _to("product_pricing", "product_id", "product", "CASCADE"),
        sa.PrimaryKeyConstraint("product_id", name=op.f("product_pricing_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "individual_price",
        _id(),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("legal_entity_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "min_quantity", sa.Numeric(precision=15, scale=3), server_default="0", nullable=False
        ),
        sa.Column("price", sa.Numeric(precision=15, scale=4), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), server_default="RUB", nullable=False),
        sa.Column("vat_included", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _now("created_at"),
        sa.CheckConstraint("price > 0", name=op.f("individual_price_positive_check")),
        sa.CheckConstraint("min_quantity >= 0", name=op.f("individual_price_min_quantity_check")),
        sa.CheckConstraint(
            "valid_to >= valid_from - 1", name=op.f("individual_price_period_check")
        ),
        _to("individual_price", "company_id", "company"),
        _to("individual_price", "legal_entity_id", "legal_entity"),
        _to("individual_price", "product_id", "product", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("individual_price_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("individual_price_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        "individual_price_company_id_product_id_idx",
        "individual_price",
        ["company_id", "product_id"],
        schema="fondaco",
    )
    op.create_index(
        "individual_price_product_id_idx", "individual_price", ["product_id"], schema="fondaco"
    )
    op.create_table(
        "discount_rule",
        _id(),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=True),
        _text("brand"),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        _text("price_group"),
        sa.Column("percent", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _now("created_at"),
        sa.CheckConstraint("percent <= 100", name=op.f("discount_rule_percent_check")),
        sa.CheckConstraint("valid_to >= valid_from - 1", name=op.f("discount_rule_period_check")),
        _to("discount_rule", "company_id", "company"),
        _to("discount_rule", "agreement_id", "agreement"),
        _to("discount_rule", "category_id", "category"),
        sa.PrimaryKeyConstraint("id", name=op.f("discount_rule_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("discount_rule_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("discount_rule_company_id_idx"), "discount_rule", ["company_id"], schema="fondaco"
    )
    op.create_table(
        "margin_rule",
        _id(),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        _text("price_group"),
        sa.Column("min_percent", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("max_percent", sa.Numeric(precision=6, scale=2), nullable=True),
        _now("created_at"),
        sa.CheckConstraint(
            "min_percent is not null or max_percent is not null",
            name=op.f("margin_rule_some_check"),
        ),
        sa.CheckConstraint(
            "min_percent >= -100 and max_percent >= -100",
            name=op.f("margin_rule_above_nothing_check"),
        ),
        _to("margin_rule", "category_id", "category"),
        sa.PrimaryKeyConstraint("id", name=op.f("margin_rule_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("margin_rule_uuid_key")),
        sa.UniqueConstraint(
            "category_id",
            "price_group",
            name=op.f("margin_rule_category_id_price_group_key"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="fondaco",
    )
    op.create_table(
        "manual_price",
        sa.Column("cart_line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=4), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _text("given_by"),
        _now("given_at"),
        sa.CheckConstraint("price > 0", name=op.f("manual_price_positive_check")),
        _to("manual_price", "cart_line_id", "cart_line", "CASCADE"),
        _to("manual_price", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("cart_line_id", name=op.f("manual_price_pkey")),
        schema="fondaco",
    )


def downgrade() -> None:
    for table in (
        "manual_price",
        "margin_rule",
        "discount_rule",
        "individual_price",
        "product_pricing",
    ):
        op.drop_table(table, schema="fondaco")
    op.drop_column("currency_rate", "stored_at", schema="fondaco")
    op.drop_column("currency_rate", "source", schema="fondaco")
