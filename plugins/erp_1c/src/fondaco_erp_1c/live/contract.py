"""What goes to 1C's HTTP service and what comes back, as JSON.

A number may come as a number or as text, with a point or a comma and with spaces between thousands,
since 1C writes both.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_sdk.providers.erp import LiveAnswer, LiveAsk, LiveLine, LivePrices, Terms

# Numbers are read as they are written, and never become a float.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class PlaceIn(Struct):
    """What a place has."""

    place: str
    quantity: Decimal


class LineIn(Struct):
    """What 1C says of a product."""

    product: str
    price: Decimal | None = None
    stock: Sequence[PlaceIn] = ()
    gone: bool = False


class ConfirmIn(Struct):
    """The answer of `confirm`."""

    as_of: datetime
    currency: str
    lines: Sequence[LineIn]


class PriceIn(Struct):
    """The price of a product, null where there is none."""

    product: str
    price: Decimal | None = None


class PricesIn(Struct):
    """The answer of `prices`."""

    as_of: datetime
    currency: str
    prices: Sequence[PriceIn]


def confirm_body(asked: LiveAsk) -> bytes:
    """The question about a cart."""
    lines = [
        {
            "product": line.product,
            "quantity": line.quantity,
            "price": line.unit_price,
            "places": [{"place": at.place, "quantity": at.quantity} for at in line.places],
        }
        for line in asked.lines
    ]
    return msgspec.json.encode({**_terms(asked.terms), "lines": lines})


def prices_body(terms: Terms, products: Sequence[str]) -> bytes:
    """The question about a packet of prices."""
    return msgspec.json.encode({**_terms(terms), "products": list(products)})


def read_confirm(body: bytes) -> LiveAnswer:
    """Raises `ValueError` for what is no such answer."""
    said = _read(body, ConfirmIn)
    return LiveAnswer(
        said.as_of,
        said.currency,
        [
            LiveLine(one.product, one.price, {at.place: at.quantity for at in one.stock}, one.gone)
            for one in said.lines
        ],
    )


def read_prices(body: bytes) -> LivePrices:
    """Raises `ValueError` for what is no such answer."""
    said = _read(body, PricesIn)
    return LivePrices(said.as_of, said.currency, {one.product: one.price for one in said.prices})


def _read(body: bytes, shape: type[Any]) -> Any:
    raw = _DECODER.decode(body.removeprefix(b"\xef\xbb\xbf"))
    return msgspec.convert(_with_figures(raw), shape)


def _with_figures(raw: Any) -> Any:
    if isinstance(raw, list):
        return [_with_figures(one) for one in raw]
    if not isinstance(raw, dict):
        return raw
    return {
        name: _figure(value) if name in ("price", "quantity") else _with_figures(value)
        for name, value in raw.items()
    }


def _figure(value: Any) -> Any:
    if not isinstance(value, str):
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    try:
        return Decimal("".join(value.split()).replace(",", "."))
    except InvalidOperation as wrong:
        raise ValueError(f"{value!r} is not a number") from wrong


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "legal_entity": terms.legal_entity,
        "agreement": terms.agreement,
        "price_types": list(terms.price_types),
        "currency": terms.currency,
    }
