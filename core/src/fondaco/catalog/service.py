"""Products for whoever asks, by the batch."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from fondaco.catalog.queries import BY_IDS, SALE_TERMS, VAT_RATES, product_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product

MOST_REMEMBERED = 30_000


class SaleTerms(Struct, frozen=True, gc=False):
    """What a price needs to know of a product: VAT code, its rate in percent, the multiple."""

    vat: str
    vat_rate: Decimal
    multiple: Decimal


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

    async def sale_terms(self, ids: Sequence[ProductId], on: date) -> Mapping[ProductId, SaleTerms]:
        """The VAT of each product on a day, and its multiple; unknown ids are absent.

        One statement at most: a small one where all of them were read in this context before.
        """
        read = self._read
        if all(id in read for id in ids):
            rates = await self._rates(on)
            return {
                product.id: SaleTerms(product.vat, rates.get(product.vat, _NONE), product.multiple)
                for product in (read[id] for id in ids)
            }
        found: dict[ProductId, SaleTerms] = {}
        rows = await self._ask.fetch(SALE_TERMS, {"ids": list(dict.fromkeys(ids)), "on": on})
        for vat, rate, multiple, alike in rows:
            found.update(dict.fromkeys(alike, SaleTerms(vat, rate, multiple)))
        return found

    async def _rates(self, on: date) -> Mapping[str, Decimal]:
        """The rate by VAT code."""
        remembered = self._ask.remembered("catalogue", "vat_rates", 100)
        rates: Mapping[str, Decimal] | None = remembered.known.get(on)
        if rates is None:
            rows = await self._ask.fetch(VAT_RATES, {"on": on})
            rates = {row.code: row.rate for row in rows}
            if rows:
                remembered.keep(rows[0].generation, {on: rates})
        return rates


_NONE = Decimal(0)
