"""The registry through its doors: rights, the zip of an order, originals, the list, the API."""

import asyncio
import io
import os
import threading
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.documents.bundle import Packed, zip_of
from fondaco.documents.model import safe_name
from fondaco.documents.press import KernelPress
from fondaco.documents.rendering import QUIETLY
from fondaco.hall import load_registry
from fondaco.hooks.loader import PluginReport
from fondaco.settings import Documents, Settings
from fondaco_sdk.manifest import DocumentKind, Plugin, Text


@pytest.fixture
def settings(tmp_path: Any, rights: Mapping[str, Any]) -> Settings:
    return Settings(
        data_dir=str(tmp_path / "data"), secret="test-secret", documents=Documents(rights=rights)
    )


@pytest.fixture
def rights() -> Mapping[str, Any]:
    return {}


async def _invoice(shop: Any, buyer: Any) -> tuple[str, str]:
    """An order and the address of its invoice, rendered."""
    order = await shop.order(buyer, 2)
    (row,) = await shop.sql(
        "select d.uuid from fondaco.document d join fondaco.customer_order o on o.id = d.order_id"
        " where o.uuid = :uuid",
        uuid=order.rpartition("/")[2],
    )
    await shop.render(row.uuid)
    return order, f"/documents/{row.uuid}"


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux only")
async def test_papers_are_set_with_what_is_left_of_the_processor(
    shop: Any, buyer: Any, monkeypatch: Any
) -> None:
    seen: list[int] = []
    own = KernelPress.__init__

    def noting(press: KernelPress, paper: Any) -> None:
        own(press, paper)
        QUIETLY.submit(lambda: seen.append(os.sched_getscheduler(threading.get_native_id())))

    monkeypatch.setattr(KernelPress, "__init__", noting)
    await _invoice(shop, buyer)
    assert seen == [os.SCHED_IDLE]
    assert os.sched_getscheduler(0) == os.SCHED_OTHER, "and nobody else"


async def test_a_pdf_is_read_in_the_browser(shop: Any, buyer: Any) -> None:
    _, address = await _invoice(shop, buyer)
    seen = await buyer.get(f"{address}/view")
    assert seen.content.startswith(b"%PDF")
    assert seen.headers["content-disposition"].startswith("inline")
    assert "default-src 'none'" in seen.headers["content-security-policy"]


@pytest.mark.parametrize("rights", [{"invoice": ("view", "original")}])
async def test_what_is_only_viewed_leaves_by_no_other_door(
    shop: Any, buyer: Any, rights: Any
) -> None:
    order, address = await _invoice(shop, buyer)
    page = (await buyer.get(address)).text
    assert f'href="{address}/view"' in page
    assert f'href="{address}/file"' not in page
    assert (await buyer.get(f"{address}/file")).status_code == 403
    assert (await buyer.get(f"{order}/documents.zip")).status_code == 409
    assert f'href="{address}/file"' not in (await buyer.get("/documents")).text
    assert f'href="{address}/file"' not in (await buyer.get(order)).text
    token = await _token(buyer)
    path = f"/api/v1{address}/file"
    assert (await buyer.get(path, headers=token)).status_code == 403
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.get(f"{address}/file")).status_code == 200


@pytest.mark.parametrize("rights", [{"invoice": ()}])
async def test_a_closed_kind_is_for_staff_alone(shop: Any, buyer: Any, rights: Any) -> None:
    order, address = await _invoice(shop, buyer)
    token = await _token(buyer)
    for path in (address, f"{address}/file", f"{address}/view", f"{address}/state"):
        assert (await buyer.get(path)).status_code == 404
    assert (await buyer.get(f"/api/v1{address}", headers=token)).status_code == 404
    assert (await buyer.send_form(f"{address}/original")).status_code == 404
    assert (await buyer.get("/api/v1/documents", headers=token)).json()["items"] == []
    assert (await buyer.get(f"{order}/documents.zip")).status_code == 409
    for path in ("/documents", order):
        page = (await buyer.get(path)).text
        assert address not in page
        assert "Счёт на оплату" not in page
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.get(f"{address}/file")).status_code == 200
    assert address in (await manager.get(order)).text


