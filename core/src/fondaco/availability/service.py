"""Stock and promised dates for whoever asks, by the batch."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import structs

from fondaco.availability import reported
from fondaco.availability.allocate import allocate
from fondaco.availability.queries import PLACES, SAVE_PLACE, STOCK_OF_PRODUCTS
from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.errors import Fault
from fondaco_sdk.hooks.availability import supply_plans
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import (
    ExpectedLot,
    LineSupply,
    Place,
    PlaceData,
    StockRow,
    Want,
)

ZERO = Decimal(0)


class Supply:
    """Implements `fondaco_sdk.SupplyService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask
        self._places: Sequence[Place] | None = None
        self.degraded: tuple[str, ...] = ()

    async def places(self) -> Sequence[Place]:
        """Every active place. One statement, unless this process remembers them."""
        if self._places is None:
            remembered = self._ask.remembered("places", "places", 1)
            self._places = remembered.known.get("all")
        if self._places is None:
            rows = await self._ask.fetch(PLACES)
            self._places = tuple(Place(*columns) for *columns, _ in rows)
            if rows:
                remembered.keep(rows[0][-1], {"all": self._places})
        return self._places

    async def stock(self, ids: Sequence[ProductId]) -> Sequence[StockRow]:
        """The stock rows of products in active places, by place. One statement.

        What the asker holds at the checkout counts as free for the asker.
        """
        if not ids:
            return ()
        customer = self._ask.customer
        rows = await self._ask.fetch(
            STOCK_OF_PRODUCTS,
            {
                "ids": list(dict.fromkeys(ids)),
                "user": self._ask.actor.user_id,
                "company": customer.company_id if customer else None,
            },
        )
        return tuple(
            StockRow(id, product_id, place_id, lot or "", on_hand, reserved or ZERO, arrives_on)
            for place_id, *columns in rows
            for id, product_id, lot, on_hand, reserved, arrives_on in zip(*columns, strict=True)
        )

    async def supply(self, wants: Sequence[Want]) -> Sequence[LineSupply]:
        """Where each want comes from and when, in the order of `wants`.

        Statements: stock rows, places, and one per plugin, whatever the number of wants. Plugins
        that failed stand in `degraded`; the page says that their dates are missing.
        """
        if not wants:
            return ()
        stock = await self.stock([want.product_id for want in wants])
        names = {place.id: place.name for place in await self.places()}
        collected = await self._ask.hall.hooks.collect(
            supply_plans, ask=self._ask, wants=wants, stock=stock
        )
        self.degraded = collected.failed
        return allocate(wants, stock, collected.proposals, names)

    async def save_place(self, place: PlaceData) -> PlaceId:
        """A place as a plugin knows it (implements `fondaco_sdk.SupplyCommands`)."""
        act = self._acting()
        act.forget()
        self._places = None
        return PlaceId((await act.fetch(SAVE_PLACE, structs.asdict(place)))[0].id)

    async def report(self, place: PlaceId, has: Mapping[ProductId, Decimal]) -> None:
        """What a place has (implements `fondaco_sdk.SupplyCommands`)."""
        act = self._acting()
        act.forget()
        await reported.report(act, place, has)

    async def expect(self, lots: Sequence[ExpectedLot]) -> None:
        """Lots on their way (implements `fondaco_sdk.SupplyCommands`)."""
        await reported.expect(self._acting(), lots)

    async def arrived(self, ids: Sequence[StockId], *, counted: bool) -> None:
        """Lots that have come (implements `fondaco_sdk.SupplyCommands`)."""
        await reported.arrived(self._acting(), ids, counted=counted)

    def _acting(self) -> ActContext:
        if not isinstance(self._ask, ActContext):
            raise Fault("stock is changed in a transaction only")
        return self._ask


def available(stock: Sequence[StockRow]) -> dict[ProductId, Decimal]:
    """What can still be promised of each product, over all places."""
    total: dict[ProductId, Decimal] = {}
    for row in stock:
        total[row.product_id] = total.get(row.product_id, ZERO) + row.available
    return total
