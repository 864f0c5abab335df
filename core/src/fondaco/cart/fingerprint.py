"""The hash of what a buyer was shown: an order never differs from it."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from fondaco_sdk.types.cart import CartShare, PricedCart
from fondaco_sdk.types.supply import LineSupply


def fingerprint(cart: PricedCart) -> str:
    """Products, quantities, prices, VAT, dates and shares of a cart, as one short text."""
    shown = [
        (
            str(line.product.uuid),
            f"{line.quantity.normalize():f}",
            None if line.price.unit_price is None else str(line.price.unit_price),
            str(line.price.order_discount),
            str(line.price.vat_rate),
            _supply(line.supply),
            [_share(share) for share in line.shares],
        )
        for line in cart.lines
    ]
    whole = [cart.quote.currency, cart.by_outlets, shown]
    return sha256(msgspec.json.encode(whole)).hexdigest()[:32]


def _share(share: CartShare) -> tuple[str, str, str, Sequence[object]]:
    return (
        str(share.outlet_uuid),
        f"{share.quantity.normalize():f}",
        str(share.price.order_discount),
        _supply(share.supply),
    )


def _supply(supply: LineSupply) -> Sequence[object]:
    parts = [(f"{p.quantity.normalize():f}", p.promised.isoformat()) for p in supply.parts]
    return parts, f"{supply.missing.normalize():f}"
