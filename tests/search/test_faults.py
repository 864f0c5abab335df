"""Meilisearch broken: PostgreSQL answers, the page says so, and nobody waits for long."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from meilisearch_server import Meilisearch, Mood
from msgspec.structs import replace
from shelves import Shelves

from fondaco.cli.search import _status
from fondaco.exchange.breaker import FAILURES
from fondaco.hall import create_hall
from fondaco.hooks.hall import Hall
from fondaco.identity.tokens import make_token
from fondaco.search.indexing import rebuild_index
from fondaco.search.service import Search, neighbour_of
from fondaco.testing.client import Client
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.search import SearchDocument, SearchFilters, SearchWindow

pytestmark = pytest.mark.plugins("search_meilisearch")

FAULTS: tuple[Mood, ...] = ("slow", "500", "garbage", "refusing")


@pytest.mark.parametrize("mood", FAULTS)
async def test_postgresql_answers_and_the_page_says_so(
    shelves: Shelves, visitor: Client, faulty: Meilisearch, mood: Mood
) -> None:
    await shelves.product("A-1", "Амортизатор задний")
    faulty.mood = mood
    begun = time.monotonic()
    page = await visitor.get("/search?q=амортизатор")
    assert time.monotonic() - begun < 2
    assert page.status_code == 200
    assert "Амортизатор задний" in page.text
    assert "упрощённо" in page.text
    visitor.cookies.set("locale", "en")
    assert "reduced form" in (await visitor.get("/search?q=амортизатор")).text
    suggested = await visitor.get("/search/suggest?q=аморт")
    assert "Амортизатор задний" in suggested.text
    assert "reduced form" in suggested.text
    visitor.cookies.set("locale", "ru")
    assert "упрощённо" in (await visitor.get("/search/suggest?q=экскаватор")).text
    assert (await shelves.find("амортизатор", reduced=True)).total == 1


async def test_the_api_says_so_too(shelves: Shelves, client: Client, faulty: Meilisearch) -> None:
    await shelves.product("A-1", "Амортизатор задний")
    async with shelves.company.ask(shelves.hall).act() as act:
        token = {"Authorization": f"Bearer {await make_token(act, 'test')}"}
    for mood, reduced in (("well", False), ("500", True)):
        faulty.mood = mood
        answer = await client.get("/api/v1/products?q=амортизатор", headers=token)
        assert answer.status_code == 200
        assert answer.json()["reduced"] is reduced
        assert answer.json()["total"] == 1


async def test_a_stopped_server_is_left_alone_after_five_failures(
    shelves: Shelves, faulty: Meilisearch
) -> None:
    await shelves.product("A-1", "Болт")
    faulty.mood = "slow"
    for _ in range(FAILURES):
        await shelves.find("болт", reduced=True)
    begun = time.monotonic()
    await shelves.find("болт", reduced=True)
    assert time.monotonic() - begun < 0.3
    asked = len(faulty.searches)
    faulty.mood = "well"
    await shelves.find("болт", reduced=True)
    await asyncio.sleep(2)  # what the slow server still had to answer
    assert len(faulty.searches) <= asked + 2 * FAILURES


async def test_an_answer_of_another_shape_is_none(shelves: Shelves, faulty: Meilisearch) -> None:
    await shelves.product("A-1", "Болт")
    for hits in ([{"id": "1; drop"}], [{"id": None}], [{}], "hits", [{"id": True}]):
        faulty.canned = {"results": [{"hits": hits}, {"hits": []}]}
        assert (await shelves.find("болт", reduced=True)).total == 1, hits
        shelves.hall.providers.clear()  # and with it the breaker
    faulty.canned = {"results": [{"hits": [{"id": 10**6}, {"id": 10**30}]}, {"hits": []}]}
    await shelves.find("болт", reduced=True)


async def test_a_failed_task_fails_the_work_and_the_old_index_answers(
    shelves: Shelves, faulty: Meilisearch
) -> None:
    await shelves.product("A-1", "Болт")
    faulty.mood = "failing"
    with pytest.raises(Unavailable, match="failed"):
        await shelves.product("A-2", "Болт второй")
    with pytest.raises(Unavailable):
        await rebuild_index(shelves.hall)
    faulty.mood = "well"
    assert (await shelves.find("болт")).total == 1
    await rebuild_index(shelves.hall)
    assert (await shelves.find("болт")).total == 2
    assert len(faulty.indexes) == 1


async def test_a_rebuild_takes_up_what_changed_meanwhile_and_forgets_what_went(
    shelves: Shelves, faulty: Meilisearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shelves.product("A-1", "Болт")
    await shelves.product("A-2", "Гайка")
    neighbour = neighbour_of(shelves.hall)
    assert neighbour is not None
    rebuild = neighbour.engine.rebuild

    async def and_meanwhile(batches: AsyncIterator[Sequence[SearchDocument]]) -> None:
        await rebuild(batches)
        await shelves.sql("update fondaco.search_document set words = 'шайба' where words ~ 'болт'")
        await shelves.sql("update fondaco.product set active = false where sku = 'A-2'")

    monkeypatch.setattr(neighbour.engine, "rebuild", and_meanwhile)
    await rebuild_index(shelves.hall)
    [kept] = faulty.indexes.values()
    assert [one["words"] for one in kept.values()] == ["шайба"]


async def test_the_command_says_how_it_stands(
    shelves: Shelves, faulty: Meilisearch, hall: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    await shelves.product("A-1", "Болт")

    def another() -> Hall:
        url = hall.database.engine.url.render_as_string(hide_password=False)
        return create_hall(hall.settings, database_url=url, registry=hall.registry)

    assert await _status(another()) == 0
    assert "1 documents for 1 products" in capsys.readouterr().out
    faulty.indexes[next(iter(faulty.indexes))].clear()
    assert await _status(another()) == 1
    assert "rebuild" in capsys.readouterr().out
    faulty.mood = "refusing"
    assert await _status(another()) == 1
    assert "PostgreSQL answers" in capsys.readouterr().err


async def test_without_the_right_key_the_form_is_reduced(
    shelves: Shelves, faulty: Meilisearch
) -> None:
    await shelves.product("A-1", "Болт")
    wrong = {**shelves.hall.settings.plugins["search_meilisearch"], "key": "wrong"}
    settings = replace(shelves.hall.settings, plugins={"search_meilisearch": wrong})
    url = shelves.hall.database.engine.url.render_as_string(hide_password=False)
    hall = create_hall(settings, database_url=url)
    try:
        ask = shelves.company.ask(hall)
        page = await Search(ask).find("болт", SearchFilters(), SearchWindow())
        assert (page.total, page.reduced) == (1, True)
    finally:
        await hall.close()
