"""S18: what is typed is data: no request changes a statement, and the program may change no schema.

Every parameter of every page and operation that reads, and the fields of those that write, are
given hostile texts; the answer is never a fault, and no statement holds a word of the request, in
the program's own log of statements and in the server's. Negative control: a search that writes the
text into its statement.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from route_table import SHARED, STAFF, UNSAFE, Listed, Visitor, route_table
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError
from two_companies import Key, Scene, set_the_scene
from unguarded import write_into_the_statement

from fondaco.app import route_requests
from fondaco.assortments.service import add_assortment
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import permissions_of
from fondaco.search.service import Search
from fondaco.testing.application import application_of
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Auth

PLUGINS = ("analogues", "loyalty", "promotions", "sourcing")
pytestmark = [pytest.mark.plugins(*PLUGINS), pytest.mark.timeout(300)]

MARK = "zqxjv"
"""Stands in every hostile text, and in nothing else."""

HOSTILE = (
    f"{MARK}' or '1'='1",
    f'{MARK}"; drop table fondaco.product; --',
    f"{MARK}\\'); select pg_sleep(9); --",
    f"{MARK}\x00",
    f"{MARK}((([[[{{{{<>",
    f"{MARK}" + "ы" * 500,
    f"{MARK} & | ! :* <-> ' \\",
    f"{MARK}%_%s%(q)s:q{{0}}$1",
    f"{MARK} 🔩\u202e\ufeff",
    f"-1 or {MARK}",
    f"1) union select null,{MARK}--",
)
BARE = ("a", "я", "'", '"', "\\", "%", "(", "\x00", "🔩", "-1", "9" * 400, "1e999", "NaN", "[]")
"""Too short, or too much of a number, to carry the mark."""

TYPED_IN = {
    *(
        ("/search", name)
        for name in ("q", "brand", "page", "literal", "low", "price_from", "stock")
    ),
    *(("/orders", name) for name in ("number", "show", "mine")),
    *(("/staff/customers", name) for name in ("q", "show")),
    ("/search/suggest", "q"),
    ("/cart/outlets", "page"),
    ("/quick-order", "text"),
    ("/quick-order/{uuid:uuid}", "group"),
    ("/staff/customers/{uuid:uuid}/merge", "q"),
    ("/staff/customers/{uuid:uuid}/assortments", "effect"),
    ("/staff/assortments/{uuid:uuid}", "article"),
    ("/staff/holds", "q"),
    ("/staff/prices", "q"),
    ("/staff/prices/manual", "q"),
    ("/p/analogues", "article"),
    ("/p/loyalty/customers", "q"),
    *(("/api/v1/products", name) for name in ("q", "brand", "price_from")),
    ("/api/v1/orders", "number"),
    ("/api/v1/orders/earlier", "number"),
}
"""Parameters that take any text, so that some hostile ones must come through to the database."""


class Reader:
    """People of every kind, each at the routes that they may open."""

    def __init__(
        self, hall: Hall, scene: Scene, client: httpx.AsyncClient, staff: Mapping[str, str]
    ) -> None:
        """`staff`: ids of the wholesaler's side by the beginning of the address."""
        self._scene = scene
        self._staff = staff
        self._client = client
        self._visitors: dict[str, Visitor] = {}
        self._permissions = {
            role: permissions_of([role], hall.registry.permissions)
            for role in ("buyer", "company_admin", "site_admin", "head_of_sales")
        }
        self.faults: list[str] = []
        self.answers: Counter[int] = Counter()

    async def call(self, listed: Listed, fields: Mapping[str, str]) -> int:
        """As somebody who may; a fault is noted."""
        visitor = await self._visitor(listed)
        ids = {**self._scene.own.ids, SHARED: self._scene.shared["product"]}
        found = [id for start, id in self._staff.items() if listed.path.startswith(start)]
        ids[STAFF] = found[0] if found else self._scene.shared["product"]
        address = listed.address(ids, str(uuid4()))
        answer = await visitor.send(listed, address, fields)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            said = next(iter(fields.values()))
            self.faults.append(f"{listed} {list(fields)}: {said!r}: {answer.status_code}")
        return answer.status_code

    async def _visitor(self, listed: Listed) -> Visitor:
        may = [role for role, held in self._permissions.items() if listed.policy in held]
        staff = listed.of_staff or not may
        role = next((one for one in may if (one in self._scene.staff) is staff), "buyer")
        if role not in self._visitors:
            people: Mapping[str, Key] = {**self._scene.own.people, **self._scene.staff}
            self._visitors[role] = await Visitor(self._client, people[role]).open()
        return self._visitors[role]


@pytest_asyncio.fixture
async def reader(hall: Hall, wholesaler: Wholesaler) -> AsyncIterator[Reader]:
    """The people of a shop with one of everything."""
    scene = await set_the_scene(hall, wholesaler)
    app = cast("Any", application_of(hall))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
        yield Reader(hall, scene, client, await staff_ids(hall, scene))


async def staff_ids(hall: Hall, scene: Scene) -> Mapping[str, str]:
    """A customer and an assortment."""
    async with system_ask(hall).act() as act:
        assortment = await add_assortment(act, "Всё", "")
        company = scene.own.company.customer.company_id
        [(customer,)] = await act.fetch(
            text("select uuid from fondaco.company where id = :id"), {"id": company}
        )
    return {"/staff/customers/": str(customer), "/staff/assortments/": str(assortment)}


def queries_of(hall: Hall) -> Mapping[tuple[str, str], Sequence[str]]:
    """The parameters of the query, by method and path."""
    return {
        ("GET", route.path): [
            name
            for name, parameter in handler.parsed_fn_signature.parameters.items()
            if isinstance(parameter.kwarg_definition, QueryParameter)
        ]
        for route in route_requests(hall).routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }


