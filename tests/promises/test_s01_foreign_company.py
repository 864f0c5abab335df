"""S01: whatever a company asks for, by address, query or form, it never sees or moves another's.

Every route of the table is called by every role, with ids of its own company, of another one and
of nothing at all; the latter two must answer alike. What the other company has is compared row by
row. Pages are asked of two processes by turns.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct, field
from processes import app_processes
from route_table import UNSAFE, Listed, Visitor, route_table
from two_companies import (
    CANARY,
    CUSTOMER_ROLES,
    STAFF_ROLES,
    Key,
    Scene,
    set_the_scene,
    state_of_company,
)

from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import permissions_of
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Auth

GUEST = "guest"
FIELDS = {
    "quantity": "1",
    "article": "A-1",
    "format": "pdf",
    "payment": "invoice",
    "shown": "x",
    "key": "s01-key-of-a-form",
    "name": "s01",
}
"""What forms ask for besides ids, so that no refusal comes before the id is looked at."""

JSON = {
    "POST /api/v1/lists/{uuid:uuid}/lines": {"lines": [{"article": "A-1", "quantity": 1}]},
    "PUT /api/v1/lists/{uuid:uuid}": {"name": "s01"},
    "POST /api/v1/cart/lines/{line:uuid}": {"quantity": 1},
    "POST /api/v1/orders": {"shown": "x", "delivery": "address"},
    "POST /api/v1/orders/{uuid:uuid}/refuse": {"reason": "s01"},
    "POST /api/v1/orders/{uuid:uuid}/changes/{change:uuid}/refuse": {"reason": "s01"},
    "POST /api/v1/orders/{uuid:uuid}/payments/{payment:uuid}/otherwise": {"way": "invoice"},
}
_PASSING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|"
    r'(?:content|value)="[0-9a-f]{64,}"'
)
# What was typed comes back; all that is the other company's has a further word.
_OF_THE_OTHER = re.compile(rf"{CANARY} (?:Иванова|ждёт|17)|ООО «{CANARY}")


class Report(Struct):
    """How many cells were filled, and what was wrong in them."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)


