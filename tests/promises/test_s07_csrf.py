"""S07: no page of another site makes a signed-in person do anything, and looking changes nothing.

Every route that changes something and knows people by their cookie is called without a token, with
somebody else's, and from pages of other sites. Every GET is called by every role, and then each
table of the database is what it was.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
from processes import app_processes
from route_table import UNSAFE, Visitor, route_table
from test_s01_foreign_company import FIELDS
from two_companies import Scene, set_the_scene, state_of_everything

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Auth

ELSEWHERE = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.test"},
    {"origin": "null"},
)


async def _doors_open(
    hall: Hall, scene: Scene, addresses: Sequence[str], below: str = "/"
) -> tuple[int, list[str]]:
    """How often it was tried, and what was let in. The people ask the processes by turns."""
    tried, opened = 0, []
    async with AsyncExitStack() as stack:
        sites = [httpx.AsyncClient(base_url=address, timeout=30) for address in addresses]
        for site in sites:
            await stack.enter_async_context(site)
        people = {**scene.own.people, **scene.staff}
        visitors = [
            await Visitor(site, key).open()
            for site, key in zip(cycle(sites), people.values(), strict=False)
        ]
        stranger = await Visitor(sites[0], None).open()
        ids = {**scene.own.ids, **scene.shared}
        for listed in route_table(hall):
            if listed.method not in UNSAFE or listed.auth is not Auth.COOKIE:
                continue
            if not listed.path.startswith(below):
                continue
            for number, visitor in enumerate(visitors):
                attacks = [{"x-csrftoken": ""}, {"x-csrftoken": stranger.csrf}]
                attacks += ELSEWHERE if number == 0 else ()
                for attack in attacks:
                    to = listed.address(ids, str(uuid4()))
                    answer = await visitor.send(listed, to, FIELDS, attack)
                    tried += 1
                    if answer.status_code != 403:
                        opened.append(f"{listed} {attack}: {answer.status_code}")
    return tried, opened


async def test_nothing_is_changed_from_elsewhere(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    before = await state_of_everything(hall)
    with app_processes(database_url, tmp_path) as addresses:
        tried, opened = await _doors_open(hall, scene, addresses)
    assert not opened, "\n".join(opened)
    print(f"S07: {tried} attempts at {len(addresses)} processes")
    assert tried > 300
    assert await state_of_everything(hall) == before


async def test_looking_changes_nothing(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    before = await state_of_everything(hall)
    seen = 0
    with app_processes(database_url, tmp_path, number=1) as (address,):
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            for key in (*scene.own.people.values(), *scene.staff.values()):
                visitor = await Visitor(client, key).open()
                for listed in route_table(hall):
                    if listed.method == "GET":
                        to = listed.address({**scene.own.ids, **scene.shared}, str(uuid4()))
                        answer = await visitor.send(listed, to, {"q": "болт", "text": "A-1"})
                        seen += answer.status_code < 400
    after = await state_of_everything(hall)
    assert seen > 100
    assert [table for table, state in after.items() if before[table] != state] == []


async def test_a_form_of_ours_is_let_in(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """Or else the refusals above would prove nothing."""
    scene = await set_the_scene(hall, wholesaler)
    with app_processes(database_url, tmp_path, number=1) as (address,):
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            visitor = await Visitor(client, scene.own.people["buyer"]).open()
            [add] = [r for r in route_table(hall) if str(r) == "POST /cart/articles"]
            for own in (
                {},
                {"sec-fetch-site": "same-origin", "origin": "https://renamed.test"},
                {"origin": address},
            ):
                answer = await visitor.send(add, "/cart/articles", FIELDS, own)
                assert answer.status_code == 303, (own, answer.text)


async def test_control_without_its_guards_the_doors_stand_open(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    before = await state_of_everything(hall)
    target = "unguarded:without_csrf"
    with app_processes(database_url, tmp_path, number=1, target=target) as addresses:
        _, opened = await _doors_open(hall, scene, addresses, below="/cart")
    assert any("POST /cart/articles" in door for door in opened)
    assert await state_of_everything(hall) != before


async def test_a_token_with_html_in_it_stays_text(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    planted = "'><script>alert(1)</script>"
    with app_processes(database_url, tmp_path, number=1) as (address,):
        async with httpx.AsyncClient(base_url=address) as client:
            page = await client.get("/login", headers={"cookie": f"csrftoken={planted}"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
