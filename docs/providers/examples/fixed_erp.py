"""An ERP that knows one price of everything and has ten pieces of it everywhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from fondaco_sdk.context import Net
from fondaco_sdk.providers.erp import LiveAnswer, LiveAsk, LiveLine, LivePrices, Terms

PRICE, PIECES = Decimal("99.90"), Decimal(10)


class FixedErp:
    """Implements `fondaco_sdk.providers.erp.ErpGateway`; a real one calls by `net.request`."""

    async def confirm(self, net: Net, asked: LiveAsk) -> LiveAnswer:
        """The same of every line, for every place that was asked about."""
        lines = [
            LiveLine(line.product, PRICE, {at.place: PIECES for at in line.places})
            for line in asked.lines
        ]
        return LiveAnswer(datetime.now(UTC), asked.terms.currency, lines)

    async def prices(self, net: Net, terms: Terms, products: Sequence[str]) -> LivePrices:
        """The same of every product."""
        return LivePrices(datetime.now(UTC), terms.currency, dict.fromkeys(products, PRICE))


def create(settings: object) -> FixedErp:
    """The factory: `Provider("erp", "fixed", "fixed_erp:create")`."""
    return FixedErp()