class Matrix:
    """The calls of one scene over some processes."""

    def __init__(self, hall: Hall, scene: Scene, clients: list[httpx.AsyncClient]) -> None:
        self._scene = scene
        self._clients = cycle(clients)
        self.routes = route_table(hall)
        self.report = Report()
        self._permissions = hall.registry.permissions

    async def visitor(self, key: Key | None) -> Visitor:
        return await Visitor(next(self._clients), key).open()

    async def policies(self) -> None:
        """Each role on each route: refused exactly where its permissions say so."""
        keys = {GUEST: None, **self._scene.own.people, **self._scene.staff}
        for role, key in keys.items():
            allowed = permissions_of([role], self._permissions)
            visitor = await self.visitor(key)
            for listed in self.routes:
                opened = listed.policy == "public" or (
                    key is not None and (listed.policy == "signed-in" or listed.policy in allowed)
                )
                if opened and listed.method in UNSAFE:
                    continue  # it belongs to the cells below
                answer = await visitor.send(listed, listed.address(self._ids(), str(uuid4())))
                self.report.cells += 1
                refused = answer.status_code in (401, 403) or answer.headers.get(
                    "location", ""
                ).startswith("/login?next=")
                if opened is refused:
                    self._wrong(f"{role}: {listed}: {answer.status_code}")

    async def ids(self) -> None:
        """Each role of the own company, with ids of its own, foreign and absent ones."""
        for role in CUSTOMER_ROLES:
            visitor = await self.visitor(self._scene.own.people[role])
            for listed in self.routes:
                if listed.of_customers:
                    await self._in_the_address(role, visitor, listed)
            for listed in self.routes:
                if not listed.of_staff and listed.path not in ("/login", "/logout"):
                    await self._in_fields(role, visitor, listed)

    async def _in_the_address(self, role: str, visitor: Visitor, listed: Listed) -> None:
        allowed = listed.policy in permissions_of([role], self._permissions)
        other, absent = self._scene.other.ids, str(uuid4())
        fields = JSON.get(str(listed), {} if listed.auth is Auth.TOKEN else FIELDS)
        foreign = await visitor.send(listed, listed.address(other), fields)
        nothing = await visitor.send(listed, listed.address({}, absent), fields)
        self.report.cells += 2
        self._look(role, listed, foreign)
        if allowed and foreign.status_code != 404:
            self._wrong(f"{role}: {listed}: a foreign id gives {foreign.status_code}")
        if foreign.status_code != nothing.status_code or _plain(foreign) != _plain(nothing):
            self._wrong(f"{role}: {listed}: foreign and absent differ")
        if listed.method == "GET" and allowed:
            own = await visitor.send(listed, listed.address(self._scene.own.ids))
            self.report.cells += 1
            self._look(role, listed, own)
            # Lists and carts are a person's own; the buyer has some of everything.
            if own.status_code == 404 and role == "buyer":
                self._wrong(f"{role}: {listed}: one's own id is not found")

    async def _in_fields(self, role: str, visitor: Visitor, listed: Listed) -> None:
        """The other company's ids under every name that a form or a query might read."""
        ids = self._scene.other.ids
        company = str(self._scene.other.company.customer.company_id)
        named: Mapping[str, str] = {
            **ids,
            "option": ids["legal_entity"],
            "to": f"outlet:{ids['outlet']}",
            "line": ids["cart_line"],
            "only": ids["cart_line"],
            "uuid": ids["order"],
            "removed": ids["removed"],
            "company_id": company,
            "source": ids["outlet"],
            "target": ids["outlet"],
            f"cell.{ids['cart_line']}.{ids['outlet']}": "1",
            "q": CANARY,
            "number": ids["order"],
        }
        if listed.auth is Auth.TOKEN:
            fields = {**JSON.get(str(listed), {}), "outlet": ids["outlet"]}
            fields = fields if listed.path.endswith("/orders") else {}
            fields = fields or ({} if listed.method in UNSAFE else dict(named))
        else:
            fields = {**FIELDS, **named}
        address = listed.address({**self._scene.own.ids, **self._scene.shared}, str(uuid4()))
        answer = await visitor.send(listed, address, fields)
        self.report.cells += 1
        self._look(role, listed, answer)

    def _look(self, role: str, listed: Listed, answer: httpx.Response) -> None:
        if answer.status_code >= 500:
            self._wrong(f"{role}: {listed}: {answer.status_code}")
        if _OF_THE_OTHER.search(answer.text):
            self._wrong(f"{role}: {listed}: something of the other company is shown")

    def _ids(self) -> Mapping[str, str]:
        return {**self._scene.own.ids, **self._scene.shared}

    def _wrong(self, what: str) -> None:
        self.report.wrong.append(what)


def _plain(answer: httpx.Response) -> str:
    """An answer without what differs from one request to the next."""
    return _PASSING.sub("*", answer.text)


@asynccontextmanager
async def matrix(
    hall: Hall, scene: Scene, database_url: str, data: Path, target: str
) -> AsyncIterator[Matrix]:
    """The calls over two processes of that application."""
    with app_processes(database_url, data, target=target) as addresses:
        clients = [httpx.AsyncClient(base_url=address, timeout=30) for address in addresses]
        try:
            yield Matrix(hall, scene, clients)
        finally:
            for client in clients:
                await client.aclose()


async def test_no_role_sees_or_moves_what_another_company_has(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    other = scene.other.company.customer.company_id
    before = await state_of_company(hall, other)
    async with matrix(hall, scene, database_url, tmp_path, "fondaco.serve:application") as calls:
        await calls.policies()
        await calls.ids()
        report, routes = calls.report, len(calls.routes)
    roles = 1 + len(CUSTOMER_ROLES) + len(STAFF_ROLES)
    print(f"S01: {routes} routes, {roles} roles, {report.cells} cells")
    assert not report.wrong, "\n".join(report.wrong)
    assert report.cells >= routes * roles
    assert await state_of_company(hall, other) == before


async def test_control_orders_without_their_scope_are_found(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    target = "unguarded:without_company_scope"
    async with matrix(hall, scene, database_url, tmp_path, target) as calls:
        await calls.ids()
    assert any("GET /orders/{uuid:uuid}" in wrong for wrong in calls.report.wrong)
    assert any("is shown" in wrong for wrong in calls.report.wrong)


@pytest.mark.parametrize("path", ["/secrets/{uuid:uuid}", "/orders/{uuid:uuid}/safes/{safe:uuid}"])
def test_a_route_that_no_one_has_classified_stops_the_build(path: str) -> None:
    from route_table import _kind

    with pytest.raises(AssertionError, match="say in route_table"):
        _kind(path)
