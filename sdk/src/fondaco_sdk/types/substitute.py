"""Products that may stand in for another."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason


class SubstituteKind(StrEnum):
    """How well one product stands in for another.

    FULL: in every use. UPGRADE: in every use, and better. CHEAPER: in most, of a simpler make.
    LIMITED: in some; `Substitute.limit` says in which.
    """

    FULL = "full"
    UPGRADE = "upgrade"
    CHEAPER = "cheaper"
    LIMITED = "limited"


class Substitute(Struct, frozen=True, gc=False):
    """`substitute_id` may stand in for `product_id`; not the other way round, unless said too.

    `confidence` is above 0 and at most 1; `source` names who says so, for staff.
    """

    product_id: ProductId
    substitute_id: ProductId
    kind: SubstituteKind
    limit: Reason | None = None
    confidence: Decimal = Decimal(1)
    source: str = ""