@contextmanager
def statements(hall: Hall) -> Iterator[set[str]]:
    """The texts of all statements that the program sends."""
    said: set[str] = set()

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        said.add(statement)

    engine = hall.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def at_the_server(hall: Hall) -> set[str]:
    """The last statement of each connection, as the server has it."""
    async with hall.database.transaction() as connection:
        rows = await connection.execute(
            text("select query from pg_stat_activity where datname = current_database()")
        )
        return {row.query for row in rows}


def marked(said: set[str]) -> list[str]:
    """Statements that hold a word of a request."""
    return [one[:200] for one in said if MARK in one.lower()]


async def test_no_parameter_of_a_page_or_operation_changes_a_statement(
    hall: Hall, reader: Reader
) -> None:
    queries = queries_of(hall)
    parameters, through = 0, set()
    with statements(hall) as said:
        for listed in route_table(hall):
            for name in queries.get((listed.method, listed.path), ()):
                parameters += 1
                before = reader.answers[200]
                for hostile in (*HOSTILE, *BARE):
                    await reader.call(listed, {name: hostile})
                if reader.answers[200] > before:
                    through.add((listed.path, name))
                said |= await at_the_server(hall)
    print(f"S18: {reader.answers} over {parameters} parameters, {len(said)} statements")
    assert parameters > 80
    assert through >= TYPED_IN, TYPED_IN - through
    assert not reader.faults, "\n".join(reader.faults)
    assert not marked(said)


async def test_no_field_of_a_form_or_body_changes_a_statement(hall: Hall, reader: Reader) -> None:
    names = (
        *("article", "quantity", "text", "product", "name", "note", "comment", "key", "q"),
        *("email", "brand", "category", "company", "outlet", "tax_id", "code", "amount", "shown"),
    )
    with statements(hall) as said:
        for listed in route_table(hall):
            if listed.method in UNSAFE and listed.path not in ("/logout", "/login"):
                for hostile in HOSTILE[:4]:
                    await reader.call(listed, dict.fromkeys(names, hostile))
                said |= await at_the_server(hall)
    print(f"S18: {reader.answers} of what writes, {len(said)} statements")
    assert not reader.faults, "\n".join(reader.faults)
    assert not marked(said)


async def test_what_the_database_has_no_place_for_is_a_mistake_of_the_request(
    hall: Hall, reader: Reader
) -> None:
    routes = {(one.method, one.path): one for one in route_table(hall)}
    for method, path, name in (
        ("GET", "/search", "brand"),
        ("GET", "/api/v1/orders", "number"),
        ("GET", "/staff/customers", "q"),
        ("POST", "/profile/tokens", "name"),
    ):
        assert await reader.call(routes[method, path], {name: "a\x00b"}) == 400, path
    assert await reader.call(routes["GET", "/staff/imports"], {"before": "9" * 30}) == 400


async def test_names_of_attributes_languages_and_themes_are_those_we_know(
    hall: Hall, reader: Reader
) -> None:
    routes = {listed.path: listed for listed in route_table(hall) if listed.method == "GET"}
    known = {"attr": "len~1..2", "range": "len"}
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.attribute (external_id, name, kind)"
                " values ('len', 'Длина', 'number')"
            )
        )
    for name, value in known.items():
        assert await reader.call(routes["/search"], {"q": "болт", name: value}) == 200
        assert await reader.call(routes["/search"], {"q": "болт", name: f"x'{value}"}) == 404
    attr = {"q": "болт", "attr": "len'~1"}
    assert await reader.call(routes["/api/v1/products"], attr) == 404
    assert await reader.call(routes["/search"], {"q": "болт", "category": "x' or 1=1"}) == 404
    anybody = Visitor(reader._client, None)
    for start in ("/locale/", "/theme/"):
        [listed] = [one for path, one in routes.items() if path.startswith(start)]
        answer = await anybody.send(listed, f"{start}ru'--")
        assert answer.status_code in (400, 404)


async def test_a_statement_made_of_the_text_is_found(
    hall: Hall, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Search, "suggest", write_into_the_statement)
    [suggest] = [one for one in route_table(hall) if one.path == "/search/suggest"]
    with statements(hall) as said:
        for hostile in HOSTILE:
            await reader.call(suggest, {"q": hostile})
            said |= await at_the_server(hall)
    assert reader.faults
    assert marked(said)


DDL = (
    "create table fondaco.mine (id int)",
    "create table public.mine (id int)",
    "create schema mine",
    "alter table fondaco.product add column mine text",
    "drop table fondaco.cart_line",
    "truncate fondaco.product",
    "create index on fondaco.product (name)",
    "create function fondaco.mine() returns int language sql as 'select 1'",
    "create or replace view fondaco_api.product_v1 as select 1 as id",
    "alter role fondaco_app createdb",
    "create extension file_fdw",
    "copy fondaco.product to program 'cat'",
    "select pg_read_file('/etc/passwd')",
    "alter system set log_statement = 'all'",
    "update fondaco.audit_entry set action = 'x'",
    "delete from fondaco.audit_entry",
)


@pytest.mark.parametrize("statement", DDL)
async def test_the_program_may_not(hall: Hall, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|not allowed"):
        async with hall.database.reading.connect() as connection:
            await connection.execute(text(statement))


def test_every_route_that_is_tried_takes_what_it_is_given(hall: Hall) -> None:
    queries = queries_of(hall)
    assert set(queries["GET", "/search"]) >= {"q", "attr", "range", "low", "price_from", "stock"}
    products = {"q", "brand", "attr", "price_from", "stock", "facets", "cursor"}
    assert products <= set(queries["GET", "/api/v1/products"])
    assert any(listed.auth is Auth.TOKEN for listed in route_table(hall))
