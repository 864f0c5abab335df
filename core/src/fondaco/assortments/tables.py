"""Assortments: which goods a company or an outlet sees, and which of them it may order.

Goods that no rule can tell apart share a *cell*: those of one category and brand, or a single
product that a rule or a grant names. A trigger puts each product into its cell, whoever writes it.
What an assortment holds is kept as one bit a cell, number by number (`assortment.cells`, the lowest
bit of a byte first); a cell that is newer than the bits is in no assortment yet.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import id_column, metadata, moment, text_column, uuid_column

# Cells are never taken away, so a number always means the same. 0: no category, no single product.
assortment_cell = Table(
    "assortment_cell",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("category_id", BigInteger, nullable=False),
    text_column("brand", default=None),
    Column("product_id", BigInteger, nullable=False),
    UniqueConstraint("category_id", "brand", "product_id"),
)

assortment = Table(
    "assortment",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    text_column("description"),
    Column("cells", LargeBinary, nullable=False, server_default=text("''::bytea")),
    moment("removed_at", nullable=True),
    moment("created_at", now=True),
)

# Category with all below it, brand, or a single product; category and brand together narrow.
assortment_rule = Table(
    "assortment_rule",
    metadata,
    id_column(),
    uuid_column(),
    Column("assortment_id", ForeignKey("fondaco.assortment.id"), nullable=False, index=True),
    Column("excludes", Boolean, nullable=False),
    Column("category_id", ForeignKey("fondaco.category.id"), nullable=True),
    text_column("brand"),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=True, index=True),
    CheckConstraint(
        "case when product_id is null then category_id is not null or brand <> ''"
        " else category_id is null and brand = '' end",
        name="goods",
    ),
    UniqueConstraint(
        "assortment_id", "category_id", "brand", "product_id", postgresql_nulls_not_distinct=True
    ),
)

# Of an outlet with its company; of a company; or of everybody who has none of their own.
assortment_binding = Table(
    "assortment_binding",
    metadata,
    id_column(),
    uuid_column(),
    Column("assortment_id", ForeignKey("fondaco.assortment.id"), nullable=False, index=True),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=True, index=True),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), nullable=True),
    text_column("effect", default=None),
    CheckConstraint("effect in ('hidden', 'not_orderable')", name="effect"),
    CheckConstraint("outlet_id is null or company_id is not null", name="outlet"),
    UniqueConstraint(
        "assortment_id", "company_id", "outlet_id", postgresql_nulls_not_distinct=True
    ),
)

# A single product that one company may order whatever its assortments say.
assortment_grant = Table(
    "assortment_grant",
    metadata,
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=False, index=True),
    moment("granted_at", now=True),
    PrimaryKeyConstraint("company_id", "product_id"),
)

assortment_request = Table(
    "assortment_request",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    Column("product_id", ForeignKey("fondaco.product.id"), nullable=False),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=False),
    text_column("state", default="open"),
    text_column("answer"),
    moment("asked_at", now=True),
    Column("answered_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    moment("answered_at", nullable=True),
    CheckConstraint("state in ('open', 'accepted', 'refused')", name="state"),
)
Index(
    "assortment_request_one_open_idx",
    assortment_request.c.company_id,
    assortment_request.c.product_id,
    unique=True,
    postgresql_where=text("state = 'open'"),
)
Index(
    "assortment_request_company_id_product_id_idx",
    assortment_request.c.company_id,
    assortment_request.c.product_id,
)
