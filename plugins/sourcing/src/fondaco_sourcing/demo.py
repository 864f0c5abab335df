"""What the demo shows: hours of the warehouses, a transfer, a partner, and a lot on its way."""

from collections.abc import Sequence
from datetime import time, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec import structs
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Act
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.supply import ExpectedLot, PlaceData
from fondaco_sourcing import place_book, transfer_book
from fondaco_sourcing.calendar import weekdays
from fondaco_sourcing.settings import SourcingSettings
from fondaco_sourcing.stored import StoredPlace, StoredTransfer, Terms, stored, terms_of

PARTNER = UUID("0197c000-0000-7000-8000-000000000001")
TRANSFER = UUID("0197c000-0000-7000-8000-000000000002")
NAME = "Партнёр «Гидромаш»"
LOT = "CN-2418"

_KNOWN: TextClause = text("select 1 from plugin_sourcing.terms limit 1")
# The goods that most often run short: a visitor finds a top-up among them.
_SCARCE: TextClause = text(
    "select p.id from fondaco_api.product_v1 p"
    " join fondaco_api.stock_v1 s on s.product_id = p.id"
    " where p.active group by p.id having sum(s.on_hand) > 0 order by sum(s.on_hand), p.id limit 40"
)
_HELD: TextClause = text(
    "select place_id, sum(on_hand) as held from fondaco_api.stock_v1 group by place_id"
)


async def furnish(act: Act) -> None:
    """All of it, unless the site has terms of its own."""
    if await act.fetch(_KNOWN):
        return
    places = await _fullest_first(act)
    settings = act.settings(SourcingSettings)
    for place in places:
        accepting = structs.replace(terms_of(place, settings), receiving_days=1)
        # The emptiest sends to no customer; a lorry brings its goods to the fullest on Tuesdays.
        ships = len(places) == 1 or place is not places[-1]
        await place_book.save_terms(act, place.id, structs.replace(accepting, ships=ships))
    if len(places) > 1:
        target, source = places[0], places[-1]
        await transfer_book.add_transfer(
            act,
            StoredTransfer(TRANSFER, source.id, target.id, (1,), time(12), 1, Decimal(300)),
        )
    partner = await place_book.save_place(
        act,
        PlaceData(PARTNER, NAME, "partner", "Europe/Moscow", time(12), 2),
        Terms(weekdays(time(12)), "RU", lead_days=2, cost=Decimal(900), report_hours=8760),
        None,
    )
    scarce = [ProductId(row.id) for row in await act.fetch(_SCARCE)]
    await act.supply.report(partner, dict.fromkeys(scarce, Decimal(500)))
    due = act.now.astimezone(act.zone).date() + timedelta(days=6)
    await act.supply.expect(
        [
            ExpectedLot(product, home.id, LOT, Decimal(1000), due)
            for home in places[:1]
            for product in scarce[:20]
        ]
    )


async def _fullest_first(act: Act) -> Sequence[StoredPlace]:
    own = [place for place in (await stored(act)).places if place.kind == "own"]
    held = {row.place_id: row.held for row in await act.fetch(_HELD)}
    return sorted(own, key=lambda place: (-held.get(place.id, Decimal(0)), place.name))
