"""Holds at the checkout, of a person; and what finds the holds that have ended."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HOLDER = "num_nonnulls(order_line_id, user_id) = 1"


def upgrade() -> None:
    for name, target in (("company_id", "company"), ("user_id", "user_account")):
        op.add_column(
            "reservation",
            sa.Column(
                name,
                sa.BigInteger(),
                sa.ForeignKey(f"fondaco.{target}.id", name=f"reservation_{name}_fkey"),
                nullable=True,
            ),
            schema="fondaco",
        )
    op.create_check_constraint(
        "reservation_holder_check", "reservation", sa.text(HOLDER), schema="fondaco"
    )
    op.create_index(
        "reservation_ending_idx",
        "reservation",
        ["expires_at"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'held' and expires_at is not null"),
    )
    op.create_index(
        "reservation_person_idx",
        "reservation",
        ["user_id"],
        schema="fondaco",
        postgresql_where=sa.text("state = 'held' and user_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("reservation_person_idx", "reservation", schema="fondaco")
    op.drop_index("reservation_ending_idx", "reservation", schema="fondaco")
    op.drop_constraint("reservation_holder_check", "reservation", schema="fondaco")
    op.drop_column("reservation", "user_id", schema="fondaco")
    op.drop_column("reservation", "company_id", schema="fondaco")
