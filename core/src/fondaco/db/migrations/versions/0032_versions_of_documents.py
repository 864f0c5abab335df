"""Documents have versions, an origin and a place among shipments; originals can be asked for."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in _added():
        op.add_column("document", column, schema="fondaco")
    op.alter_column("document", "chain", server_default=None, schema="fondaco")
    for table in ("legal_entity", "seller", "shipment"):
        op.create_foreign_key(
            op.f(f"document_{table}_id_fkey"),
            "document",
            table,
            [f"{table}_id"],
            ["id"],
            source_schema="fondaco",
            referent_schema="fondaco",
        )
    op.create_check_constraint(
        op.f("document_origin_check"), "document", "origin in ('portal', 'erp')", schema="fondaco"
    )
    op.create_check_constraint(
        op.f("document_version_check"), "document", "version > 0", schema="fondaco"
    )
    op.create_index(
        "document_chain_key",
        "document",
        ["chain", "version", "format"],
        unique=True,
        schema="fondaco",
    )
    op.create_index(
        "document_external_id_key",
        "document",
        ["external_id", "version"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("external_id is not null"),
    )
    op.create_index(
        "document_shipment_key",
        "document",
        ["shipment_id", "kind", "format", "version"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("shipment_id is not null"),
    )
    op.execute(
        """
        update fondaco.document d set legal_entity_id = o.legal_entity_id, seller_id = o.seller_id
          from fondaco.customer_order o where o.id = d.order_id
        """
    )
    op.create_table(
        "document_original",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("uuid", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("document_id", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.BigInteger, nullable=True),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.Column("sent_by", sa.BigInteger, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["fondaco.document.id"],
            name=op.f("document_original_document_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["fondaco.user_account.id"], name=op.f("document_original_asked_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["fondaco.user_account.id"], name=op.f("document_original_sent_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_original_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("document_original_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("document_original_document_id_idx"),
        "document_original",
        ["document_id"],
        schema="fondaco",
    )
    op.create_index(
        "document_original_open_key",
        "document_original",
        ["document_id"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("sent_at is null"),
    )


def downgrade() -> None:
    op.drop_table("document_original", schema="fondaco")
    op.drop_index("document_shipment_key", "document", schema="fondaco")
    op.drop_index("document_external_id_key", "document", schema="fondaco")
    op.drop_index("document_chain_key", "document", schema="fondaco")
    op.drop_constraint(op.f("document_version_check"), "document", schema="fondaco")
    for column in reversed(_added()):
        op.drop_column("document", column.name, schema="fondaco")


def _added() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "chain",
            postgresql.UUID(as_uuid=True),
            nullable=False,
            server_default=sa.text("gen_random_uuid()"),
        ),
        sa.Column("corrected_on", sa.Date, nullable=True),
        sa.Column("origin", sa.Text, nullable=False, server_default="portal"),
        sa.Column("external_id", sa.Text, nullable=True),
        sa.Column("legal_entity_id", sa.BigInteger, nullable=True),
        sa.Column("seller_id", sa.BigInteger, nullable=True),
        sa.Column("shipment_id", sa.BigInteger, nullable=True),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
    ]
