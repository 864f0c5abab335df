"""Stored files: content-addressed, so the same bytes are kept once."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from fondaco.db.columns import id_column, metadata, moment, text_column, uuid_column

file = Table(
    "file",
    metadata,
    id_column(),
    uuid_column(),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    text_column("media_type", default=None),
    moment("created_at", now=True),
)