@pytest.mark.parametrize("rights", [{"invoice": ("original",)}])
async def test_an_original_is_asked_for_once_and_sent_once(
    shop: Any, buyer: Any, stranger: Any, rights: Any
) -> None:
    _, address = await _invoice(shop, buyer)
    page = await buyer.get(address)
    assert "Запросить оригинал" in page.text
    assert f'href="{address}/view"' not in page.text
    assert (await stranger.send_form(f"{address}/original")).status_code == 404
    for _ in range(2):
        asked = await buyer.send_form(f"{address}/original")
        assert asked.headers["location"] == address
    (row,) = await shop.sql("select uuid from fondaco.document_original")
    assert "ждёт отправки" in (await buyer.get(address)).text

    queue, sent = "/staff/documents", f"/staff/documents/{row.uuid}/sent"
    assert (await buyer.get(queue)).status_code == 403
    assert (await buyer.send_form(sent)).status_code == 403
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    waiting = manager.words((await manager.get(queue)).text)
    assert "Анна Покупатель" in waiting
    assert "Ромашка" in waiting
    for note in ("Почта 80084", "другая почта"):
        assert (await manager.send_form(sent, {"note": note})).headers["location"] == queue
    shown = buyer.words((await buyer.get(address)).text)
    assert "отправлен" in shown
    assert "Почта 80084" in shown
    assert "другая почта" not in shown
    nobody = "/staff/documents/0190aaaa-0000-7000-8000-000000000000/sent"
    assert (await manager.send_form(nobody)).status_code == 404
    actions = await shop.sql(
        "select count(*) from fondaco.audit_entry where action = 'document.original'"
    )
    assert actions == [(2,)]
    # Sent once, it may be asked for again.
    await buyer.send_form(f"{address}/original")
    assert "ждёт отправки" in (await buyer.get(address)).text


async def test_all_documents_of_an_order_are_one_zip(shop: Any, buyer: Any, stranger: Any) -> None:
    order, address = await _invoice(shop, buyer)
    # What the ERP calls its documents is never a path, and two of one name are two files.
    await shop.sql(
        "insert into fondaco.document (uuid, kind, title, number, issued_on, chain, company_id,"
        " order_id, format, state, file_id, origin)"
        " select gen_random_uuid(), 'other', '../../etc/passwd', '..\\..\\boot.ini',"
        " current_date, gen_random_uuid(), company_id, order_id, 'pdf', 'ready', file_id, 'erp'"
        " from fondaco.document, generate_series(1, 2)"
    )
    page = await buyer.get(order)
    assert f'href="{order}/documents.zip"' in page.text
    answer = await buyer.get(f"{order}/documents.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        names = bundle.namelist()
        assert bundle.testzip() is None
        file = (await buyer.get(f"{address}/file")).content
        assert all(bundle.read(name) == file for name in names)
    assert len(set(names)) == 3
    assert not [name for name in names if "/" in name or "\\" in name or name.startswith(".")]
    assert any(name.startswith("Счёт на оплату № 26-") for name in names)
    assert (await stranger.get(f"{order}/documents.zip")).status_code == 404


async def test_a_zip_is_sent_while_it_is_written(tmp_path: Any) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"0" * 1_000_000)
    pieces = list(zip_of([Packed(file, "a", "pdf"), Packed(file, "A", "pdf")]))
    assert len(pieces) > 20
    assert max(map(len, pieces)) < 200_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as bundle:
        assert bundle.namelist() == ["a.pdf", "A (2).pdf"]
        assert bundle.testzip() is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\0b\r\nc", "a_b__c"),
        ("...", "_"),
        ("", "_"),
        ('УПД № 17 "x"', "УПД № 17 _x_"),
        ("x" * 500, "x" * 120),
    ],
)
def test_names_are_never_paths(name: str, safe: str) -> None:
    assert safe_name(name) == safe


async def test_the_list_is_narrowed_by_kind_period_number_and_order(shop: Any, buyer: Any) -> None:
    _, invoice = await _invoice(shop, buyer)
    await shop.fill(1)
    quote = (await buyer.send_form("/cart/quote", {"format": "pdf"})).headers["location"]
    await shop.sql(
        "update fondaco.document set issued_on = issued_on - 40, number = 'Q-77'"
        " where kind = 'quote'"
    )
    today = shop.hall.clock.now().astimezone(shop.hall.settings.zone).date()
    number = (await shop.sql("select number from fondaco.customer_order"))[0][0]

    async def shown(**query: str) -> set[str]:
        page = (await buyer.get("/documents", params=query)).text
        return {address for address in (invoice, quote) if address in page}

    assert await shown() == {invoice, quote}
    assert await shown(kind="quote") == {quote}
    assert await shown(number="Q-7") == {quote}
    assert await shown(number=number) == {invoice}
    assert await shown(since=(today - timedelta(days=2)).isoformat()) == {invoice}
    assert await shown(until=(today - timedelta(days=20)).isoformat()) == {quote}
    assert await shown(kind="nothing") == set()
    assert await shown(since="вчера") == {invoice, quote}


async def _token(client: Any) -> dict[str, str]:
    page = await client.send_form("/profile/tokens", {"name": "program"})
    return {"Authorization": f"Bearer {page.text.partition('<code>')[2].partition('</code>')[0]}"}


