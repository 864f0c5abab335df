"""What the demo shows: hours of the warehouses, a transfer, a partner, and a lot on its way."""

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
from fondaco_sourcing.stored import StoredTransfer, Terms, stored, terms_of

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


async def furnish(act: Act) -> None:
    """All of it, unless the site has terms of its own."""
    if await act.fetch(_KNOWN):
        return
    places = (await stored(act)).places
    settings = act.settings(SourcingSettings)
    for place in places:
        await place_book.save_terms(
            act, place.id, structs.replace(terms_of(place, settings), receiving_days=1)
        )
    if len(places) > 1:
        await _transfer(act)
    partner = await place_book.save_place(
        act,
        PlaceData(PARTNER, NAME, "partner", "Europe/Moscow", time(12), 2),
        Terms(weekdays(time(12)), "RU", lead_days=2, cost=Decimal(900), report_hours=8760),
        None,
    )
    scarce = [ProductId(row.id) for row in await act.fetch(_SCARCE)]
    if scarce:
        await act.supply.report(partner, dict.fromkeys(scarce, Decimal(500)))
    today = act.now.astimezone(act.zone).date()
    home = next((place for place in places if place.kind == "own"), None)
    if home:
        await act.supply.expect(
            [
                ExpectedLot(product, home.id, LOT, Decimal(1000), today + timedelta(days=9))
                for product in scarce[:20]
            ]
        )


async def _transfer(act: Act) -> None:
    """The last of the warehouses sends to no customer; its goods come to the first on Tuesdays."""
    own = [place for place in (await stored(act)).places if place.kind == "own"]
    if len(own) < 2:
        return
    target, source = own[0], own[-1]
    terms = terms_of(source, act.settings(SourcingSettings))
    await place_book.save_terms(act, source.id, structs.replace(terms, ships=False))
    await transfer_book.add_transfer(
        act,
        StoredTransfer(TRANSFER, source.id, target.id, (1,), time(12), 1, Decimal(300)),
    )
