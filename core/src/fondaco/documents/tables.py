"""The document registry: number, file, version; a document is rendered by a task."""

from sqlalchemy import Column, Date, ForeignKey, Integer, Table

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column, uuid_column

document = Table(
    "document",
    metadata,
    id_column(),
    uuid_column(),
    text_column("kind", default=None),
    text_column("number"),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date, nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=True, index=True),
    text_column("format", default="pdf"),
    text_column("locale", default="ru"),
    text_column("state", default="waiting"),
    json_column("content"),
    Column("file_id", ForeignKey("fondaco.file.id"), nullable=True),
    text_column("error"),
    moment("created_at", now=True),
    moment("ready_at", nullable=True),
)
