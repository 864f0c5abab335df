"""Article lists: a file or a paste, saved before anything else is done with it.

What was typed is never overwritten: what the buyer decides afterwards stands beside it, in
`corrected`, `wanted`, `chosen_product_id` and `keep`. `taken` has rows whose best analogues were
taken by one press, as (row, what was chosen before, what was taken). `matches` is filled for long
lists only, by a task; where it is NULL the row is matched when somebody looks.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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
    text_column("state", default="ready"),
    Column("rows_total", Integer, nullable=False, server_default="0"),
    Column("rows_done", Integer, nullable=False, server_default="0"),
    json_column("reading"),
    json_column("degraded", default="[]"),
    json_column("taken", default="[]"),
    Column("added_times", Integer, nullable=False, server_default="0"),
    moment("created_at", now=True),
    moment("removed_at", nullable=True),
    CheckConstraint("state in ('matching', 'ready')", name="state"),
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
    Column("matches", JSONB, nullable=True),
    text_column("corrected"),
    Column("wanted", QUANTITY, nullable=True),
    Column("chosen_product_id", BigInteger, nullable=True),
    Column("keep", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("list_id", "row_number"),
)
