"""Cursors of lists of orders: opaque to the caller."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fondaco.orders.listing import TOP, Place
from fondaco.orders.service import NEWEST
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def encode_cursor(order_id: int) -> str:
    """The cursor after which the next page begins."""
    return _encode(order_id.to_bytes(8, "big"))


def decode_cursor(cursor: str) -> int:
    """The id below which the page begins; the newest for "". Raises `UserError`."""
    if not cursor:
        return NEWEST
    raw = _decode(cursor)
    number = int.from_bytes(raw, "big")
    if len(raw) != 8 or number > NEWEST:
        raise _strange()
    return number


def encode_place(place: Place) -> str:
    """The cursor of a place in the list of all orders."""
    moment = (place.placed_at - EPOCH) // MICROSECOND
    return _encode(moment.to_bytes(8, "big", signed=True) + place.uuid.bytes)


def decode_place(cursor: str) -> Place:
    """The place; the top of the list for "". Raises `UserError`."""
    if not cursor:
        return TOP
    raw = _decode(cursor)
    if len(raw) != 24:
        raise _strange()
    try:
        moment = EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "big", signed=True))
    except OverflowError:
        raise _strange() from None
    return Place(moment, UUID(bytes=raw[8:]))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(cursor: str) -> bytes:
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        return b""


def _strange() -> UserError:
    reason = Reason("cursor", "Неверный указатель страницы", "This cursor is not one of ours")
    return UserError(reason, {"cursor": reason})
