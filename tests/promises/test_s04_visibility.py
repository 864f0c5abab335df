"""S04: what is hidden from a customer is seen on no way: page, search, picture, API, file or form.

Fifty products stand in a hidden category. Every route of the table that a customer may open is
called with their ids, articles and names, as every role of the fenced company, at two processes by
turns. The other company, from which nothing is hidden, finds them on the same calls. Further ways
are quotes over a cart that held them before, uploaded tables, staff acting on behalf, and a search
engine that finds what it should not.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from canaries import (
    ARTICLE,
    CANARIES,
    DEAR,
    MARK,
    Canaries,
    Crawl,
    hide_canaries,
    text_of,
    two_processes,
)
from msgspec.structs import replace
from route_table import SHARED, Visitor, route_table
from sqlalchemy import text
from two_companies import CUSTOMER_ROLES, Belongings, Key, set_the_scene

from fondaco.documents.model import RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.search.service import Search
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.providers.search import SearchFilters, SearchWindow

pytestmark = pytest.mark.timeout(300)


async def in_carts(hall: Hall, canaries: Canaries, company: int) -> int:
    """How many hidden products the company's carts hold."""
    async with hall.database.transaction() as connection:
        found = await connection.execute(
            text(
                "select count(*) from fondaco.cart_line l join fondaco.cart c on c.id = l.cart_id"
                " where c.company_id = :company and l.product_id = any(:ids)"
            ),
            {"company": company, "ids": list(canaries.ids)},
        )
        return int(found.scalar_one())


