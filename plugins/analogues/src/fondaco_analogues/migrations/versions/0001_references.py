"""Cross-references, with an index for each of the look-ups: from products and from numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "plugin_analogues"
_EMPTY, _UUID = sa.text("''"), sa.text("gen_random_uuid()")
_PAIR = sa.text("other_id is not null and ended_at is null")
_FOREIGN = sa.text("other_id is null and ended_at is null")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reference",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True, server_default=_UUID),
        sa.Column("product_id", sa.BigInteger, _to_product(), nullable=False),
        sa.Column("other_id", sa.BigInteger, _to_product()),
        sa.Column("brand", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("number", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("number_key", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("branded_key", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("both_ways", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
        sa.Column("note_ru", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("note_en", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column("confidence", sa.Numeric(3, 2), nullable=False, server_default=sa.text("1")),
        sa.Column("source", sa.Text, nullable=False, server_default=_EMPTY),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "kind in ('full', 'upgrade', 'cheaper', 'limited')", name="reference_kind_check"
        ),
        sa.CheckConstraint("(other_id is null) = (number_key <> '')", name="reference_other_check"),
        sa.CheckConstraint("product_id <> other_id", name="reference_itself_check"),
        sa.CheckConstraint(
            "not both_ways or (other_id is not null and kind in ('full', 'limited'))",
            name="reference_both_ways_check",
        ),
        sa.CheckConstraint("kind <> 'limited' or note_ru <> ''", name="reference_limit_check"),
        sa.CheckConstraint("ends_on >= starts_on", name="reference_days_check"),
        sa.CheckConstraint("confidence > 0 and confidence <= 1", name="reference_confidence_check"),
        schema=SCHEMA,
    )
    _index("reference_pair_key", "product_id", "other_id", where=_PAIR, unique=True)
    _index(
        "reference_back_idx",
        "other_id",
        where=sa.text("both_ways and ended_at is null"),
    )
    _index(
        "reference_foreign_key",
        "number_key",
        "branded_key",
        "product_id",
        where=_FOREIGN,
        unique=True,
    )
    _index(
        "reference_branded_idx",
        "branded_key",
        where=sa.text("other_id is null and ended_at is null and branded_key <> ''"),
    )
    _index("reference_numbers_idx", "product_id", where=_FOREIGN)


def _to_product() -> sa.ForeignKey:
    return sa.ForeignKey("fondaco.product.id")


def _index(name: str, *columns: str, where: sa.TextClause, unique: bool = False) -> None:
    op.create_index(
        name, "reference", list(columns), schema=SCHEMA, unique=unique, postgresql_where=where
    )


def downgrade() -> None:
    """Leave nothing."""
    op.drop_table("reference", schema=SCHEMA)
