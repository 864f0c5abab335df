"""What became of prices that the ERP, asked late, named otherwise; and of which goods they are."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_check", sa.Column("answer", sa.Text(), nullable=True), schema="fondaco")
    op.add_column(
        "order_check",
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        schema="fondaco",
    )
    op.create_check_constraint(
        "order_check_answer_check",
        "order_check",
        "answer in ('accepted', 'refused', 'amended')",
        schema="fondaco",
    )
    # Before, a difference was known by its article alone.
    op.execute(
        """
        update fondaco.order_check c
           set found = (
               select coalesce(jsonb_agg(one || jsonb_build_object('product_id', coalesce(
                          (select min(l.product_id) from fondaco.order_line l
                            where l.order_id = c.order_id and l.sku = one ->> 'sku'), 0))), '[]')
                 from jsonb_array_elements(c.found) as one)
         where c.state = 'differs'
        """
    )


def downgrade() -> None:
    op.drop_constraint("order_check_answer_check", "order_check", schema="fondaco")
    op.drop_column("order_check", "answered_at", schema="fondaco")
    op.drop_column("order_check", "answer", schema="fondaco")
