"""Plugins may read the tree of categories: promotions are for a category with all below it."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "create view fondaco_api.category_v1 as"
        " select id, uuid, parent_id, name, external_id, active from fondaco.category"
    )


def downgrade() -> None:
    op.execute("drop view fondaco_api.category_v1")
