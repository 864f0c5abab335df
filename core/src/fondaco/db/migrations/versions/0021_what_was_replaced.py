"""A line of an order remembers instead of which product the buyer took its own."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_line", sa.Column("replaced_product_id", sa.BigInteger), schema="fondaco")
    op.add_column(
        "order_line",
        sa.Column("replaced", sa.Text, nullable=False, server_default=""),
        schema="fondaco",
    )
    op.create_table(
        "analogue_wanted",
        sa.Column("product_id", sa.BigInteger, sa.ForeignKey("fondaco.product.id")),
        sa.Column("company_id", sa.BigInteger, sa.ForeignKey("fondaco.company.id")),
        sa.Column("day", sa.Date),
        sa.Column(
            "at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.PrimaryKeyConstraint("product_id", "day", "company_id"),
        schema="fondaco",
    )
    op.create_index(
        "analogue_wanted_company_id_idx", "analogue_wanted", ["company_id"], schema="fondaco"
    )
    op.execute(
        "create view fondaco_api.analogue_wanted_v1 as"
        " select product_id, company_id, day, at from fondaco.analogue_wanted"
    )


def downgrade() -> None:
    op.execute("drop view fondaco_api.analogue_wanted_v1")
    op.drop_table("analogue_wanted", schema="fondaco")
    op.drop_column("order_line", "replaced", schema="fondaco")
    op.drop_column("order_line", "replaced_product_id", schema="fondaco")
