"""Addresses: answers of look-up services, localities, and what is known of outlets' addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def _text(name: str, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
    )


def upgrade() -> None:
    op.create_table(
        "lookup_answer",
        _text("provider", None),
        _text("kind", None),
        _text("question", None),
        sa.Column(
            "answer",
            sa.dialects.postgresql.JSONB,
            nullable=False,
            server_default=sa.text("'{}'::jsonb"),
        ),
        _now("asked_at"),
        sa.PrimaryKeyConstraint("provider", "kind", "question"),
        schema="fondaco",
    )
    op.create_table(
        "locality",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("name", None),
        _text("region"),
        _text("label", None),
        _text("postal_code"),
        _text("fias_id"),
        sa.Column("lat", sa.Numeric(9, 6), nullable=True),
        sa.Column("lon", sa.Numeric(9, 6), nullable=True),
        sa.Column("population", sa.Integer, nullable=False, server_default="0"),
        schema="fondaco",
    )
    op.create_table(
        "outlet_address",
        sa.Column(
            "outlet_id",
            sa.BigInteger,
            sa.ForeignKey("fondaco.outlet.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _text("text", None),
        _text("provider", None),
        *(
            _text(name)
            for name in (
                "full_text",
                "country",
                "postal_code",
                "region",
                "city",
                "settlement",
                "street",
                "house",
                "flat",
                "fias_id",
            )
        ),
        sa.Column("lat", sa.Numeric(9, 6), nullable=True),
        sa.Column("lon", sa.Numeric(9, 6), nullable=True),
        _text("exactness", "none"),
        _text("verdict", None),
        _now("normalised_at"),
        schema="fondaco",
    )
