"""What an engine outside holds follows the catalogue: by a task after each change, or all anew.

A document is read, handed over and read again: where it has changed meanwhile it goes once more, so
that of two who hand the same product over, the last one had the newest. Where the engine in the
database is chosen there is nothing to do.
"""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.search.documents import documents_after, documents_of, rebuild, rebuild_stale
from fondaco.search.service import neighbour_of
from fondaco_sdk.events import ProductsChangedV1
from fondaco_sdk.providers.search import OutsideEngine, SearchDocument
from fondaco_sdk.types.ids import ProductId

INDEX_TASK = "search.index"
BATCH = 1_000
STALE = 5_000

_DOCUMENTS = text(
    "select count(*) from fondaco.search_document d"
    " join fondaco.product p on p.id = d.product_id and p.active"
)


class IndexProducts(Struct, frozen=True):
    """The task's payload."""

    product_ids: tuple[ProductId, ...]


async def follow(act: ActContext, event: ProductsChangedV1) -> None:
    """Products have changed: a task hands them over."""
    if neighbour_of(act.hall) is not None and event.product_ids:
        await act.enqueue(INDEX_TASK, IndexProducts(event.product_ids))


async def index_products(job: JobContext, payload: IndexProducts) -> None:
    """Make the documents of products anew and hand them over; what is off sale is dropped."""
    neighbour = neighbour_of(job.hall)
    if neighbour is None:
        return
    ids = payload.product_ids
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        async with job.act() as act:
            await rebuild(act.connection, some)
        await _hand_over(job.ask(), neighbour.engine, some)


async def rebuild_index(hall: Hall) -> int:
    """Give the engine the whole catalogue, and what changed meanwhile; returns how many documents.

    Raises what the engine raises: then the old ones still answer.
    """
    ask, neighbour = system_ask(hall), neighbour_of(hall)
    after = -1
    while after:
        async with ask.act() as act:
            after = await rebuild_stale(act.connection, max(after, 0), STALE)
    if neighbour is None:
        return await documents_there(ask)
    given: dict[ProductId, int] = {}

    async def batches() -> AsyncIterator[Sequence[SearchDocument]]:
        async for some in _all(ask):
            given.update((one.id, hash(one)) for one in some)
            yield some

    await neighbour.engine.rebuild(batches())
    async for some in _all(ask):
        changed = [one.id for one in some if given.pop(one.id, None) != hash(one)]
        if changed:
            await _hand_over(ask, neighbour.engine, changed)
    if given:
        await neighbour.engine.drop(list(given))
    return await documents_there(ask)


async def documents_there(ask: AskContext) -> int:
    """How many products on sale have a document."""
    return int((await ask.fetch(_DOCUMENTS))[0][0])


async def _all(ask: AskContext) -> AsyncIterator[Sequence[SearchDocument]]:
    after = 0
    while some := await documents_after(ask, after, BATCH):
        yield some
        after = some[-1].id


async def _hand_over(ask: AskContext, engine: OutsideEngine, products: Sequence[ProductId]) -> None:
    there = {one.id: one for one in await documents_of(ask, products)}
    while products:
        found = [there[one] for one in products if one in there]
        gone = [one for one in products if one not in there]
        if found:
            await engine.index(found)
        if gone:
            await engine.drop(gone)
        now = {one.id: one for one in await documents_of(ask, products)}
        products = [one for one in products if now.get(one) != there.get(one)]
        there = now
