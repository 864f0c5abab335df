"""The box that some goods should go into; pure.

An estimate: goods are not packed on paper. It is never smaller than the bulkiest of them and never
holds less than all of them together, and otherwise as near to a cube as these two allow, since
carriers charge for the longest side and for the volume.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from fondaco_sdk.types.delivery import Box, box

STEP = Decimal("0.1")
_THIRD = Decimal(1) / 3


def box_of(goods: Iterable[tuple[Box, Decimal]]) -> Box:
    """The box for so many pieces of each size, in centimetres, up to a millimetre.

    `goods` are not empty; of a quantity that is no whole number its share of the volume counts.
    """
    found = list(goods)
    length = max(one.length for one, _ in found)
    width = max(one.width for one, _ in found)
    height = max(one.height for one, _ in found)
    volume = sum(
        (one.length * one.width * one.height * pieces for one, pieces in found), Decimal(0)
    )
    if volume > length * width * height:
        length, width, height = _grown(length, width, height, volume)
    return box(*(side.quantize(STEP, ROUND_CEILING) for side in (length, width, height)))


def _grown(
    length: Decimal, width: Decimal, height: Decimal, volume: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """The shortest side grows first, up to the next one; then both, up to the longest; then all."""
    if volume <= length * width * width:
        return length, width, volume / (length * width)
    if volume <= length * length * length:
        side = (volume / length).sqrt()
        return length, side, side
    side = volume**_THIRD
    return side, side, side
