"""The hash of what a buyer was shown: an order never differs from it."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

import msgspec

from fondaco_sdk.types.cart import CartShare, PricedCart
from fondaco_sdk.types.supply import LineSupply


def fingerprint(cart: PricedCart) -> str:
    """Products, quantities, prices, VAT, dates and shares of a cart, as one short text."""
    shown = [
        (
            str(line.product.uuid),
            _figure(line.quantity),
            None if line.price.unit_price is None else _figure(line.price.unit_price),
            _figure(line.price.order_discount),
            _figure(line.price.vat_rate),
            _supply(line.supply),
            [_share(share) for share in line.shares],
        )
        for line in cart.lines
    ]
    whole = [cart.quote.currency, cart.way, shown]
    return sha256(msgspec.json.encode(whole)).hexdigest()[:32]


def _share(share: CartShare) -> Sequence[object]:
    part = share.part
    return (
        part.key,
        part.outlet,
        part.place,
        part.wanted_on,
        _figure(share.quantity),
        _figure(share.price.order_discount),
        _supply(share.supply),
    )


def _supply(supply: LineSupply) -> Sequence[object]:
    parts = [(_figure(p.quantity), p.promised.isoformat()) for p in supply.parts]
    return parts, _figure(supply.missing)


def _figure(value: Decimal) -> str:
    """Equal figures read the same: no discount at all, and one that comes to 0.00."""
    return f"{value.normalize() + 0:f}"
