"""Analogues on pages of the catalogue: all of a product's, and the best of what is out of stock."""

from collections.abc import Sequence

from msgspec.structs import replace

from fondaco.hooks.context import AskContext
from fondaco.search.shelf import Shelf, ShelfRow
from fondaco.substitutes.marks import Original
from fondaco.substitutes.service import Offers, offers_for


async def offers_on(ask: AskContext, rows: Sequence[ShelfRow], shelf: Shelf) -> Offers:
    """What may stand in for rows of a shelf, for whoever has prices; constant statements."""
    if not shelf.priced or not rows:
        return Offers({})
    return await offers_for(
        ask, [Original(row.product, row.product.multiple, row.price.unit_price) for row in rows]
    )


async def with_analogues(ask: AskContext, shelf: Shelf) -> Shelf:
    """The shelf, with the best analogue of each row that is out of stock."""
    short = [row for row in shelf.rows if not row.stock.lots]
    offers = await offers_on(ask, short, shelf)
    return replace(
        shelf,
        rows=tuple(
            replace(row, analogue=next(iter(offers.of(row.product.id)), None)) for row in shelf.rows
        ),
        degraded=tuple(dict.fromkeys((*shelf.degraded, *offers.degraded))),
    )
