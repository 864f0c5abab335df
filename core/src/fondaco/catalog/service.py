"""Products for whoever asks, by the batch."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from fondaco.catalog.queries import BY_IDS, VAT_OF_PRODUCTS, VAT_RATES, product_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product


class Catalog:
    """Implements `fondaco_sdk.CatalogService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask
        self._vat_of: dict[ProductId, str] = {}

    async def products(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products of `ids`; unknown ids, and those out of sight, are absent. One statement."""
        if not ids:
            return {}
        rows = await self._ask.fetch(BY_IDS, {"ids": list(dict.fromkeys(ids))})
        found = {product.id: product for product in map(product_of, rows)}
        self._vat_of.update((product.id, product.vat) for product in found.values())
        return found

    async def vat(
        self, ids: Sequence[ProductId], on: date
    ) -> Mapping[ProductId, tuple[str, Decimal]]:
        """The VAT code of each product and its rate in percent on a day; unknown ids are absent.

        One statement, a small one where all of them were read in this context before.
        """
        read = self._vat_of
        if all(id in read for id in ids):
            rates = {row.code: row.rate for row in await self._ask.fetch(VAT_RATES, {"on": on})}
            return {id: (read[id], rates.get(read[id], _NONE)) for id in ids}
        rows = await self._ask.fetch(VAT_OF_PRODUCTS, {"ids": list(dict.fromkeys(ids)), "on": on})
        return {id: (code, rate) for code, rate, ids_of_code in rows for id in ids_of_code}


_NONE = Decimal(0)
