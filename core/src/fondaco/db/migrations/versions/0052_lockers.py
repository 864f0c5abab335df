"""Parcel lockers beside counters; quotes kept for each day; how carriers answer; shipments in their
hands.

What was kept is asked for anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pickup_point", sa.Column("above_kg", sa.Numeric(12, 3)), schema="fondaco")
    _key_quotes_by("carrier", "question", "day")
    op.add_column("pickup_copy", _text("refused_ru"), schema="fondaco")
    op.create_table(
        "carrier_health",
        sa.Column("carrier", sa.Text, primary_key=True),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        _text("why_ru"),
        _text("why_en"),
        sa.Column("rests_until", sa.DateTime(timezone=True)),
        schema="fondaco",
    )
    _add_carriages()


def _add_carriages() -> None:
    op.create_table(
        "carriage",
        sa.Column(
            "shipment_id", sa.BigInteger, sa.ForeignKey("fondaco.shipment.id"), primary_key=True
        ),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("external_id", sa.Text),
        *(_text(name) for name in ("number", "url")),
        sa.Column("at", sa.DateTime(timezone=True)),
        *(_text(name) for name in ("ru", "en", "doubt")),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.UniqueConstraint(
            "carrier", "external_id", name=op.f("carriage_carrier_external_id_key")
        ),
        schema="fondaco",
    )
    op.create_index(
        "carriage_open_idx",
        "carriage",
        ["read_at"],
        schema="fondaco",
        postgresql_where=sa.text("state not in ('delivered', 'returned', 'refused')"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _key_quotes_by(*columns: str) -> None:
    op.execute("delete from fondaco.delivery_quote")
    op.drop_constraint("delivery_quote_pkey", "delivery_quote", schema="fondaco")
    op.create_primary_key("delivery_quote_pkey", "delivery_quote", [*columns], schema="fondaco")


def downgrade() -> None:
    op.drop_table("carriage", schema="fondaco")
    op.drop_table("carrier_health", schema="fondaco")
    op.drop_column("pickup_copy", "refused_ru", schema="fondaco")
    _key_quotes_by("carrier", "question")
    op.drop_column("pickup_point", "above_kg", schema="fondaco")
