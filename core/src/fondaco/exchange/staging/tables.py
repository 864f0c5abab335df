"""Staging tables: what an import has read and not yet merged, and the lease of whoever imports.

They are UNLOGGED: fast to fill, and empty after a crash of the database. `staging_mark` stands or
falls with them, so a run that finds no mark of its own reads its source again.

The program may not analyse or truncate what it does not own; the functions
`fondaco.analyse_staging(names)` and `fondaco.clear_staging()` of the migration do it as the owner.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from fondaco.db.columns import QUANTITY, UNIT_PRICE, metadata, moment

import_lease = Table(
    "import_lease",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("run_id", BigInteger, nullable=True),
    Column("token", BigInteger, nullable=False, server_default="0"),
)


def _unlogged(name: str, *columns: Any) -> Table:
    run = Column("run_id", BigInteger, nullable=False)
    return Table(f"staging_{name}", metadata, run, *columns, prefixes=["UNLOGGED"])


def _records(name: str, *columns: Column[Any]) -> Table:
    """`seq` counts the records of a run; `section` and `row_number` say where one stands."""
    return _unlogged(
        name,
        Column("seq", BigInteger, nullable=False),
        Column("section", Integer, nullable=False),
        Column("row_number", Integer, nullable=False),
        *columns,
    )


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _said(name: str, kind: Any = Text) -> Column[Any]:
    """NULL: the source does not mention it."""
    return Column(name, kind, nullable=True)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


mark = _unlogged(
    "mark",
    Column("records", BigInteger, nullable=False),
    _flag("finished"),
    PrimaryKeyConstraint("run_id"),
)

section = _unlogged(
    "section", Column("number", Integer, nullable=False), _text("member"), _text("kind"),
    _flag("complete"), _text("catalog_id"), moment("made_at", nullable=True),
)  # fmt: skip

unit = _records("unit", _text("code"), _text("name"), _text("full_name"), _text("international"))
category = _records(
    "category", _text("external_id"), _said("name"), _said("parent"), _flag("deleted")
)
attribute = _records(
    "attribute", _text("external_id"), _said("name"), _text("kind"), _said("options", JSONB),
    _flag("deleted"),
)  # fmt: skip
price_list = _records(
    "price_list", _text("external_id"), _said("name"), _text("currency"),
    _said("vat_included", Boolean), _flag("deleted"),
)  # fmt: skip
place = _records("place", _text("external_id"), _said("name"), _said("address"), _flag("deleted"))

CONTENT = ("name", "full_name", "sku", "sku_key", "code", "code_key", "barcodes", "description")
"""What goods say of themselves (with the columns below); shared with `offer`."""


def _content() -> tuple[Column[Any], ...]:
    return (
        *(_said(name, JSONB if name == "barcodes" else Text) for name in CONTENT),
        _said("unit_code"),
        _said("packs", JSONB),
        _said("multiple", QUANTITY),
        _said("vat"),
        _said("brand"),
        _said("country"),
        _said("weight_kg", Numeric(12, 4)),
        *(_said(size, Numeric(9, 2)) for size in ("length_cm", "width_cm", "height_cm")),
        _said("category"),
        _said("attributes", JSONB),
        _said("images", JSONB),
    )


product = _records("product", _text("external_id"), *_content(), _flag("deleted"))
variant = _records(
    "variant", _text("external_id"), _text("goods"), Column("said", JSONB, nullable=False),
    _flag("deleted"),
)  # fmt: skip
price = _records(
    "price", _text("offer"), _text("price_list"), Column("min_quantity", QUANTITY, nullable=False),
    _said("price", UNIT_PRICE), _text("currency"), _said("vat_included", Boolean),
)  # fmt: skip
stock = _records(
    "stock", _text("offer"), _text("place"), Column("quantity", QUANTITY, nullable=False),
    _text("lot"), _said("arrives_on", Date),
)  # fmt: skip
cost = _records(
    "cost", _text("offer"), _flag("priced"), _said("cost", UNIT_PRICE), _text("currency"),
    _flag("vat_included"), _said("price_group"),
)  # fmt: skip

offer = _unlogged(
    "offer",
    _text("external_id"), _text("goods"), _flag("variant"),
    Column("product_id", BigInteger, nullable=False), _flag("known"),
    _said("old_hash", LargeBinary), _flag("was_active"), _flag("active"),
    _text("catalog_id"), Column("said", JSONB, nullable=False), *_content(),
    _said("hash", LargeBinary),
)  # fmt: skip
"""The products as they shall be: goods and offers put together, with all they inherit."""


def _numbered(name: str, *columns: Column[Any]) -> Table:
    """Rows to merge in batches; `n` counts them from 1, in the order in which they are locked."""
    number = Column("n", BigInteger, nullable=False)
    return _unlogged(name, number, *columns, PrimaryKeyConstraint("run_id", "n"))


def _id(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


price_change = _numbered(
    "price_change", _id("product_id"), _id("price_list_id"),
    Column("min_quantity", QUANTITY, nullable=False), _said("price", UNIT_PRICE),
)  # fmt: skip
stock_change = _numbered(
    "stock_change", _id("product_id"), _id("place_id"), Column("on_hand", QUANTITY, nullable=False),
    _text("lot"), _said("arrives_on", Date), _flag("known"),
)  # fmt: skip

RECORDS = (
    section, unit, category, attribute, price_list, place, product, variant, price, stock,
    cost,
)  # fmt: skip
DERIVED = (offer, price_change, stock_change)
