"""What was wanted, could not be had, and had nothing to stand in for it."""

from sqlalchemy import Column, Date, ForeignKey, PrimaryKeyConstraint, Table

from fondaco.db.columns import metadata, moment

analogue_wanted = Table(
    "analogue_wanted",
    metadata,
    Column("product_id", ForeignKey("fondaco.product.id")),
    Column("company_id", ForeignKey("fondaco.company.id"), index=True),
    Column("day", Date),
    moment("at", now=True),
    PrimaryKeyConstraint("product_id", "day", "company_id"),
)
