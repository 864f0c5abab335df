"""The index follows the catalogue: by events and the queue, as the worker does it."""

import msgspec
import pytest
from meilisearch_server import Meilisearch
from shelves import Shelves

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.search.indexing import INDEX_TASK, IndexProducts, index_products
from fondaco.search.service import Search
from fondaco_sdk.events import ProductsChangedV1
from fondaco_sdk.providers.search import SearchFilters, SearchWindow
from fondaco_sdk.types.ids import ProductId

pytestmark = pytest.mark.plugins("search_meilisearch")


async def work(shelves: Shelves) -> int:
    """Deliver what is due and run what it queued; returns how many tasks there were."""
    await deliver_due(shelves.hall)
    jobs = await shelves.sql(
        "delete from fondaco.pgqueuer where entrypoint = :task returning id, payload",
        task=INDEX_TASK,
    )
    for id, payload in jobs:
        job = JobContext(shelves.hall, Outside(), INDEX_TASK, id)
        await index_products(job, msgspec.json.decode(payload, type=IndexProducts))
    return len(jobs)


async def product_ids(shelves: Shelves) -> list[ProductId]:
    """All products, by article."""
    return [ProductId(row[0]) for row in await shelves.sql("select id from fondaco.product")]


async def test_what_an_import_has_changed_is_handed_over(
    shelves: Shelves, faulty: Meilisearch
) -> None:
    await shelves.product("A-1", "Болт")
    await shelves.sql("update fondaco.product set name = 'Гайка', changed_at = now()")
    ids = await product_ids(shelves)
    async with system_ask(shelves.hall).act() as act:
        await act.emit(ProductsChangedV1(product_ids=tuple(ids), generation=1))
    assert await work(shelves) == 1
    [held] = faulty.indexes.values()
    assert [one["words"].split()[0] for one in held.values()] == ["гайка"]
    assert await work(shelves) == 0


async def test_a_product_that_a_rule_names_is_handed_over_with_its_new_cell(
    shelves: Shelves, faulty: Meilisearch
) -> None:
    await shelves.product("A-1", "Болт")
    await shelves.product("A-2", "Болт второй")
    [first, _] = ids = await product_ids(shelves)
    [held] = faulty.indexes.values()
    assert held[first]["cell"] == held[ids[1]]["cell"]
    async with system_ask(shelves.hall).act() as act:
        assortment = await add_assortment(act, "Только один", "")
        await add_rule(act, assortment, Goods(product=first), excludes=False)
        await bind(act, assortment, "hidden", shelves.company.customer.company_id)
    search = Search(shelves.company.ask(shelves.hall))
    assert await work(shelves) == 1
    assert held[first]["cell"] != held[ids[1]]["cell"]
    page = await search.find("болт", SearchFilters(), SearchWindow())
    assert (page.ids, page.total, page.reduced) == ((first,), 1, False)


async def test_where_postgresql_is_chosen_nothing_is_queued(
    shelves: Shelves, hall: Hall, faulty: Meilisearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelves.product("A-1", "Болт")
    monkeypatch.setattr("fondaco.search.indexing.neighbour_of", lambda hall: None)
    async with system_ask(hall).act() as act:
        await act.emit(ProductsChangedV1(product_ids=(ProductId(1),), generation=1))
    assert await work(shelves) == 0
