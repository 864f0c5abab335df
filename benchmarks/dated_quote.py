"""What it costs, where it comes from and when: 500 lines, every plugin, six places and lots."""

from collections.abc import Sequence

from benchmarks.buyer import Buyer, Ware, wants
from benchmarks.explained_quote import Explained, measured
from benchmarks.figures import Figure
from benchmarks.house import Bare, House
from benchmarks.quote_and_supply import STOCK
from fondaco.availability.service import Supply

TERMS = "select * from plugin_sourcing.terms"
DAYS = "select * from plugin_sourcing.special_day where removed_at is null"
TRANSFERS = "select * from plugin_sourcing.transfer where removed_at is null"
PLACES = "select id, uuid, name, kind, address, timezone, reported_at from fondaco.place"


async def measure(house: House) -> Sequence[Figure]:
    """The time for 500 lines, and that statements do not depend on their number."""
    return await measured(house, _Dated, "quote, supply and dates")


class _Dated(Explained):
    """What do these wares cost the buyer, why, where do they come from, and when?"""

    def __init__(self, buyer: Buyer, found: Sequence[Ware]) -> None:
        super().__init__(buyer, found)
        self._wants = wants(found)

    async def is_worth_measuring(self) -> None:
        """Besides the prices, the dates: most lines have several ways, all worked out."""
        await super().is_worth_measuring()
        supplies = await Supply(self._buyer.ask()).supply(self._wants)
        plugins = {part.plugin for line in supplies for part in line.parts}
        assert plugins == {"sourcing"}, plugins
        assert sum(len(line.rejected) for line in supplies) > len(supplies)

    async def answered(self) -> None:
        """By the kernel and all plugins."""
        await super().answered()
        await Supply(self._buyer.ask()).supply(self._wants)

    async def fetched(self, connection: Bare) -> None:
        """Only the rows on which the answers stand."""
        await super().fetched(connection)
        await connection.fetch(STOCK, [want.product_id for want in self._wants])
        for table in (TERMS, DAYS, TRANSFERS, PLACES):
            await connection.fetch(table)
