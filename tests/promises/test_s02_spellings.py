"""S02: one decision for each address, however it is spelled.

What is refused to a person under its own spelling is refused under forty others: encoded, doubled,
with dots, in capitals, with another method's name in a header, by HEAD.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from processes import app_processes
from route_table import Listed, Visitor, route_table
from two_companies import (
    CUSTOMER_ROLES,
    STAFF_ROLES,
    Scene,
    set_the_scene,
    state_of_everything,
)

from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Auth

OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
GUEST, FEW = "guest", ("guest", "accountant", "picker")
REWRITES = ("x-original-url", "x-rewrite-url", "x-forwarded-path", "x-forwarded-prefix")


def spellings(path: str) -> Iterator[str]:
    """Other ways to write a path, some of which servers take for the same one."""
    first, rest = path[1:2] or "/", path[2:]
    found = (
        f"/{path}",
        f"//{path}",
        f"/.{path}",
        f"/x/..{path}",
        f"/x/%2e%2e{path}",
        f"/static/..{path}",
        f"/static/%2e%2e{path}",
        f"/login/..{path}",
        f"/login/..;{path}",
        f"/login%2f..{path}",
        f"{path}/",
        f"{path}//",
        f"{path}/.",
        f"{path}/%2e",
        f"{path}/x/..",
        f"{path};",
        f"{path};a=b",
        f"{path}%00",
        f"{path}%20",
        f"{path}%09",
        f"{path}%0a",
        f"{path}.json",
        f"{path}.css",
        f"{path}/x.css",
        f"{path}%23",
        f"{path}%3f",
        f"{path}?",
        f"{path}?_method=GET",
        f"{path}?next=/login",
        f"/%{ord(first):02x}{rest}",
        f"/%{ord(first):02X}{rest}",
        f"/%25{ord(first):02x}{rest}",
        f"%2f{path[1:]}",
        f"/%2f{path[1:]}",
        f"/%5c{path[1:]}",
        f"\\{path[1:]}",
        path.upper(),
        path.title(),
        path.replace("/", "//"),
        path.replace("/", "/./"),
        "/" + path[1:].replace("/", "%2f"),
        "/" + path[1:].replace("/", "%2F"),
        "/" + path[1:].replace("/", "%5c"),
    )
    yield from filter(None, dict.fromkeys(found))


async def _let_in(
    hall: Hall, scene: Scene, address: str, roles: Sequence[str], *, shared: bool = False
) -> tuple[int, list[str]]:
    """How often it was tried, and which refused page came under another spelling.

    `shared`: the roles share the routes out among them, so that each is tried by one.
    """
    tried, wrong = 0, []
    people = {role: {**scene.own.people, **scene.staff}.get(role) for role in roles}
    ids = {**scene.own.ids, **scene.shared}
    routes = [r for r in route_table(hall) if r.method == "GET" and r.auth is Auth.COOKIE]
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        for turn, (role, key) in enumerate(people.items()):
            visitor = await Visitor(client, key).open()
            for listed in routes[turn :: len(people)] if shared else routes:
                path = listed.address(ids, str(uuid4()))
                plain = await visitor.send(listed, path)
                if not _refused(plain):
                    continue
                for way in (*_by_target(path), *_by_header(path)):
                    answer = await _send(client, visitor, listed, way)
                    tried += 1
                    if not _refused(answer) and answer.status_code < 300:
                        wrong.append(f"{role}: {listed} as {way}: {answer.status_code}")
    return tried, wrong


def _by_target(path: str) -> Iterator[Mapping[str, str]]:
    for spelled in spellings(path):
        yield {"target": spelled}
    yield {"target": path, "method": "HEAD"}


def _by_header(path: str) -> Iterator[Mapping[str, str]]:
    for name in OVERRIDES:
        yield {"target": path, name: "OPTIONS"}
    for name in REWRITES:
        yield {"target": "/login", name: path}


async def _send(
    client: httpx.AsyncClient, visitor: Visitor, listed: Listed, way: Mapping[str, str]
) -> httpx.Response:
    """One request with its target as written: httpx would tidy it."""
    headers = {k: v for k, v in way.items() if k not in ("target", "method")}
    request = client.build_request(
        way.get("method", "GET"),
        "/",
        headers={**visitor.headers(listed), **headers},
        extensions={"target": way["target"].encode()},
    )
    answer = await client.send(request)
    client.cookies.clear()
    return answer


def _refused(answer: httpx.Response) -> bool:
    to_sign_in = answer.headers.get("location", "").startswith("/login?next=")
    at_the_door = 'name="password"' in answer.text
    return answer.status_code >= 400 or to_sign_in or at_the_door


@pytest.mark.parametrize(
    "roles", [FEW, pytest.param((GUEST, *CUSTOMER_ROLES, *STAFF_ROLES), marks=pytest.mark.full)]
)
async def test_no_spelling_opens_what_is_refused(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    roles: Sequence[str],
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    before = await state_of_everything(hall)
    with app_processes(database_url, tmp_path) as addresses:
        tried, wrong = await _let_in(hall, scene, addresses[0], roles, shared=roles is FEW)
        assert (await _twice_known(hall, scene, addresses[1])) == []
    print(f"S02: {tried} spellings of refused addresses, as {', '.join(roles)}")
    assert not wrong, "\n".join(wrong[:50])
    assert tried > 2_000
    assert await state_of_everything(hall) == before


async def _twice_known(hall: Hall, scene: Scene, address: str) -> list[str]:
    """A buyer who also sends a token of staff, or the other way round, gains nothing by it."""
    gained = []
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        for own, other in (
            (scene.own.people["buyer"], scene.staff["site_admin"]),
            (scene.staff["picker"], scene.own.people["company_admin"]),
        ):
            visitor = await Visitor(client, own).open()
            for listed in route_table(hall):
                if listed.method == "GET" and listed.auth is Auth.COOKIE:
                    path = listed.address({**scene.own.ids, **scene.shared}, str(uuid4()))
                    plain = await visitor.send(listed, path)
                    both = {"authorization": f"Bearer {other.token}"}
                    answer = await visitor.send(listed, path, headers=both)
                    if answer.status_code != plain.status_code:
                        gained.append(f"{listed}: {plain.status_code}, {answer.status_code}")
    return gained


async def test_control_a_guard_that_compares_addresses_is_walked_around(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    target = "unguarded:guarded_by_address"
    with app_processes(database_url, tmp_path, number=1, target=target) as (address,):
        _, wrong = await _let_in(hall, scene, address, [GUEST])
    assert any("/staff" in way for way in wrong)
