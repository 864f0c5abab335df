"""The engine: the official client, which waits for its answers, in threads of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.search import Proposed, SearchDocument, Wanted
from fondaco_sdk.types.ids import ProductId
from fondaco_search_meilisearch import contract
from fondaco_search_meilisearch.server import Refused, Server, Silent
from fondaco_search_meilisearch.settings import Meilisearch

P = ParamSpec("P")
T = TypeVar("T")


class MeilisearchEngine:
    """Implements `fondaco_sdk.providers.search.OutsideEngine`.

    Searches and indexing have threads apart, so that neither waits for the other. A search that
    nobody waits for any longer ends by the client's own time-out.
    """

    def __init__(self, settings: Meilisearch) -> None:
        self._index = settings.index
        self._server = Server(settings)
        self._searching = ThreadPoolExecutor(settings.threads, "meilisearch")
        self._indexing = ThreadPoolExecutor(1, "meilisearch-index")
        self._prepared = False

    async def propose(self, wanted: Wanted) -> Proposed:
        """One call. Raises `Unavailable`."""
        answer = await _in(
            self._searching, self._server.search, contract.question(self._index, wanted)
        )
        return contract.proposed(answer, wanted)

    async def index(self, documents: Sequence[SearchDocument]) -> None:
        """Take up documents; the first time the settings of the index, too."""
        if not self._prepared:
            await _in(self._indexing, self._server.prepare, self._index)
            self._prepared = True
        await self._give(self._index, documents)

    async def drop(self, products: Sequence[ProductId]) -> None:
        """Forget products."""
        await _in(self._indexing, self._server.drop, self._index, products)

    async def rebuild(self, batches: AsyncIterator[Sequence[SearchDocument]]) -> None:
        """Fill an index beside the one that answers, then swap the two and drop the old one."""
        beside = f"{self._index}_next"
        await _in(self._indexing, self._server.forget, beside)
        await _in(self._indexing, self._server.prepare, beside)
        async for documents in batches:
            await self._give(beside, documents)
        await _in(self._indexing, self._server.prepare, self._index)
        await _in(self._indexing, self._server.swap, self._index, beside)
        await _in(self._indexing, self._server.forget, beside)

    async def documents(self) -> int:
        """How many the index has."""
        return await _in(self._searching, self._server.count, self._index)

    async def close(self) -> None:
        """Wait for no search; indexing ends what it does."""
        self._searching.shutdown(wait=False, cancel_futures=True)
        self._indexing.shutdown(wait=False, cancel_futures=True)

    async def _give(self, index: str, documents: Sequence[SearchDocument]) -> None:
        given = [contract.document(one) for one in documents]
        await _in(self._indexing, self._server.give, index, given)


async def _in(
    threads: ThreadPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, partial(function, *args, **kwargs))
    except (Silent, Refused) as failure:
        raise Unavailable(f"Meilisearch ({failure})") from failure


def create(settings: Meilisearch) -> MeilisearchEngine:
    """The factory named in the manifest."""
    return MeilisearchEngine(settings)
