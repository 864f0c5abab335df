"""S05: companies that ask by turns never see each other's, with a cache before the site or without.

Every GET route is asked at the same address by one company, the other and a guest, as a page and as
a fragment, with ids that are there and that are not. The cache keeps whatever it is not forbidden
to keep, under the address alone. In the negative control nothing forbids it.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct, field
from processes import app_processes
from proxy_cache import NGINX, caching_proxy
from route_table import Listed, Visitor, route_table
from two_companies import CANARY, Belongings, set_the_scene

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler

FRAGMENT = {"HX-Request": "true"}
PUBLIC = ("/static/", "/brand/")
OWN = "Ромашка"
# The name of the one stands in an example of the registration; the other's stands nowhere else.
_MARKS = {
    OWN: re.compile(rf"{OWN} (?:Иванова|ждёт|17|1\b)"),
    CANARY: re.compile(rf"{CANARY} (?:Иванова|ждёт|17|1\b)|«{CANARY}"),
}


class Turns(Struct):
    """Who asks, and what was wrong."""

    routes: list[Listed]
    companies: list[tuple[str, Belongings, Visitor]]
    guest: Visitor
    shared: dict[str, str]
    asked: int = 0
    kept: int = 0
    wrong: list[str] = field(default_factory=list)

    async def take(self) -> None:
        """Every route at the addresses of both companies and at one where nothing is."""
        for listed in self.routes:
            for at, (_, owner, _) in enumerate(self.companies):
                ids = {**owner.ids, **self.shared}
                await self._ask(listed, listed.address(ids, str(uuid4())), first=at)
            await self._ask(listed, listed.address({}, str(uuid4())), first=0)

    async def _ask(self, listed: Listed, address: str, first: int) -> None:
        order = [self.companies[first], self.companies[1 - first], self.companies[first]]
        for headers in ({}, FRAGMENT):
            for name, _, visitor in order:
                self._look(name, listed, await visitor.send(listed, address, headers=headers))
            self._look("guest", listed, await self.guest.send(listed, address, headers=headers))

    def _look(self, who: str, listed: Listed, answer: httpx.Response) -> None:
        self.asked += 1
        self.kept += answer.headers.get("x-cache") == "HIT"
        said = f"{answer.headers.get('location', '')} {answer.text}"
        others = [name for name, marks in _MARKS.items() if name != who and marks.search(said)]
        if others:
            self.wrong.append(f"{who}: {listed}: shows what is {others[0]}'s")
        control = answer.headers.get("cache-control", "")
        if not listed.path.startswith(PUBLIC) and "no-store" not in control:
            self.wrong.append(f"{who}: {listed}: {answer.status_code} may be kept ({control!r})")


@asynccontextmanager
async def turns(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    folder: Path,
    *,
    proxy: bool,
    target: str = "fondaco.serve:application",
) -> AsyncIterator[Turns]:
    """Two companies and a guest before two processes."""
    scene = await set_the_scene(hall, wholesaler)
    with app_processes(database_url, folder, target=target) as addresses:
        before = caching_proxy(addresses, folder / "proxy") if proxy else nullcontext(addresses[0])
        with before as address:
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                companies = [
                    (name, whose, await Visitor(client, whose.people["buyer"]).open())
                    for name, whose in ((OWN, scene.own), (CANARY, scene.other))
                ]
                routes = [listed for listed in route_table(hall) if listed.method == "GET"]
                guest = await Visitor(client, None).open()
                yield Turns(routes, companies, guest, dict(scene.shared))


async def test_companies_by_turns(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    async with turns(hall, wholesaler, database_url, tmp_path, proxy=False) as found:
        await found.take()
    print(f"S05: {found.asked} answers of {len(found.routes)} routes, {len(found.wrong)} wrong")
    assert found.wrong == []


@pytest.mark.full
@pytest.mark.skipif(NGINX is None, reason="needs Debian's nginx")
async def test_companies_by_turns_behind_a_cache(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    async with turns(hall, wholesaler, database_url, tmp_path, proxy=True) as found:
        await found.take()
    print(f"S05: {found.asked} answers behind a cache, {found.kept} of them kept by it")
    assert found.wrong == []


@pytest.mark.skipif(NGINX is None, reason="needs Debian's nginx")
async def test_without_the_word_of_caution_the_cache_gives_one_the_other_s_page(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    target = "unguarded:that_may_be_kept"
    async with turns(hall, wholesaler, database_url, tmp_path, proxy=True, target=target) as found:
        found.routes = [listed for listed in found.routes if listed.path in ("/orders", "/cart")]
        await found.take()
    assert found.kept
    assert any("shows what is" in wrong for wrong in found.wrong), found.wrong
