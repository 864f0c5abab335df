"""All that a product says of itself, for its own page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)

from fondaco.assortments.sight import sight_of
from fondaco.catalog.queries import showable, visible
from fondaco.catalog.tables import attribute, product, product_code, product_image
from fondaco.files.tables import file
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason

MOST_VARIANTS = 200

Value: TypeAlias = str | Decimal

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_other = product.alias("other")
_said = func.jsonb_each(product.c.attributes).table_valued("key", "value").alias("said")


class Attribute(Struct, frozen=True):
    """A named property with its values; numbers are Decimal."""

    name: str
    values: tuple[Value, ...]


class Content(Struct, frozen=True):
    """A product with what its page shows besides price and stock.

    `codes` are (kind, value), of kinds "sku", "erp" and "barcode"; `images` are addresses, the main
    one first; `variants` are the others of its family that are on sale. `sizes_cm` are length,
    width and height of a base unit, None unless all are known.
    """

    product: Product
    full_name: str
    description: str
    country: str
    weight_kg: Decimal | None
    sizes_cm: tuple[Decimal, Decimal, Decimal] | None
    codes: tuple[tuple[str, str], ...]
    attributes: tuple[Attribute, ...]
    images: tuple[str, ...]
    variants: tuple[ProductId, ...]

    def values_of(self, kind: str) -> tuple[str, ...]:
        """The codes of one kind."""
        return tuple(value for found, value in self.codes if found == kind)


_CODES = select(
    func.json_agg(func.json_build_array(product_code.c.kind, product_code.c.value))
).where(product_code.c.product_id == product.c.id)

_ATTRIBUTES = (
    select(
        func.json_agg(
            func.json_build_array(
                func.coalesce(attribute.c.name, _said.c.key), cast(_said.c.value, Text)
            )
        )
    )
    .select_from(_said.outerjoin(attribute, attribute.c.external_id == _said.c.key))
    .where(or_(attribute.c.active, attribute.c.active.is_(None)))
)

_IMAGES = func.array(
    select(file.c.uuid)
    .join_from(product_image, file, and_(file.c.id == product_image.c.file_id, showable()))
    .where(product_image.c.product_id == product.c.id)
    .order_by(product_image.c.rank)
    .scalar_subquery()
)

_VARIANTS = func.array(
    select(_other.c.id)
    .where(_other.c.family_id == product.c.family_id, _other.c.id != product.c.id, _other.c.active)
    .order_by(_other.c.name, _other.c.id)
    .limit(MOST_VARIANTS)
    .scalar_subquery()
)

CONTENT: Select[Any] = select(
    product.c.id,
    product.c.full_name,
    product.c.description,
    product.c.country,
    product.c.weight_kg,
    product.c.length_cm,
    product.c.width_cm,
    product.c.height_cm,
    _CODES.scalar_subquery(),
    _ATTRIBUTES.scalar_subquery(),
    _IMAGES,
    _VARIANTS,
).where(product.c.uuid == bindparam("uuid"), visible())


async def content_of(ask: AskContext, uuid: UUID) -> Content:
    """The product of an outer id, on sale or not any more. Two statements. Raises `NotFound`."""
    sight = await sight_of(ask)
    rows = await ask.fetch(CONTENT, {"uuid": uuid, **sight.parameters})
    if not rows:
        raise no_product()
    product_id, full_name, description, country, weight, *sizes = rows[0][:8]
    codes, attributes, images, others = rows[0][8:]
    found = await ask.catalog.products([ProductId(product_id)])
    if product_id not in found:
        raise no_product()
    return Content(
        product=found[product_id],
        full_name=full_name,
        description=description,
        country=country,
        weight_kg=weight,
        sizes_cm=None if None in sizes else (sizes[0], sizes[1], sizes[2]),
        codes=tuple(sorted((kind, value) for kind, value in codes or ())),
        attributes=_attributes(attributes or ()),
        images=tuple(f"/files/{image}" for image in images),
        variants=tuple(ProductId(other) for other in others),
    )


def _attributes(rows: Sequence[tuple[str, str]]) -> tuple[Attribute, ...]:
    found = [Attribute(name, _values(_decode(value))) for name, value in rows]
    return tuple(sorted((one for one in found if one.values), key=lambda one: one.name.lower()))


def _values(value: Any) -> tuple[Value, ...]:
    if isinstance(value, list):
        return tuple(single for each in value for single in _values(each))
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return (Decimal(value),)
    return (str(value),) if value not in (None, "") else ()


def no_product() -> NotFound:
    """Absent, or out of sight: the two look the same."""
    return NotFound(Reason("product.absent", "Такого товара нет", "There is no such product"))
