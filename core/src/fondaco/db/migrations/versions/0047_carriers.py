"""What carriers have answered, and copies of their pickup points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TEXTS = ("name", "address", "city", "region", "city_fias", "postal_code", "country", "hours",
         "phone", "how_to_find", "town", "words")  # fmt: skip


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    op.create_table(
        "delivery_quote",
        sa.Column("carrier", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("quotes", JSONB, nullable=False, server_default=sa.text("'{}'")),
        _now("asked_at"),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        schema="fondaco",
    )
    op.create_table(
        "pickup_point",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        *(_text(name) for name in TEXTS),
        sa.Column("lat", sa.Numeric(9, 6), nullable=False),
        sa.Column("lon", sa.Numeric(9, 6), nullable=False),
        sa.Column("heaviest_kg", sa.Numeric(12, 3)),
        sa.Column("cells", JSONB, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("card", sa.Boolean, nullable=False),
        sa.Column("cash", sa.Boolean, nullable=False),
        sa.UniqueConstraint("carrier", "code", name=op.f("pickup_point_carrier_code_key")),
        schema="fondaco",
    )
    op.create_index("pickup_point_town_idx", "pickup_point", ["carrier", "town"], schema="fondaco")
    op.create_table(
        "pickup_copy",
        sa.Column("carrier", sa.Text, primary_key=True),
        sa.Column("points", sa.Integer, nullable=False, server_default="0"),
        sa.Column("copied_at", sa.DateTime(timezone=True)),
        _now("tried_at"),
        _text("refused"),
        schema="fondaco",
    )


def downgrade() -> None:
    for table in ("pickup_copy", "pickup_point", "delivery_quote"):
        op.drop_table(table, schema="fondaco")
