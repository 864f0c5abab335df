"""Each plugin of the repository is taken away and comes back, and the shop goes on without it."""

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from journey import Journey, content_of, furnish
from processes import app_processes, environment_of
from sqlalchemy import make_url
from warm import finished

from fondaco.db._pg_binaries import installed
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Plugin

ALL, _PROBLEMS = discover()
_NAMES = [plugin.name for plugin in ALL]
SHARES = [_NAMES[first::4] for first in range(4)]
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """Every plugin that is installed."""
    assert _PROBLEMS == ()
    return ALL


def _fondaco(environment: Mapping[str, str], *words: str | Path) -> None:
    done = finished(("-m", "fondaco.cli", *map(str, words)), environment)
    assert done.returncode == 0, done.stderr


def _restore(database_url: str, dump: Path) -> None:
    url, binaries = make_url(database_url), installed()
    psql = str(binaries / "bin" / "psql") if binaries else "psql"
    words = [psql, "--quiet", "--set=ON_ERROR_STOP=1", f"--file={dump}"]
    words += [f"--host={url.query.get('host', url.host)}", f"--username={url.username}"]
    words += [f"--port={url.port}"] if url.port else []
    done = subprocess.run(
        [*words, f"--dbname={url.database}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("names", SHARES, ids=" ".join)
async def test_the_shop_goes_on_without_it_and_has_it_again(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    names: Sequence[str],
) -> None:
    """One after the other; with all of them again the shop works at the end of each share."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(3, price_list=prices, place=place)
    company = await wholesaler.company("Ромашка", seller, [prices])
    journey = Journey(company, await wholesaler.staff("manager", "head_of_sales", "site_admin"))
    await furnish(hall)
    everything = {"FONDACO_WITHOUT": ""}
    environment = {**environment_of(database_url, tmp_path / "data"), **everything}
    for name in names:
        before = await content_of(hall, name)
        dumps = tmp_path / name
        await asyncio.to_thread(_fondaco, environment, "plugin", "remove", name, "--dump-to", dumps)
        assert await content_of(hall, name) == {}, name
        without = {"FONDACO_WITHOUT": name}
        with app_processes(database_url, tmp_path, number=1, environment=without) as (address,):
            await journey.go(address)
        for dump in dumps.glob("*.sql"):
            await asyncio.to_thread(_restore, database_url, dump)
        await asyncio.to_thread(_fondaco, environment, "migrate")
        assert await content_of(hall, name) == before, name
        assert bool(before) == bool(list(dumps.glob("*.sql"))), name
    with app_processes(database_url, tmp_path, number=1, environment=everything) as (address,):
        await journey.go(address)
