"""A wholesaler whose orders leave, and whose documents are rendered."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from fondaco.documents.model import RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.testing.shop import WorkingShop
from fondaco_sdk.types.order import Order, OrderState


class ShippingShop(WorkingShop):
    """Orders are shipped at once."""

    async def shipped(self, *quantities: int) -> Order:
        """An order that has left, of which everybody was told."""
        order = await self.order(*quantities)
        await self.report(order.id, OrderState.SHIPPED)
        await deliver_due(self.hall)
        return order

    async def rows(self, sql: str, **values: Any) -> Sequence[Any]:
        """What the database says."""
        async with self.hall.database.transaction() as connection:
            return (await connection.execute(text(sql), values)).all()

    async def documents(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """The documents of a kind as the registry has them, in the order of their issue."""
        rows = await self.rows(
            "select * from fondaco.document where kind = :kind order by id", kind=kind
        )
        return [row._mapping for row in rows]

    async def render(self, document_id: int) -> None:
        """Do the worker's part for a document."""
        job = JobContext(self.hall, Outside(), "documents.render", 1)
        await render_document(job, RenderDocument(document_id))
