"""Search documents hold sizes and numbers too; the next import makes all of them anew."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STALE = "update fondaco.search_document set changed_at = '-infinity'"


def upgrade() -> None:
    op.execute(STALE)


def downgrade() -> None:
    op.execute(STALE)
