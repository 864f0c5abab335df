"""Reading products: SQL in, Structs out."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import UUID

from fondaco.catalog.tables import family, product, product_image, unit, vat_rate
from fondaco.db.generations import number_of
from fondaco.files.tables import file
from fondaco_sdk.context import AnyRow
from fondaco_sdk.types.product import Pack, Product, Unit


def visible() -> ColumnElement[bool]:
    """Which products the actor sees: the search, pages, pictures and the API all ask here.

    A statement with it takes the parameters of `Sight.parameters`. A product that stands in no cell
    yet, or in one newer than the sight, is out of sight. Whether it is on sale (`product.active`)
    is another question: one that was sold before keeps its page.
    """
    seen = bindparam("seen", type_=LargeBinary)
    return or_(
        bindparam("sees_all", type_=Boolean),
        case(
            (
                product.c.cell_id < func.octet_length(seen) * literal_column("8"),
                func.get_bit(seen, product.c.cell_id) == literal_column("1"),
            ),
            else_=literal_column("false"),
        ),
    )


def showable() -> ColumnElement[bool]:
    """Which stored pictures a browser can show; accounting systems keep scans in TIFF too."""
    return file.c.media_type != literal_column("'image/tiff'")


_COLUMNS = (
    product.c.id,
    product.c.uuid,
    product.c.sku,
    product.c.name,
    product.c.brand,
    product.c.unit_code,
    unit.c.name.label("unit_name"),
    product.c.multiple,
    func.nullif(product.c.packs, literal_column("'[]'::jsonb")).label("packs"),
    product.c.vat,
    func.coalesce(family.c.name, literal("")).label("family"),
    product.c.category_id,
    file.c.uuid.label("image"),
    product.c.active,
    product.c.cell_id,
    number_of("catalogue"),
)
_FROM = (
    product.join(unit, unit.c.code == product.c.unit_code)
    .outerjoin(family, family.c.id == product.c.family_id)
    .outerjoin(
        product_image,
        (product_image.c.product_id == product.c.id) & (product_image.c.rank == 0),
    )
    .outerjoin(file, (file.c.id == product_image.c.file_id) & showable())
)

_IDS = bindparam("ids", type_=ARRAY(BigInteger))

# Whoever reads by ids decides by `Sight.access` what to show: processes remember these rows.
BY_IDS: Select[Any] = select(*_COLUMNS).select_from(_FROM).where(product.c.id == any_(_IDS))
ON_SALE_BY_UUIDS: Select[Any] = select(product.c.uuid, product.c.id, product.c.multiple).where(
    product.c.uuid == any_(bindparam("uuids", type_=ARRAY(UUID(as_uuid=True)))),
    product.c.active,
    visible(),
)
ON_SALE_AFTER: Select[Any] = (
    select(product.c.id)
    .where(product.c.id > bindparam("after"), product.c.active, visible())
    .order_by(product.c.id)
    .limit(bindparam("most", type_=Integer))
)
VAT_RATES: Select[Any] = select(
    vat_rate.c.code, vat_rate.c.rate, number_of("catalogue").label("generation")
).where(
    vat_rate.c.valid_from <= bindparam("on"),
    vat_rate.c.valid_to.is_(None) | (vat_rate.c.valid_to >= bindparam("on")),
)
# By VAT code and multiple: few rows are quicker than many.
SALE_TERMS: Select[Any] = (
    select(
        product.c.vat,
        func.coalesce(vat_rate.c.rate, 0),
        product.c.multiple,
        func.array_agg(product.c.id),
    )
    .select_from(
        product.outerjoin(
            vat_rate,
            (vat_rate.c.code == product.c.vat)
            & (vat_rate.c.valid_from <= bindparam("on"))
            & (vat_rate.c.valid_to.is_(None) | (vat_rate.c.valid_to >= bindparam("on"))),
        )
    )
    .where(product.c.id == any_(_IDS))
    .group_by(product.c.vat, vat_rate.c.rate, product.c.multiple)
)


def product_of(row: AnyRow) -> Product:
    """A row of `_COLUMNS` as a `Product`."""
    id, uuid, sku, name, brand, unit_code, unit_name, multiple, packs, vat, *rest = row
    family, category_id, image, orderable, *_ = rest
    return Product(
        id=id,
        uuid=uuid,
        sku=sku,
        name=name,
        brand=brand,
        unit=_unit(unit_code, unit_name),
        multiple=multiple,
        packs=tuple(Pack(p["name"], Decimal(p["factor"])) for p in packs) if packs else (),
        vat=vat,
        family=family,
        category_id=category_id,
        image=f"/files/{image}" if image else "",
        orderable=orderable,
    )


@lru_cache(maxsize=1_000)
def _unit(code: str, name: str) -> Unit:
    return Unit(code, name)
