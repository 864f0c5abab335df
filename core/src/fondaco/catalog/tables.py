"""Products, their codes, packs and pictures; families, categories, attributes, units, VAT rates.

A product is one offer of the ERP. The content of the catalogue is merged from an import in one
transaction, so a reader sees the old catalogue or the new one; `catalogue_state.generation` counts.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
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

unit = Table(
    "unit",
    metadata,
    Column("code", Text, primary_key=True),
    text_column("name", default=None),
    text_column("full_name"),
    text_column("international"),
)

vat_rate = Table(
    "vat_rate",
    metadata,
    Column("code", Text),
    Column("valid_from", Date),
    Column("valid_to", Date, nullable=True),
    Column("rate", Numeric(5, 2), nullable=False),
    PrimaryKeyConstraint("code", "valid_from"),
)

category = Table(
    "category",
    metadata,
    id_column(),
    uuid_column(),
    Column("parent_id", ForeignKey("fondaco.category.id"), nullable=True, index=True),
    text_column("name", default=None),
    Column("external_id", Text, unique=True, nullable=True),
    text_column("catalog_id"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

attribute = Table(
    "attribute",
    metadata,
    id_column(),
    Column("external_id", Text, unique=True, nullable=False),
    text_column("name", default=None),
    text_column("kind", default="text"),
    json_column("options"),
    text_column("catalog_id"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

family = Table(
    "family",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    Column("external_id", Text, unique=True, nullable=False),
)

product = Table(
    "product",
    metadata,
    id_column(),
    uuid_column(),
    Column("external_id", Text, unique=True, nullable=True),
    Column("family_id", ForeignKey("fondaco.family.id"), nullable=True, index=True),
    Column("category_id", ForeignKey("fondaco.category.id"), nullable=True, index=True),
    text_column("sku"),
    text_column("name", default=None),
    text_column("full_name"),
    text_column("description"),
    text_column("brand"),
    text_column("country"),
    Column("unit_code", ForeignKey("fondaco.unit.code"), nullable=False),
    Column("multiple", QUANTITY, nullable=False, server_default="1"),
    json_column("packs", default="[]"),
    text_column("vat", default="22"),
    Column("weight_kg", Numeric(12, 4), nullable=True),
    *(
        Column(size, Numeric(9, 2), nullable=True)
        for size in ("length_cm", "width_cm", "height_cm")
    ),
    json_column("attributes"),
    text_column("catalog_id"),
    json_column("said"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("cell_id", Integer, nullable=True),
    Column("content_hash", LargeBinary, nullable=False, server_default=text("''::bytea")),
    moment("created_at", now=True),
    moment("changed_at", now=True),
)
# What the search filters and counts by, without a visit to the wide rows of the table.
Index(
    "product_shelf_idx",
    product.c.id,
    postgresql_include=["category_id", "brand", "cell_id"],
    postgresql_where=product.c.active,
)

product_code = Table(
    "product_code",
    metadata,
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    text_column("kind", default=None),
    text_column("value", default=None),
    text_column("key", default=None),
    PrimaryKeyConstraint("product_id", "kind", "value"),
)
# Whole keys, and what begins like one.
Index("product_code_key_idx", product_code.c.key, postgresql_ops={"key": "text_pattern_ops"})

product_image = Table(
    "product_image",
    metadata,
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    Column("rank", Integer, nullable=False),
    text_column("source_path"),
    Column("file_id", ForeignKey("fondaco.file.id"), nullable=True),
    PrimaryKeyConstraint("product_id", "rank"),
)
Index("product_image_source_path_idx", product_image.c.source_path)
Index("product_image_file_id_idx", product_image.c.file_id)

catalogue_state = Table(
    "catalogue_state",
    metadata,
    Column("singleton", Boolean, primary_key=True, server_default=text("true")),
    Column("generation", Integer, nullable=False, server_default="0"),
    moment("changed_at", now=True),
)

__all__ = [
    "attribute",
    "catalogue_state",
    "category",
    "family",
    "product",
    "product_code",
    "product_image",
    "unit",
    "vat_rate",
]
