"""What a typed or uploaded article number means."""

from enum import IntEnum

from msgspec import Struct

from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason


class MatchRank(IntEnum):
    """How good a match is; the lowest wins."""

    OWN_CODE = 1
    EXACT = 2
    BARCODE = 3
    ERP_ID = 4
    NORMALISED = 5
    CROSS_REFERENCE = 6
    FUZZY = 7


class ArticleRow(Struct, frozen=True):
    """A row of a list: the text as typed, and other spellings it may stand for."""

    row: int
    article: str
    alternates: tuple[str, ...] = ()


class Match(Struct, frozen=True):
    """A product that a row may mean."""

    row: int
    product_id: ProductId
    rank: MatchRank
    reason: Reason
