"""Favourites and named lists of products; what was bought of a product before is found quickly."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_list",
        _key("id", sa.Identity()),
        sa.Column("uuid", sa.UUID(), nullable=False),
        _key("company_id"),
        _key("user_id"),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("favourites", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("sharing", sa.Text(), server_default="own", nullable=False),
        _now("created_at"),
        _now("changed_at"),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "sharing in ('own', 'see', 'change')", name=op.f("product_list_sharing_check")
        ),
        _to("product_list", "company_id", "company"),
        _to("product_list", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("product_list_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("product_list_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("product_list_company_id_idx"), "product_list", ["company_id"], schema="fondaco"
    )
    op.create_index(
        "product_list_favourites_idx",
        "product_list",
        ["user_id", "company_id"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("favourites"),
    )
    op.create_table(
        "product_list_line",
        _key("id", sa.Identity()),
        sa.Column("uuid", sa.UUID(), nullable=False),
        _key("list_id"),
        _key("product_id"),
        sa.Column("quantity", sa.Numeric(15, 3), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _now("added_at"),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("quantity > 0", name=op.f("product_list_line_quantity_check")),
        _to("product_list_line", "list_id", "product_list", ondelete="CASCADE"),
        _to("product_list_line", "product_id", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("product_list_line_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("product_list_line_uuid_key")),
        sa.UniqueConstraint(
            "list_id", "product_id", name=op.f("product_list_line_list_id_product_id_key")
        ),
        schema="fondaco",
    )
    op.add_column(
        "article_list",
        sa.Column("taken", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        schema="fondaco",
    )
    op.create_index("order_line_product_id_idx", "order_line", ["product_id"], schema="fondaco")
    for name in ("product_external_id", "sku_key"):
        op.create_index(
            f"earlier_order_line_{name}_idx",
            "earlier_order_line",
            [name],
            schema="fondaco",
            postgresql_where=sa.text(f"{name} <> ''"),
        )


def downgrade() -> None:
    op.drop_column("article_list", "taken", schema="fondaco")
    for name in ("product_external_id", "sku_key"):
        op.drop_index(f"earlier_order_line_{name}_idx", "earlier_order_line", schema="fondaco")
    op.drop_index("order_line_product_id_idx", "order_line", schema="fondaco")
    op.drop_table("product_list_line", schema="fondaco")
    op.drop_table("product_list", schema="fondaco")


def _key(name: str, *more: sa.Identity) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), *more, nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _to(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"fondaco.{other}.id"], name=op.f(f"{table}_{column}_fkey"), ondelete=ondelete
    )
