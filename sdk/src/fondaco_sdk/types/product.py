"""Products as the whole hall sees them."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.ids import CategoryId, ProductId


class Unit(Struct, frozen=True, gc=False):
    """A unit of measure with its OKEI code."""

    code: str
    name: str


class Pack(Struct, frozen=True, gc=False):
    """A pack: `factor` base units."""

    name: str
    factor: Decimal


class Access(StrEnum):
    """What the customer's assortments say of a product.

    ORDER: it may be ordered. ASK: it is shown with its price, may not be ordered, and may be asked
    for. HIDDEN: it is out of sight; only lines that were put into a cart before still name it.
    """

    ORDER = "order"
    ASK = "ask"
    HIDDEN = "hidden"


class Product(Struct, frozen=True, gc=False):
    """A sellable unit: one offer of the ERP.

    `multiple` is the step in which it is sold, in base units; `vat` a VAT code ("22", "novat");
    `image` the address of the main picture, or ""; `orderable`: it is on sale.
    """

    id: ProductId
    uuid: UUID
    sku: str
    name: str
    brand: str
    unit: Unit
    multiple: Decimal
    packs: tuple[Pack, ...]
    vat: str
    family: str
    category_id: CategoryId | None
    image: str
    orderable: bool
    access: Access = Access.ORDER

    @property
    def buyable(self) -> bool:
        """Whether it is on sale, and this customer may order it."""
        return self.orderable and self.access is Access.ORDER
