"""The document registry: number, file, version; requests for paper originals."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column, uuid_column

# A row is one version of a document in one format. `chain` is what all of them have in common; the
# highest version of a chain counts, and the others stay to be read.
document = Table(
    "document",
    metadata,
    id_column(),
    uuid_column(),
    text_column("kind", default=None),
    text_column("number"),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date, nullable=True),
    Column("chain", UUID(as_uuid=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("corrected_on", Date, nullable=True),
    text_column("origin", default="portal"),
    Column("external_id", Text, nullable=True),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("legal_entity_id", ForeignKey("fondaco.legal_entity.id"), nullable=True),
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=True),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=True, index=True),
    Column("shipment_id", ForeignKey("fondaco.shipment.id"), nullable=True),
    text_column("title"),
    text_column("format", default="pdf"),
    text_column("locale", default="ru"),
    text_column("state", default="waiting"),
    json_column("content"),
    Column("file_id", ForeignKey("fondaco.file.id"), nullable=True),
    text_column("error"),
    moment("created_at", now=True),
    moment("ready_at", nullable=True),
    CheckConstraint("origin in ('portal', 'erp')", name="origin"),
    CheckConstraint("version > 0", name="version"),
)
Index("document_chain_key", document.c.chain, document.c.version, document.c.format, unique=True)
# The ERP names a document by its id, and says each version of it once.
Index(
    "document_external_id_key",
    document.c.external_id,
    document.c.version,
    unique=True,
    postgresql_where=document.c.external_id.is_not(None),
)
# A shipment has its documents once, however often it is told of.
Index(
    "document_shipment_key",
    document.c.shipment_id,
    document.c.kind,
    document.c.format,
    document.c.version,
    unique=True,
    postgresql_where=document.c.shipment_id.is_not(None),
)

# Who wants a document on paper, and when it was sent.
document_original = Table(
    "document_original",
    metadata,
    id_column(),
    uuid_column(),
    Column("document_id", ForeignKey("fondaco.document.id"), nullable=False, index=True),
    Column("asked_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    moment("asked_at", now=True),
    Column("sent_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    moment("sent_at", nullable=True),
    text_column("note"),
)
Index(
    "document_original_open_key",
    document_original.c.document_id,
    unique=True,
    postgresql_where=document_original.c.sent_at.is_(None),
)
