"""Article lists: a file or a paste, saved before anything else is done with it."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
)

from fondaco.db.columns import (
    QUANTITY,
    id_column,
    json_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

article_list = Table(
    "article_list",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=False),
    text_column("name"),
    text_column("source", default=None),
    text_column("state", default="ready"),
    Column("rows_total", Integer, nullable=False, server_default="0"),
    Column("rows_done", Integer, nullable=False, server_default="0"),
    json_column("notices", default="[]"),
    moment("created_at", now=True),
)

article_list_row = Table(
    "article_list_row",
    metadata,
    Column("list_id", ForeignKey("fondaco.article_list.id", ondelete="CASCADE"), nullable=False),
    Column("row_number", Integer, nullable=False),
    text_column("article"),
    text_column("quantity_text"),
    text_column("name"),
    json_column("alternates", default="[]"),
    Column("quantity", QUANTITY, nullable=True),
    json_column("problem", default="null"),
    Column("chosen_product_id", BigInteger, nullable=True),
    PrimaryKeyConstraint("list_id", "row_number"),
)
