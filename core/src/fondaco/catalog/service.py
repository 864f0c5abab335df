"""Products for whoever asks, by the batch."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from fondaco.assortments.sight import EVERYTHING, Sight, sight_at, sight_of
from fondaco.catalog.queries import BY_IDS, SALE_TERMS, VAT_RATES, product_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import OutletId, ProductId
from fondaco_sdk.types.product import Access, Product

MOST_REMEMBERED = 30_000

_Placed: TypeAlias = tuple[Product, int | None]


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

        One statement for those that this process does not remember, one for what the actor sees
        if it does not remember that.
        """
        held = await self.held(ids)
        return {id: one for id, one in held.items() if one.access is not Access.HIDDEN}

    async def held(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """As `products`, with those out of sight: for what the customer has in a cart already."""
        placed = await self._placed(ids)
        sight = await sight_of(self._ask)
        if sight is EVERYTHING:
            found = {id: product for id, (product, _) in placed.items()}
        else:
            found = {id: _seen(*one, sight) for id, one in placed.items()}
        self._read.update(found)
        return found

    async def refused_at(self, ids: Sequence[ProductId], outlet: OutletId) -> Collection[ProductId]:
        """Those of `ids` that the acting customer may not order for an outlet."""
        company = self._ask.scope.company_id
        if company is None:
            return ()
        sight = await sight_at(self._ask, company, outlet)
        placed = await self._placed(ids)
        return {id for id, (_, cell) in placed.items() if sight.access(cell) is not Access.ORDER}

    async def _placed(self, ids: Sequence[ProductId]) -> Mapping[ProductId, _Placed]:
        """Products, whoever may see them, with their cells."""
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
            read = {ProductId(row.id): (product_of(row), row.cell_id) for row in rows}
            if rows:
                remembered.keep(rows[0][-1], read)
            found.update(read)
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


def _seen(product: Product, cell: int | None, sight: Sight) -> Product:
    access = sight.access(cell)
    return product if access is product.access else replace(product, access=access)


_NONE = Decimal(0)