async def test_the_api_has_the_same_documents(shop: Any, buyer: Any, stranger: Any) -> None:
    order, address = await _invoice(shop, buyer)
    headers, foreign = await _token(buyer), await _token(stranger)
    listed = (await buyer.get("/api/v1/documents", headers=headers)).json()
    (one,) = listed["items"]
    assert listed.get("next") is None
    assert one["kind"] == "invoice"
    assert one["order"] == order.rpartition("/")[2]
    assert one["rights"] == ["view", "download"]
    detail = (await buyer.get(f"/api/v1{address}", headers=headers)).json()
    file = await buyer.get(f"/api/v1{address}/file", headers=headers)
    assert detail["size"] == len(file.content)
    assert detail["newest"] is True
    assert len(detail["sha256"]) == 64
    for path in ("", "/file"):
        gone = await stranger.get(f"/api/v1{address}{path}", headers=foreign)
        assert gone.status_code == 404
        assert gone.headers["content-type"].startswith("application/problem+json")
    assert (await stranger.get("/api/v1/documents", headers=foreign)).json()["items"] == []
    odd = await buyer.get("/api/v1/documents", params={"cursor": "x"}, headers=headers)
    assert odd.status_code == 422


async def test_staff_correct_a_document_and_the_first_one_stays(shop: Any, buyer: Any) -> None:
    _, address = await _invoice(shop, buyer)
    first = (await buyer.get(f"{address}/file")).content
    assert "Выпустить исправленный" not in (await buyer.get(address)).text
    assert (await buyer.send_form(f"{address}/correct")).status_code == 403
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert "Выпустить исправленный" in (await manager.get(address)).text
    await shop.sql("update fondaco.seller set name = 'АО «Опт»', full_name = 'АО «Опт и Ко»'")
    second = (await manager.send_form(f"{address}/correct")).headers["location"]
    await shop.render(second.rpartition("/")[2])
    rows = await shop.sql("select number, version, chain from fondaco.document order by version")
    assert [row.version for row in rows] == [1, 2]
    assert len({(row.number, row.chain) for row in rows}) == 1
    assert (await buyer.get(f"{address}/file")).content == first
    assert (await buyer.get(f"{second}/file")).content != first
    assert "действует версия 2" in buyer.words((await buyer.get(address)).text)
    # Out of an old page too, the next version follows the newest.
    third = (await manager.send_form(f"{address}/correct")).headers["location"]
    assert "версия 3" in manager.words((await manager.get(third)).text)


async def test_two_corrections_at_once_are_two_versions(
    shop: Any, buyer: Any, database_url: str
) -> None:
    _, address = await _invoice(shop, buyer)
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    await manager.get(address)
    engine = create_async_engine(database_url)
    async with engine.begin() as holder:
        # Both come while a third one is at it, and wait for its end.
        await holder.execute(
            text(
                "select pg_advisory_xact_lock(hashtextextended('document ' || chain::text, 0))"
                "  from fondaco.document"
            )
        )
        pressed = [asyncio.ensure_future(manager.send_form(f"{address}/correct")) for _ in range(2)]
        waiting = (
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event = 'advisory'"
        )
        async with asyncio.timeout(20):
            while (await holder.execute(text(waiting))).scalar_one() < 2:
                await asyncio.sleep(0.02)
                await holder.execute(text("select pg_stat_clear_snapshot()"))
    await engine.dispose()
    assert [answer.status_code for answer in await asyncio.gather(*pressed)] == [303, 303]
    rows = await shop.sql("select version from fondaco.document order by version")
    assert [row.version for row in rows] == [1, 2, 3]


async def test_a_quote_is_made_anew_not_corrected(shop: Any, buyer: Any) -> None:
    await shop.fill(1)
    quote = (await buyer.send_form("/cart/quote", {"format": "pdf"})).headers["location"]
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.send_form(f"{quote}/correct")).status_code == 409


def _plugin(name: str, kind: str, **more: Any) -> Plugin:
    return Plugin(
        name=name,
        version="1",
        title=Text(name, name),
        documents=(DocumentKind(name=kind, title=Text("x", "x"), **more),),
    )


@pytest.mark.parametrize(
    ("plugins", "documents", "said"),
    [
        ([_plugin("a", "invoice")], Documents(), "already brought by a"),
        ([_plugin("a", "act", about="period")], Documents(), "want the layout 'act'"),
        ([], Documents(rights={"invoise": ("view",)}), "did you mean 'invoice'?"),
        ([], Documents(layouts={"invoice": "mine"}), "want the layout 'mine'"),
        ([], Documents(by_erp=("invoise",)), "documents.by_erp"),
    ],
)
def test_kinds_that_do_not_fit_stop_the_start(
    plugins: list[Plugin], documents: Documents, said: str
) -> None:
    with pytest.raises(PluginReport, match="documents") as report:
        load_registry(Settings(documents=documents), plugins)
    assert said in str(report.value)


def test_another_layout_may_be_chosen_for_a_kind() -> None:
    chosen = Documents(layouts={"invoice": "quote"})
    assert load_registry(Settings(documents=chosen), []).documents["invoice"].about == "order"
