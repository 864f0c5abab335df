"""Products for whoever asks, by the batch."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from fondaco.catalog.queries import BY_IDS, VAT_OF_PRODUCTS, VAT_RATES, product_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product

MOST_REMEMBERED = 30_000


class Catalog:
    """Implements `fondaco_sdk.CatalogService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask
        self._read: dict[ProductId, Product] = {}

    async def products(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products of `ids`; unknown ids, and those out of sight, are absent.

        One statement for those that this process does not remember.
        """
        remembered = self._ask.remembered("catalogue", "products", MOST_REMEMBERED)
        known, found, missing = remembered.known, {}, []
        for id in dict.fromkeys(ids):
            product = known.get(id)
            if product is None:
                missing.append(id)
            else:
                found[id] = product
        if missing:
            rows = await self._ask.fetch(BY_IDS, {"ids": missing})
            read = {product.id: product for product in map(product_of, rows)}
            if rows:
                remembered.keep(rows[0][-1], read)
            found.update(read)
        self._read.update(found)
        return found

    async def vat(
        self, ids: Sequence[ProductId], on: date
    ) -> Mapping[ProductId, tuple[str, Decimal]]:
        """The VAT code of each product and its rate in percent on a day; unknown ids are absent.

        One statement at most: a small one where all of them were read in this context before.
        """
        read = self._read
        if all(id in read for id in ids):
            rates = await self._rates(on)
            return {id: rates.get(read[id].vat, (read[id].vat, _NONE)) for id in ids}
        rows = await self._ask.fetch(VAT_OF_PRODUCTS, {"ids": list(dict.fromkeys(ids)), "on": on})
        return {id: (code, rate) for code, rate, ids_of_code in rows for id in ids_of_code}

    async def _rates(self, on: date) -> Mapping[str, tuple[str, Decimal]]:
        """Code and rate by code."""
        remembered = self._ask.remembered("catalogue", "vat_rates", 100)
        rates: Mapping[str, tuple[str, Decimal]] | None = remembered.known.get(on)
        if rates is None:
            rows = await self._ask.fetch(VAT_RATES, {"on": on})
            rates = {row.code: (row.code, row.rate) for row in rows}
            if rows:
                remembered.keep(rows[0].generation, {on: rates})
        return rates


_NONE = Decimal(0)
