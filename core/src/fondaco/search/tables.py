"""The search document of each product on sale, rebuilt when products change.

`changed_at` is the product's: a document is stale where the two differ.
"""

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.dialects.postgresql import TSVECTOR

from fondaco.db.columns import metadata, moment, text_column

search_document = Table(
    "search_document",
    metadata,
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), primary_key=True),
    text_column("codes"),
    text_column("words"),
    Column("vector", TSVECTOR, nullable=False),
    moment("changed_at", now=True),
)
Index("search_document_vector_idx", search_document.c.vector, postgresql_using="gin")
Index(
    "search_document_words_idx",
    search_document.c.words,
    postgresql_using="gin",
    postgresql_ops={"words": "gin_trgm_ops"},
)
Index(
    "search_document_codes_idx",
    search_document.c.codes,
    postgresql_using="gin",
    postgresql_ops={"codes": "gin_trgm_ops"},
)