async def test_what_is_hidden_is_seen_on_no_way(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    async with two_processes(database_url, tmp_path, "fondaco.serve:application") as clients:
        # The open company first, so that both processes remember the products.
        shown = await Crawl(hall, canaries, scene.other, clients).run()
        hidden = await Crawl(hall, canaries, scene.own, clients).run()
    print(f"S04: {hidden.calls} calls; the other company sees them on {len(shown.seen)}")
    assert not hidden.seen, "\n".join(hidden.seen)
    assert await in_carts(hall, canaries, scene.own.company.customer.company_id) == 0
    assert len(shown.seen) > 20
    assert await in_carts(hall, canaries, scene.other.company.customer.company_id) > 0


async def test_what_an_answer_is_narrowed_by_does_not_count_what_is_hidden(
    hall: Hall, wholesaler: Wholesaler, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    await hide_canaries(hall, wholesaler, scene, tmp_path)
    pages = []
    for who in (scene.own, scene.other):
        search = Search(who.company.ask(hall))
        pages.append(await search.find("болт", SearchFilters(), SearchWindow(detailed=True)))
    own, other = (str(page.details) for page in pages)
    for mark in (MARK, str(DEAR), "high=Decimal('9000"):
        assert mark not in own
        assert mark in other or mark == str(DEAR)
    hidden, open = (page.details for page in pages)
    assert hidden is not None and open is not None
    assert hidden.in_stock + CANARIES == open.in_stock
    assert hidden.in_stock <= pages[0].total == pages[1].total - CANARIES


async def test_a_hidden_product_and_an_unknown_one_answer_alike(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    async with two_processes(database_url, tmp_path, "fondaco.serve:application") as clients:
        visitor = await Visitor(clients[0], scene.own.people["buyer"]).open()
        for listed in route_table(hall):
            if listed.kind == SHARED and (listed.method == "GET" or listed.path.endswith("/ask")):
                canary = canaries.picture if "/files/" in listed.path else canaries.product
                absent = str(uuid4())
                answers = [
                    await visitor.send(listed, listed.address({SHARED: one}))
                    for one in (canary, absent)
                ]
                assert answers[0].status_code == answers[1].status_code == 404, str(listed)
                plain = [
                    re.sub(r"[0-9a-f]{32}|[0-9a-f-]{36}|[0-9a-f]{64,}", "*", one.text)
                    for one in answers
                ]
                assert plain[0] == plain[1], str(listed)


async def test_control_a_catalogue_without_assortments_is_found(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    async with two_processes(database_url, tmp_path, "unguarded:without_assortments") as clients:
        report = await Crawl(hall, canaries, scene.own, clients).run()
    for way in ("/search", "/products/{uuid:uuid}", "/files/{uuid:uuid}", "/api/v1/products"):
        assert any(f"GET {way} " in seen for seen in report.seen), way


@asynccontextmanager
async def signed_in(address: httpx.AsyncClient, key: Key) -> AsyncIterator[Client]:
    """A browser that has this person's session."""
    async with Client(base_url=address.base_url, timeout=30) as client:
        client.cookies.set("sid", key.session, domain=address.base_url.host)
        yield client


async def put_into_carts(hall: Hall, canaries: Canaries) -> None:
    """As if three had been put in before they were hidden."""
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.cart_line (uuid, cart_id, product_id, quantity, source)"
                " select gen_random_uuid(), c.id, p, 1, 'list' from fondaco.cart c,"
                " unnest(cast(:ids as bigint[])) p"
            ),
            {"ids": list(canaries.ids[:3])},
        )


async def quoted(hall: Hall, client: Client, kind: str) -> str:
    """What a quote over the cart says."""
    made = await client.send_form("/cart/quote", {"format": kind})
    page = made.headers["location"]
    async with hall.database.transaction() as connection:
        found = await connection.execute(
            text("select id from fondaco.document where uuid = cast(:uuid as uuid)"),
            {"uuid": page.rsplit("/", 1)[1]},
        )
        id = found.scalar_one()
    await render_document(JobContext(hall, Outside(), "s04", 1), RenderDocument(id))
    file = await client.get(f"{page}/file")
    assert file.status_code == 200, file.text
    assert file.content.startswith(b"%PDF" if kind == "pdf" else b"PK")
    return text_of(file)


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
async def test_a_quote_leaves_out_what_became_hidden(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, kind: str
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    data = hall.settings.data
    canaries = await hide_canaries(hall, wholesaler, scene, data)
    await put_into_carts(hall, canaries)
    async with two_processes(database_url, data, "fondaco.serve:application") as clients:
        async with signed_in(clients[0], scene.own.people["buyer"]) as own:
            said = await quoted(hall, own, kind)
            assert "A-2" in said
            assert MARK not in said and "КН-" not in said
            sheet = await own.get("/cart/outlets/table.xlsx")
            assert "A-2" in text_of(sheet)
            assert MARK not in text_of(sheet) and "КН-" not in text_of(sheet)
        async with signed_in(clients[1], scene.other.people["buyer"]) as other:
            assert MARK in await quoted(hall, other, kind)
            assert MARK in text_of(await other.get("/cart/outlets/table.xlsx"))


async def test_an_uploaded_table_does_not_know_what_is_hidden(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    company = scene.own.company.customer.company_id
    async with two_processes(database_url, tmp_path, "fondaco.serve:application") as clients:
        for client, who in zip(clients, (scene.own, scene.other), strict=True):
            async with signed_in(client, who.people["buyer"]) as browser:
                outlet = await browser.get("/api/v1/outlets", headers=_bearer(who.people["buyer"]))
                name = outlet.json()[0]["name"]
                table = f"Артикул;{name}\n{ARTICLE};1\n".encode()
                looked = await browser.send_form(
                    "/cart/outlets/file", files={"file": ("t.csv", table)}
                )
                assert looked.status_code == 200, looked.text
                assert (MARK in looked.text) is (who is scene.other)
                shares = f'[["{who.company.outlet}"],{{"{canaries.product}":[[0,"1"]]}}]'
                taken = await browser.send_form("/cart/outlets/file/take", {"shares": shares})
                assert (taken.status_code == 200) is (who is scene.other)
                assert (MARK in taken.text) is (who is scene.other)
    assert await in_carts(hall, canaries, company) == 0


async def test_staff_acting_on_behalf_see_what_the_customer_sees(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    reports = []
    async with two_processes(database_url, tmp_path, "fondaco.serve:application") as clients:
        for who, role in ((scene.other, "manager"), (scene.own, "head_of_sales")):
            key = await _on_behalf(hall, clients[0], scene.staff[role], who)
            as_staff = replace(who, people=dict.fromkeys(CUSTOMER_ROLES, key))
            crawl = Crawl(hall, canaries, as_staff, clients, by_session=True)
            reports.append(await crawl.run())
    shown, hidden = reports
    print(f"S04: {hidden.calls} calls on behalf; for the other company seen on {len(shown.seen)}")
    assert not hidden.seen, "\n".join(hidden.seen)
    assert len(shown.seen) > 10


async def test_a_careless_search_engine_shows_nothing(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """Its ids are looked up again, whatever it finds."""
    scene = await set_the_scene(hall, wholesaler)
    canaries = await hide_canaries(hall, wholesaler, scene, tmp_path)
    ways = ("/search?q=болт", "/search/suggest?q=болт", "/api/v1/products?q=болт", "/search")
    seen: dict[str, list[str]] = {"own": [], "other": []}
    target = "unguarded:searching_everything"
    async with two_processes(database_url, tmp_path, target) as clients:
        for name, who in (("other", scene.other), ("own", scene.own)):
            key = who.people["buyer"]
            async with signed_in(clients[0], key) as browser:
                for way in ways:
                    headers = _bearer(key) if way.startswith("/api") else {}
                    said = text_of(await browser.get(way, headers=headers))
                    if any(word in said for word in (MARK, *canaries.uuids)):
                        seen[name].append(way)
    assert seen["own"] == []
    assert len(seen["other"]) >= 3, seen


def _bearer(key: Key) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.token}"}


async def _on_behalf(hall: Hall, client: httpx.AsyncClient, key: Key, who: Belongings) -> Key:
    """The key of somebody of ours after they began to act for a company."""
    async with hall.database.transaction() as connection:
        found = await connection.execute(
            text("select uuid from fondaco.company where id = :id"),
            {"id": who.company.customer.company_id},
        )
        company = found.scalar_one()
    async with signed_in(client, key) as browser:
        begun = await browser.send_form(f"/staff/customers/{company}/act")
        assert begun.status_code == 303, begun.text
        session = begun.cookies["sid"]
    return replace(key, session=session, token="none")
