"""S18: sqlmap, level 2, against the twenty richest addresses; and against one that it must find.

sqlmap is no part of the project: the test installs it into an environment of its own, and skips
where it cannot. All traffic stays on this machine, and each run has an end.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from canaries import two_processes
from processes import only_with
from sqlalchemy import text
from two_companies import Key, Scene, set_the_scene

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

PLUGINS = ("analogues", "loyalty")
pytestmark = [pytest.mark.full, pytest.mark.plugins(*PLUGINS), pytest.mark.timeout(3600)]

SECONDS = 240
FOUND = "is vulnerable"
ADDRESSES: Mapping[str, Sequence[str]] = {
    "buyer": (
        "/search?q=болт&brand=КРЕПЁЖ&page=1",
        "/search?q=болт&attr=len~1&stock=1",
        "/search?q=болт&price_from=1&price_to=200",
        "/search?q=болт&range=len&low=1&high=2",
        "/search/suggest?q=болт",
        "/orders?number=1&show=all",
        "/documents?before=10",
        "/quick-order?text=A-1",
        "/cart/outlets?page=1",
        "/loyalty?page=1&points=1",
    ),
    "token": (
        "/api/v1/products?q=болт",
        "/api/v1/products?category=1",
        "/api/v1/orders?number=1",
        "/api/v1/orders/earlier?number=1",
    ),
    "site_admin": (
        "/staff/customers?q=Ромашка&show=all&page=1",
        "/staff/holds?q=A-1",
        "/staff/prices?q=A-1",
        "/staff/prices/manual?q=A-1&company=1",
        "/p/loyalty/customers?q=Ромашка&page=1",
        "/p/analogues?article=A-1",
    ),
}


@pytest.fixture(scope="module")
def sqlmap(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """The words that start it."""
    home = tmp_path_factory.mktemp("sqlmap")
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    python = str(home / "venv" / "bin" / "python")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "sqlmap"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"sqlmap cannot be installed here: {done.stderr[-200:]}")
    return [str(home / "venv" / "bin" / "sqlmap")]


def attack(sqlmap: Sequence[str], address: str, headers: Sequence[str], output: Path) -> str:
    """What sqlmap says of an address."""
    words = [*sqlmap, "-u", address, "--batch", "--level=2", "--risk=1", "--dbms=PostgreSQL"]
    words += ["--threads=1", "--timeout=10", "--retries=0", "--flush-session", "--disable-coloring"]
    words += ["--skip=cookie,referer,user-agent,host", "--ignore-code=*", "--time-sec=2"]
    words += [f"--output-dir={output}", *(f"--header={one}" for one in headers)]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=output,
        env={**os.environ, "HOME": str(output)},
    )
    assert "all tested parameters" in done.stdout or FOUND in done.stdout, done.stdout[-2000:]
    return done.stdout


def known_as(scene: Scene, role: str) -> Sequence[str]:
    """The headers by which somebody is known."""
    people: Mapping[str, Key] = {**scene.own.people, **scene.staff}
    if role == "token":
        return [f"Authorization: Bearer {people['buyer'].token}"]
    return [f"Cookie: sid={people[role].session}"]


async def test_it_finds_no_way_in(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, sqlmap: Sequence[str]
) -> None:
    assert sum(map(len, ADDRESSES.values())) == 20
    scene = await set_the_scene(hall, wholesaler)
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.attribute (external_id, name, kind)"
                " values ('len', 'Длина', 'number')"
            )
        )
    target, environment = "fondaco.serve:application", only_with(*PLUGINS)
    found, requests = [], 0
    async with two_processes(database_url, tmp_path, target, environment) as clients:
        base = str(clients[0].base_url).rstrip("/")
        for role, addresses in ADDRESSES.items():
            for address in addresses:
                said = attack(sqlmap, base + address, known_as(scene, role), tmp_path)
                requests += said.count("testing '")
                if FOUND in said:
                    found.append(f"{address}: {said[said.index(FOUND) - 100 :][:400]}")
    print(f"S18: sqlmap, 20 addresses, {requests} kinds of injection tried, {len(found)} found")
    assert requests > 200
    assert not found, "\n".join(found)


async def test_it_finds_the_one_that_is_there(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, sqlmap: Sequence[str]
) -> None:
    """The negative control: suggestions by a statement that holds what was typed."""
    scene = await set_the_scene(hall, wholesaler)
    target = "unguarded:writing_into_the_statement"
    async with two_processes(database_url, tmp_path, target) as clients:
        address = f"{str(clients[0].base_url).rstrip('/')}/search/suggest?q=болт"
        said = attack(sqlmap, address, known_as(scene, "buyer"), tmp_path)
    assert FOUND in said
