"""Cursors of the order list: opaque to the caller."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from fondaco.orders.service import NEWEST
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason


def encode_cursor(order_id: int) -> str:
    """The cursor after which the next page begins."""
    return urlsafe_b64encode(order_id.to_bytes(8, "big")).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    """The id below which the page begins; the newest for "". Raises `UserError`."""
    if not cursor:
        return NEWEST
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    number = int.from_bytes(raw, "big")
    if len(raw) != 8 or number > NEWEST:
        reason = Reason("cursor", "Неверный указатель страницы", "This cursor is not one of ours")
        raise UserError(reason, {"cursor": reason})
    return number
