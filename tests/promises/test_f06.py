"""F06: an import that is killed goes on to the same end, and nobody sees half a catalogue.

Killed at named points and anywhere, resumed each time; then the tables are compared with those of
a run that nobody disturbed, and a buyer who looked all the while never saw two versions at once.
The control merges the catalogue statement by statement and is killed between two of them.
"""

import asyncio
import contextlib
import json
import os
import random
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
import f06_import
import pytest
import pytest_asyncio
from msgspec import Struct
from warm import FORKS

from fondaco.crash import EXIT_CODE
from fondaco.hall import load_registry, migration_rooms
from fondaco.testing.databases import create_copy, drop, ensure_template

POINTS = (
    "import.staged:3",
    "import.settle",
    "import.catalogue",
    "import.prices.batch:2",
    # Documents are made beside prices: once these have died, there may be none left to make.
    "import.documents",
    "import.stock.batch:2",
    "import.images.batch",
)
SMALL, FULL = 2_000, 250_000
MEMORY_LIMIT = 512
"""MB of the importing process."""

# Processes of their own that need not import everything anew.

SEEN = """
    select count(*), min(brand), max(brand), count(distinct brand),
           count(*) filter (where not exists (select from fondaco.product_code c
                                               where c.product_id = p.id and c.kind = 'sku'))
      from fondaco.product p where active
"""
TABLES = {
    "unit": "select * from fondaco.unit",
    "category": "select c.external_id, c.name, c.active, c.catalog_id, p.external_id as parent"
    " from fondaco.category c left join fondaco.category p on p.id = c.parent_id",
    "attribute": "select external_id, name, kind, options, active from fondaco.attribute",
    "family": "select external_id, name from fondaco.family",
    "product": "select p.external_id, p.sku, p.name, p.description, p.brand, p.attributes, p.packs,"
    " p.said, p.active, p.content_hash, f.external_id as family, c.external_id as category"
    " from fondaco.product p left join fondaco.family f on f.id = p.family_id"
    " left join fondaco.category c on c.id = p.category_id",
    "code": "select p.external_id, c.kind, c.value, c.key from fondaco.product_code c"
    " join fondaco.product p on p.id = c.product_id",
    "image": "select p.external_id, i.rank, i.source_path, f.sha256 from fondaco.product_image i"
    " join fondaco.product p on p.id = i.product_id left join fondaco.file f on f.id = i.file_id",
    "price": "select p.external_id, l.external_id as list, r.min_quantity, r.price"
    " from fondaco.price_row r join fondaco.product p on p.id = r.product_id"
    " join fondaco.price_list l on l.id = r.price_list_id",
    "stock": "select p.external_id, w.external_id as place, s.lot, s.on_hand"
    " from fondaco.stock_row s join fondaco.product p on p.id = s.product_id"
    " join fondaco.place w on w.id = s.place_id",
    "search": "select p.external_id, d.codes, d.words, d.vector from fondaco.search_document d"
    " join fondaco.product p on p.id = d.product_id",
    "report": "select run_id, member, row_number, reference, code, params, warning"
    " from fondaco.import_refusal",
    "run": "select id, importer, source, state, phase, counts, error from fondaco.import_run",
    "generation": "select generation from fondaco.catalogue_state",
}


