"""The catalogue over the JSON API: the same prices and stock as the pages."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from fondaco.catalog.categories import CategoryTree, category_tree
from fondaco.catalog.content import Content, content_of
from fondaco.hooks.context import AskContext
from fondaco.search.shelf import Shelf, ShelfRow, shelf_of
from fondaco.search.tiers import tiers_of
from fondaco.web.api import ERRORS, AskDependency


class CategoryOut(Struct):
    """A category; `parent` is null at the top."""

    id: UUID
    parent: UUID | None
    name: str


class ProductOut(Struct):
    """A product with the customer's price for one base unit, with VAT; null where there is none.

    `multiple`: the step in which it is sold. `available`: what can be promised now, in base units.
    """

    id: UUID
    sku: str
    name: str
    brand: str
    category: UUID | None
    unit: str
    multiple: Decimal
    unit_price: Decimal | None
    list_price: Decimal | None
    currency: str
    available: Decimal
    on_sale: bool


class CodeOut(Struct):
    """A number of the product; `kind` is "sku", "barcode" or "erp"."""

    kind: str
    value: str


class AttributeOut(Struct):
    """A named property with its values; a number as a decimal in text."""

    name: str
    values: list[str]


class PackOut(Struct):
    """A pack of `factor` base units."""

    name: str
    factor: Decimal


class TierOut(Struct):
    """The unit price from a quantity of base units on."""

    quantity: Decimal
    unit_price: Decimal


class LotOut(Struct):
    """How much one warehouse can give, ready on which day."""

    place: str
    quantity: Decimal
    ready: date


class ProductDetailOut(Struct):
    """A product with everything known of it. `pictures` are paths of this site; `variants` are the
    others of its family. `sizes_cm` are length, width and height of a base unit."""

    product: ProductOut
    full_name: str
    description: str
    country: str
    weight_kg: Decimal | None
    sizes_cm: tuple[Decimal, Decimal, Decimal] | None
    codes: list[CodeOut]
    attributes: list[AttributeOut]
    packs: list[PackOut]
    pictures: list[str]
    tiers: list[TierOut]
    stock: list[LotOut]
    variants: list[UUID]


@get("/categories", responses=ERRORS, policy="catalog.view", summary="Categories with products")
async def list_categories(ask: AskDependency) -> list[CategoryOut]:
    """Those that lead to something on sale, parents and children alike."""
    tree = await category_tree(ask)
    return [CategoryOut(one.uuid, tree.uuid_of(one.parent), one.name) for one in tree]


@get("/products/{uuid:uuid}", responses=ERRORS, policy="catalog.view", summary="One product, whole")
async def read_product(ask: AskDependency, uuid: FromPath[UUID]) -> ProductDetailOut:
    """On sale or not any more; 404 for one that is out of sight."""
    content = await content_of(ask, uuid)
    return await _detail(ask, content)


async def _detail(ask: AskContext, content: Content) -> ProductDetailOut:
    tree = await category_tree(ask)
    shelf = await shelf_of(ask, [content.product.id], own=False)
    others = await ask.catalog.products(content.variants)
    row = shelf.rows[0]
    return ProductDetailOut(
        product=product_out(row, shelf, tree),
        full_name=content.full_name,
        description=content.description,
        country=content.country,
        weight_kg=content.weight_kg,
        sizes_cm=content.sizes_cm,
        codes=[CodeOut(kind, value) for kind, value in content.codes],
        attributes=[
            AttributeOut(one.name, [str(value) for value in one.values])
            for one in content.attributes
        ],
        packs=[PackOut(pack.name, pack.factor) for pack in content.product.packs],
        pictures=list(content.images),
        tiers=[
            TierOut(tier.quantity, tier.unit_price) for tier in await tiers_of(ask, content.product)
        ],
        stock=[LotOut(lot.place, lot.quantity, lot.ready) for lot in row.stock.lots],
        variants=[others[one].uuid for one in content.variants if one in others],
    )


def product_out(row: ShelfRow, shelf: Shelf, tree: CategoryTree) -> ProductOut:
    """A row as the API tells it."""
    product = row.product
    return ProductOut(
        id=product.uuid,
        sku=product.sku,
        name=product.name,
        brand=product.brand,
        category=tree.uuid_of(product.category_id),
        unit=product.unit.name,
        multiple=product.multiple,
        unit_price=row.price.unit_price,
        list_price=row.price.list_price,
        currency=shelf.currency,
        available=row.stock.total,
        on_sale=product.orderable,
    )
