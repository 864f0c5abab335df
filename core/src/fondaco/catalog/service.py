"""Products for whoever asks, by the batch."""

from collections.abc import Mapping, Sequence

from fondaco.catalog.queries import BY_IDS, product_of
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product


class Catalog:
    """Implements `fondaco_sdk.CatalogService`."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def products(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products of `ids`; unknown ids, and those out of sight, are absent. One statement."""
        if not ids:
            return {}
        rows = await self._ask.fetch(BY_IDS, {"ids": list(dict.fromkeys(ids))})
        return {product.id: product for product in map(product_of, rows)}
