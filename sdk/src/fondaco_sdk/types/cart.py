"""The cart as plugins see it."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.price import LinePrice, Quote
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.supply import LineSupply


class LineSource(StrEnum):
    """Where a cart line came from, for analytics."""

    SEARCH = "search"
    PRODUCT = "product"
    LIST = "list"
    REPEAT = "repeat"
    RECOMMENDATION = "recommendation"
    ANALOGUE = "analogue"
    API = "api"


class PricedCartLine(Struct, frozen=True, gc=False):
    """A cart line with its product, price and supply. `line` is its key in hooks."""

    line: int
    uuid: UUID
    product: Product
    quantity: Decimal
    source: LineSource
    price: LinePrice
    supply: LineSupply


class PricedCart(Struct, frozen=True):
    """A whole cart, priced and sourced."""

    uuid: UUID
    company_id: CompanyId
    lines: tuple[PricedCartLine, ...]
    quote: Quote
