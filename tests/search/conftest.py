"""Shelves whose goods are in Meilisearch: the stub, or the server that MEILI_URL names."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from meilisearch import Client
from meilisearch_server import KEY, Meilisearch, meilisearch
from shelves import Shelves

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.search.indexing import IndexProducts, index_products, rebuild_index
from fondaco.settings import Search, Settings
from fondaco.testing.client import Client as Browser
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_sdk.providers.search import SearchPage, SearchWindow
from fondaco_sdk.types.ids import ProductId


class IndexedShelves(Shelves):
    """Shelves whose documents are handed over as the worker does it."""

    window = SearchWindow(detailed=True)

    async def open(self) -> None:
        """The shop, and an empty index."""
        await super().open()
        await rebuild_index(self.hall)

    async def publish(self, ids: Sequence[int]) -> None:
        """Documents in the database and in the engine."""
        job = JobContext(self.hall, Outside(), "search.index", 1)
        await index_products(job, IndexProducts(tuple(ProductId(one) for one in ids)))

    async def find(self, words: str, *, reduced: bool = False, **wanted: Any) -> SearchPage:
        """What is found; in the reduced form just where a test says so."""
        page = await super().find(words, **wanted)
        assert page.reduced == reduced
        return page


@pytest.fixture
def stub() -> Iterator[Meilisearch | None]:
    """The stub; None where a real server is asked."""
    if "MEILI_URL" in os.environ:
        yield None
        return
    with meilisearch() as server:
        yield server


@pytest.fixture
def faulty(stub: Meilisearch | None) -> Meilisearch:
    """The stub, to be broken."""
    if stub is None:
        pytest.skip("a real server is not broken on purpose")
    return stub


def plugin_settings(stub: Meilisearch | None) -> dict[str, Any]:
    """The plugin's settings for the server, with an index of this test's own."""
    index = f"fondaco_test_{uuid4().hex[:12]}"
    if stub is not None:
        return {"url": stub.url, "key": KEY, "index": index}
    return {
        "url": os.environ["MEILI_URL"],
        "key": os.environ.get("MEILI_KEY", ""),
        "index": index,
    }


@pytest.fixture
def settings(tmp_path: Any, stub: Meilisearch | None) -> Settings:
    """A site that has chosen Meilisearch."""
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        search=Search("meilisearch"),
        plugins={"search_meilisearch": plugin_settings(stub)},
    )


@pytest_asyncio.fixture
async def shelves(
    hall: Hall, wholesaler: Wholesaler, stub: Meilisearch | None
) -> AsyncIterator[IndexedShelves]:
    """A shop with empty shelves; its index goes with it."""
    made = IndexedShelves(hall, wholesaler)
    await made.open()
    yield made
    if stub is None:
        named = hall.settings.plugins["search_meilisearch"]
        Client(named["url"], named["key"] or None).delete_index(named["index"])


@pytest_asyncio.fixture
async def visitor(shelves: IndexedShelves, client: Browser) -> Browser:
    """The company's buyer, signed in."""
    await client.sign_in(shelves.company.email, PASSWORD)
    return client
