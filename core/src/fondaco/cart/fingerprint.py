"""The hash of what a buyer was shown: an order never differs from it."""

from hashlib import sha256

import msgspec

from fondaco_sdk.types.cart import PricedCart


def fingerprint(cart: PricedCart) -> str:
    """Products, quantities, prices, VAT and dates of a cart, as one short text."""
    shown = [
        (
            str(line.product.uuid),
            f"{line.quantity.normalize():f}",
            None if line.price.unit_price is None else str(line.price.unit_price),
            str(line.price.order_discount),
            str(line.price.vat_rate),
            [(f"{p.quantity.normalize():f}", p.promised.isoformat()) for p in line.supply.parts],
            f"{line.supply.missing.normalize():f}",
        )
        for line in cart.lines
    ]
    return sha256(msgspec.json.encode([cart.quote.currency, shown])).hexdigest()[:32]