class Site:
    """A database of the promise, and imports into it by processes that may die."""

    def __init__(self, url: str, data: Path, number: int) -> None:
        self.url = url
        self.data = data
        self.number = number

    async def run(
        self,
        version: int,
        *,
        crash_at: str = "",
        kill_after: float = 0,
        unguarded: bool = False,
    ) -> int:
        """Import a version, or what is left of it; the exit code, negative if killed."""
        process = FORKS.Process(
            target=f06_import.run,
            args=(self.url, self.data, self.number, version, unguarded, crash_at),
        )
        process.start()
        if kill_after:
            await asyncio.to_thread(process.join, kill_after)
            process.kill()
        await asyncio.to_thread(process.join)
        assert process.exitcode is not None
        return process.exitcode

    async def read(self, sql: str) -> Sequence[asyncpg.Record]:
        """Rows, on a connection of the checker's own."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def tables(self) -> dict[str, str]:
        """A hash of what stands in each table, whatever the ids."""
        found = {}
        for name, sql in TABLES.items():
            [row] = await self.read(
                f"select count(*) || ':' || md5(coalesce(string_agg(md5(t::text), ''"
                f" order by md5(t::text)), '')) from ({sql}) t"
            )
            found[name] = row[0]
        return found

    async def is_done(self, version: int) -> bool:
        """Whether the newest run of a version is done."""
        rows = await self.read(
            f"select state from fondaco.import_run where source = 'version {version}'"
            " order by id desc limit 1"
        )
        return bool(rows) and bool(rows[0][0] == "done")

    def on_sale(self, version: int) -> tuple[int, str]:
        """How many products a version has, and its brand: two variants in fifty goods."""
        return self.number + len(range(1, self.number, 50)), f"v{version}"


class Glance(Struct, frozen=True):
    """What a buyer saw in one statement."""

    products: int
    brand: str
    brands: int
    without_code: int

    def is_one_of(self, site: Site) -> bool:
        """Whether it was one version, and all of it."""
        whole = self.brands == 1 and not self.without_code
        return whole and (self.products, self.brand) in (site.on_sale(1), site.on_sale(2))


@contextlib.asynccontextmanager
async def buyer(site: Site) -> AsyncIterator[list[Glance]]:
    """Looks at the catalogue all the while; yields what was seen."""
    seen: list[Glance] = []
    connection = await asyncpg.connect(site.url.replace("+asyncpg", ""))

    async def look() -> None:
        while True:
            count, first, _, brands, bare = await connection.fetchrow(SEEN)
            glance = Glance(count, first or "", brands, bare)
            if not seen or seen[-1] != glance:
                seen.append(glance)
            await asyncio.sleep(0.01 + site.number / 1_000_000)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        await connection.close()


@pytest_asyncio.fixture
async def sites(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[list[Site]]:
    """Two sites with the same version 1 of the catalogue."""
    number = getattr(request, "param", SMALL)
    data = tmp_path_factory.mktemp("f06")
    template = await ensure_template(migration_rooms(load_registry(f06_import.settings(data), ())))
    names = [f"fondaco_f06_{os.getpid()}_{uuid4().hex[:8]}" for _ in range(2)]
    first = Site(await create_copy(template, names[0]), data, number)
    assert await first.run(1) == 0
    yield [first, Site(await create_copy(names[0], names[1]), data, number)]
    for name in names:
        await drop(name)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("sites", "kills"),
    [
        pytest.param(SMALL, 3, id="small"),
        pytest.param(FULL, 10, id="full", marks=pytest.mark.full),
    ],
    indirect=["sites"],
)
async def test_killed_anywhere_it_ends_the_same_and_nobody_sees_half(
    sites: list[Site], kills: int
) -> None:
    seed = int(os.environ.get("FONDACO_SEED", "0")) or random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    calm, troubled = sites
    started = time.monotonic()
    assert await calm.run(2) == 0
    whole = time.monotonic() - started

    landed = 0
    async with buyer(troubled) as seen:
        while landed < kills:
            pause = chance.uniform(0.3, 1.4) * whole / kills
            if await troubled.run(2, kill_after=pause) == 0:
                break
            landed += 1
            if await troubled.is_done(2):
                break  # killed behind its end; another run would be another import
        assert await troubled.is_done(2) or await troubled.run(2) == 0

    assert landed, "the import ended before the first kill"
    assert await troubled.tables() == await calm.tables()
    assert [glance for glance in seen if not glance.is_one_of(troubled)] == []
    assert {glance.brand for glance in seen} == {"v1", "v2"}


@pytest.mark.full
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("sites", [SMALL, FULL], indirect=True)
async def test_full_killed_at_every_point_it_ends_the_same(sites: list[Site]) -> None:
    calm, troubled = sites
    assert await calm.run(2) == 0
    async with buyer(troubled) as seen:
        for point in POINTS:
            assert await troubled.run(2, crash_at=point) == EXIT_CODE, f"{point} was not reached"
        assert await troubled.run(2) == 0
    assert await troubled.tables() == await calm.tables()
    assert [glance for glance in seen if not glance.is_one_of(troubled)] == []


async def test_the_same_package_again_changes_nothing(sites: list[Site]) -> None:
    site, untouched = sites
    assert await site.run(1) == 0
    same, before = await site.tables(), await untouched.tables()
    assert {name for name in TABLES if same[name] != before[name]} == {"run", "report"}
    [row] = await site.read("select counts from fondaco.import_run order by id desc limit 1")
    counts = json.loads(row[0])
    changes = ("added", "changed", "removed")
    assert not any(n for name, n in counts.items() if name.rpartition(".")[2] in changes)
    assert counts["refused"] == 1 and counts["read.products"] == site.number


async def test_control_without_one_transaction_half_a_catalogue_is_seen(
    sites: list[Site],
) -> None:
    site, _ = sites
    async with buyer(site) as seen:
        assert await site.run(2, unguarded=True) == EXIT_CODE
        await asyncio.sleep(0.2)
    assert [glance for glance in seen if not glance.is_one_of(site)]


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("sites", [FULL], indirect=True)
async def test_full_250_000_products_in_ten_minutes_and_half_a_gigabyte(
    sites: list[Site],
) -> None:
    site, _ = sites
    started = time.monotonic()
    assert await site.run(2) == 0
    seconds, peak = time.monotonic() - started, int((site.data / "peak").read_text())
    print(f"250,000 products: {seconds:.0f} s, {peak} MB")
    assert seconds <= 600 and peak <= MEMORY_LIMIT
