"""Lists of products that people keep: favourites, and named ones with quantities.

A list belongs to one person of one company; its owner may let the colleagues see or change it. What
is removed, a list or a line, stays for an hour so that it can be brought back.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import (
    QUANTITY,
    id_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

product_list = Table(
    "product_list",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=False),
    text_column("name"),
    Column("favourites", Boolean, nullable=False, server_default=text("false")),
    text_column("sharing", default="own"),
    moment("created_at", now=True),
    moment("changed_at", now=True),
    moment("removed_at", nullable=True),
    Column("request_key", Text, nullable=True),
    Column("request_hash", LargeBinary, nullable=True),
    CheckConstraint("sharing in ('own', 'see', 'change')", name="sharing"),
)
Index(
    "product_list_favourites_idx",
    product_list.c.user_id,
    product_list.c.company_id,
    unique=True,
    postgresql_where=product_list.c.favourites,
)

Index(
    "product_list_request_key_idx",
    product_list.c.user_id,
    product_list.c.company_id,
    product_list.c.request_key,
    unique=True,
    postgresql_where=product_list.c.request_key.is_not(None),
)

product_list_line = Table(
    "product_list_line",
    metadata,
    id_column(),
    uuid_column(),
    Column("list_id", ForeignKey("fondaco.product_list.id", ondelete="CASCADE"), nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=False),
    Column("quantity", QUANTITY, nullable=False),
    Column("position", Integer, nullable=False),
    moment("added_at", now=True),
    moment("removed_at", nullable=True),
    UniqueConstraint("list_id", "product_id"),
    CheckConstraint("quantity > 0", name="quantity"),
)
