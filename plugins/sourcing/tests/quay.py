"""A wholesaler with warehouses, a partner, lorries and lots, and shortcuts for its tests."""

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from fondaco.hooks.context import system_ask
from fondaco.testing.shop import WorkingShop
from fondaco_sdk.types.ids import PlaceId, ProductId
from fondaco_sdk.types.supply import ExpectedLot, LineSupply, PlaceData, Want
from fondaco_sourcing import place_book, transfer_book
from fondaco_sourcing.calendar import weekdays
from fondaco_sourcing.stored import StoredPlace, StoredTransfer, Terms, stored

EVERY_DAY = range(7)


class Quay(WorkingShop):
    """A working shop; `warehouse` makes others beside Moscow, open every day until midnight."""

    async def open(self) -> None:
        await super().open()
        self.moscow = await self.place_named("Москва")

    @property
    def product(self) -> ProductId:
        """The first product."""
        return self.products[0]

    async def places(self) -> dict[str, StoredPlace]:
        """By name."""
        return {one.name: one for one in (await stored(system_ask(self.hall))).places}

    async def place_named(self, name: str) -> PlaceId:
        """Its number."""
        return (await self.places())[name].id

    async def warehouse(
        self, name: str, kind: str = "own", uuid: UUID | None = None, **terms: Any
    ) -> PlaceId:
        """A place with terms; without any it works every day and keeps no holidays."""
        wanted = Terms(
            **{"week": weekdays(time(23, 59), EVERY_DAY), "country": "", **terms},
        )
        data = PlaceData(
            uuid or uuid4(),
            name,
            kind,  # type: ignore[arg-type]
            "Europe/Moscow",
            time(23, 59),
            wanted.lead_days,
        )
        async with system_ask(self.hall).act() as act:
            return await place_book.save_place(act, data, wanted, None)

    async def transfer(
        self, source: PlaceId, target: PlaceId, road_days: int = 1, days: Sequence[int] = EVERY_DAY
    ) -> StoredTransfer:
        """A lorry that goes every day and never has left yet."""
        wanted = StoredTransfer(
            uuid4(), source, target, tuple(days), time(23, 59), road_days, Decimal(0)
        )
        async with system_ask(self.hall).act() as act:
            await transfer_book.add_transfer(act, wanted)
        return wanted

    async def has(self, place: PlaceId, quantity: int, product: ProductId | None = None) -> None:
        """What a place has of a product, by default of the first."""
        async with system_ask(self.hall).act() as act:
            await act.supply.report(place, {product or self.product: Decimal(quantity)})

    async def expects(self, place: PlaceId, quantity: int, on: date, lot: str = "L1") -> None:
        """A lot of the first product."""
        async with system_ask(self.hall).act() as act:
            await act.supply.expect([ExpectedLot(self.product, place, lot, Decimal(quantity), on)])

    async def supply(self, quantity: int) -> LineSupply:
        """Where the company's buyer gets the first product from."""
        want = Want(1, self.product, Decimal(quantity))
        return (await self.ask.supply.supply([want]))[0]
