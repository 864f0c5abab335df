"""S04 with either search engine, with one that is broken, and with one that lies.

What searches is called as every role of the fenced company, at two processes; the index holds all
fifty hidden products. Each way has its negative control, in which a filter is left out.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from canaries import CANARIES, MARK, Canaries, Crawl, Report, hide_canaries, two_processes
from meilisearch_server import KEY, Meilisearch, Mood, meilisearch
from msgspec.structs import replace
from processes import only_with
from two_companies import Scene, set_the_scene

from fondaco.hall import create_hall
from fondaco.hooks.hall import Hall
from fondaco.search.indexing import rebuild_index
from fondaco.search.service import Search
from fondaco.settings import Search as Chosen
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.providers.search import SearchFilters, SearchWindow

pytestmark = pytest.mark.timeout(300)

PLAIN = "fondaco.serve:application"
PLUGIN = "search_meilisearch"
INDEX = "s04"


@pytest.fixture
def stub() -> Iterator[Meilisearch]:
    """Meilisearch on this machine."""
    with meilisearch() as server:
        yield server


class Stage:
    """Two companies, the canaries, and the processes that serve them."""

    def __init__(self, hall: Hall, scene: Scene, canaries: Canaries, stub: Meilisearch) -> None:
        self.hall = hall
        self.scene = scene
        self.canaries = canaries
        self.stub = stub

    @classmethod
    async def set(
        cls, hall: Hall, wholesaler: Wholesaler, stub: Meilisearch, data: Path
    ) -> "Stage":
        """The canaries are in the index, too."""
        scene = await set_the_scene(hall, wholesaler)
        stage = cls(hall, scene, await hide_canaries(hall, wholesaler, scene, data), stub)
        other = stage.choosing_meilisearch()
        try:
            await rebuild_index(other)
        finally:
            await other.close()
        held = stub.indexes[INDEX].values()
        assert sum(MARK.lower() in one["words"] for one in held) == CANARIES
        return stage

    def choosing_meilisearch(self) -> Hall:
        """The same site with the other engine."""
        plugins = {PLUGIN: {"url": self.stub.url, "key": KEY, "index": INDEX}}
        settings = replace(self.hall.settings, search=Chosen("meilisearch"), plugins=plugins)
        url = self.hall.database.engine.url.render_as_string(hide_password=False)
        return create_hall(settings, database_url=url)

    def environment(self) -> dict[str, str]:
        """What processes inherit that choose it."""
        prefix = f"FONDACO_PLUGINS__{PLUGIN.upper()}__"
        return {
            **only_with(PLUGIN),
            "FONDACO_SEARCH__ENGINE": "meilisearch",
            f"{prefix}URL": self.stub.url,
            f"{prefix}KEY": KEY,
            f"{prefix}INDEX": INDEX,
        }

    async def crawl(self, database_url: str, data: Path, target: str) -> tuple[Report, Report]:
        """What the open company sees, then the fenced one."""
        async with two_processes(database_url, data, target, self.environment()) as clients:
            shown, hidden = [
                await Crawl(self.hall, self.canaries, who, clients, searching=True).run()
                for who in (self.scene.other, self.scene.own)
            ]
        return shown, hidden


FULL = [pytest.param(mood, marks=pytest.mark.full) for mood in ("slow", "500", "garbage")]


@pytest.mark.parametrize("mood", ["well", "refusing", *FULL])
async def test_nothing_hidden_is_found(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    stub: Meilisearch,
    mood: Mood,
) -> None:
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    stub.mood = mood
    shown, hidden = await stage.crawl(database_url, tmp_path, PLAIN)
    print(f"S04, engine {mood}: {hidden.calls} calls; the other company: {len(shown.seen)}")
    assert not hidden.seen, "\n".join(hidden.seen)
    assert len(shown.seen) > 10
    assert bool(stub.searches) is (mood in ("well", "slow"))


async def test_a_server_that_leaves_the_filters_out_shows_nothing_hidden(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, stub: Meilisearch
) -> None:
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    stub.without_filters = True
    shown, hidden = await stage.crawl(database_url, tmp_path, PLAIN)
    assert stub.searches
    assert not hidden.seen, "\n".join(hidden.seen)
    assert len(shown.seen) > 10


async def test_counts_are_those_of_postgresql(
    hall: Hall, wholesaler: Wholesaler, tmp_path: Path, stub: Meilisearch
) -> None:
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    other = stage.choosing_meilisearch()
    stub.without_filters = True
    window = SearchWindow(detailed=True)
    try:
        for who in (stage.scene.own, stage.scene.other):
            for text in ("болт", "болт невидимка", "болт невидимкаа", "КН-7", "крепёж болт"):
                expected, found = [
                    await Search(who.company.ask(site)).find(text, SearchFilters(), window)
                    for site in (hall, other)
                ]
                assert found.total == expected.total, text
                assert sorted(map(repr, found.facets)) == sorted(map(repr, expected.facets)), text
                assert found.details == expected.details, text
    finally:
        await other.close()


async def test_the_filter_is_given_to_the_engine(
    hall: Hall, wholesaler: Wholesaler, tmp_path: Path, stub: Meilisearch
) -> None:
    """Otherwise its five thousand might all be hidden ones."""
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    other = stage.choosing_meilisearch()
    try:
        for who, fenced in ((stage.scene.own, True), (stage.scene.other, False)):
            stub.searches.clear()
            ask = who.company.ask(other)
            await Search(ask).find("болт", SearchFilters(), SearchWindow())
            cells = [f for f in stub.searches[0]["filter"] if f.startswith("cell IN [")]
            assert bool(cells) is fenced
    finally:
        await other.close()


@pytest.mark.parametrize("mood", ["well", "refusing"])
async def test_without_the_filter_it_is_found(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    stub: Meilisearch,
    mood: Mood,
) -> None:
    """The negative control: the database judges without a look at assortments."""
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    stub.mood, stub.without_filters = mood, True
    _, hidden = await stage.crawl(database_url, tmp_path, "unguarded:judging_without_a_look")
    assert any("GET /search " in seen for seen in hidden.seen), hidden.seen


async def test_without_any_filter_it_is_found_on_every_way(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, stub: Meilisearch
) -> None:
    """The negative control: assortments count for nobody."""
    stage = await Stage.set(hall, wholesaler, stub, tmp_path)
    _, hidden = await stage.crawl(database_url, tmp_path, "unguarded:without_assortments")
    for way in ("/search", "/search/suggest", "/api/v1/products"):
        assert any(f"GET {way} " in seen for seen in hidden.seen), way
