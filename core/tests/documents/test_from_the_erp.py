"""Documents that the ERP has issued: filed once, by version, with the file as it was made there."""

import base64
import io
import zipfile
from hashlib import sha256
from typing import Any

import pytest
import pytest_asyncio

from fondaco.testing.erp import Erp, connect

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


def record(**changes: Any) -> dict[str, Any]:
    said = {
        "external_id": "doc-1",
        "version": 1,
        "kind": "other",
        "title": "Сертификат",
        "number": "УТ-000123",
        "date": "2026-11-20",
        "legal_entity": "entity-1",
        "file": base64.b64encode(PDF).decode(),
    }
    return {**said, **changes}


@pytest_asyncio.fixture
async def erp(shop: Any, client: Any, wholesaler: Any) -> Erp:
    for company, name in ((shop.company, "entity-1"), (shop.stranger, "entity-2")):
        await shop.sql(
            "update fondaco.legal_entity set external_id = :name where company_id = :company",
            name=name,
            company=company.customer.company_id,
        )
    return await connect(client, wholesaler)


async def test_a_document_appears_at_once_for_its_company_alone(
    shop: Any, erp: Erp, buyer: Any, stranger: Any
) -> None:
    order = await shop.order(buyer, 2)
    number = (await shop.sql("select number from fondaco.customer_order"))[0][0]
    for named in (number, order.rpartition("/")[2]):
        said = record(external_id=f"doc-{named}", order=named)
        assert await erp.send("documents", said) == (await erp.send("documents", said))
    page = await buyer.get(order)
    assert page.text.count("Сертификат № УТ-000123") == 2
    (uuid, *_), _ = await shop.sql(
        "select uuid from fondaco.document where origin = 'erp' order by id"
    )
    file = await buyer.get(f"/documents/{uuid}/file")
    assert file.content == PDF
    assert file.headers["content-type"] == "application/pdf"
    shown = await buyer.get(f"/documents/{uuid}")
    assert sha256(PDF).hexdigest() in shown.text
    assert "учётная система" in shown.text
    for path in ("", "/file", "/view", "/link", "/state"):
        assert (await stranger.get(f"/documents/{uuid}{path}")).status_code == 404
    events = await shop.sql("select count(*) from fondaco.outbox where type = 'document.ready.v1'")
    assert events == [(2,)]


async def test_the_newest_version_counts_and_the_older_ones_stay(
    shop: Any, erp: Erp, buyer: Any
) -> None:
    files = {n: PDF + f"% version {n}".encode() for n in (1, 2, 3)}
    # The second comes last: an older version never replaces a newer one.
    for version in (1, 3, 2, 3):
        said = record(version=version, file=base64.b64encode(files[version]).decode())
        assert (await erp.send("documents", said)).accepted == 1
    rows = await shop.sql("select uuid, version from fondaco.document order by version")
    assert [row.version for row in rows] == [1, 2, 3]
    listed = (await buyer.get("/documents")).text
    assert f"/documents/{rows[2].uuid}" in listed
    assert f"/documents/{rows[0].uuid}" not in listed
    old = await buyer.get(f"/documents/{rows[0].uuid}")
    assert "действует версия 3" in buyer.words(old.text)
    assert (await buyer.get(f"/documents/{rows[0].uuid}/file")).content == files[1]

    other = record(version=3, file=base64.b64encode(files[1]).decode())
    assert (await erp.send("documents", other)).refused == [(0, "erp.document_changed")]


async def test_a_file_may_be_uploaded_before(shop: Any, erp: Erp, buyer: Any) -> None:
    digest = sha256(PDF).hexdigest()
    said = record(file="", sha256=digest)
    assert (await erp.send("documents", said)).refused == [(0, "erp.document_not_uploaded")]
    for _ in range(2):
        up = await erp.client.post("/api/v1/inbound/files", headers=erp.headers, content=PDF)
        assert (up.status_code, up.json()) == (200, {"sha256": digest, "size": len(PDF)})
    assert (await erp.send("documents", said)).accepted == 1
    (row,) = await shop.sql("select uuid from fondaco.document")
    assert (await buyer.get(f"/documents/{row.uuid}/file")).content == PDF
    odd = await erp.client.post("/api/v1/inbound/files", headers=erp.headers, content=b"MZ\x90")
    assert odd.status_code == 422


def _macros() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"order": "26-999999"}, "erp.order_unknown"),
        ({"order": "0190aaaa-0000-7000-8000-000000000000"}, "erp.order_unknown"),
        ({"legal_entity": "nobody"}, "erp.unknown"),
        ({"kind": "certificate", "title": " "}, "erp.document_kind"),
        ({"external_id": ""}, "erp.external_id"),
        ({"number": " "}, "erp.name"),
        ({"number": "УТ\u0000-1"}, "erp.document_words"),
        ({"external_id": "a\u0000"}, "erp.document_words"),
        ({"order": "a\u0000"}, "erp.document_words"),
        ({"title": "a\nb"}, "erp.document_words"),
        ({"file": ""}, "erp.document_no_file"),
        ({"file": base64.b64encode(b"<html>").decode()}, "erp.document_strange"),
        ({"file": base64.b64encode(b"MZ\x90\x00").decode()}, "erp.document_strange"),
        ({"file": base64.b64encode(b"PK\x03\x04broken").decode()}, "erp.document_strange"),
        ({"file": base64.b64encode(_macros()).decode()}, "erp.document_strange"),
        ({"sha256": "00" * 32}, "erp.document_damaged"),
        ({"sha256": "zz"}, "erp.document_digest"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_reason_and_nothing_is_filed(
    shop: Any, erp: Erp, changes: dict[str, Any], code: str
) -> None:
    good = record(external_id="good")
    answer = await erp.send("documents", record(**changes), good)
    assert (answer.accepted, answer.refused) == (1, [(0, code)])
    assert len(await shop.sql("select 1 from fondaco.document")) == 1


async def test_a_kind_that_the_site_does_not_have_is_filed_under_its_title(
    shop: Any, erp: Erp
) -> None:
    answer = await erp.send("documents", record(kind="upd", title="УПД"))
    assert (answer.accepted, answer.refused) == (1, [])
    rows = await shop.sql("select kind, title from fondaco.document")
    assert [tuple(row) for row in rows] == [("other", "УПД")]


async def test_what_does_not_fit_the_shape_is_refused(shop: Any, erp: Erp) -> None:
    answer = await erp.send(
        "documents",
        record(file="не base64"),
        record(version=0),
        record(date="вчера"),
        record(external_id="good"),
    )
    assert answer.accepted == 1
    assert [place for place, _ in answer.refused] == [0, 1, 2]


async def test_a_document_of_one_company_is_not_put_on_an_order_or_id_of_another(
    shop: Any, erp: Erp, buyer: Any
) -> None:
    await shop.order(buyer, 2)
    number = (await shop.sql("select number from fondaco.customer_order"))[0][0]
    wrong = record(legal_entity="entity-2", order=number)
    assert (await erp.send("documents", wrong)).refused == [(0, "erp.order_unknown")]
    assert (await erp.send("documents", record())).accepted == 1
    taken = record(legal_entity="entity-2", version=2)
    assert (await erp.send("documents", taken)).refused == [(0, "erp.document_anothers")]


async def test_a_large_file_is_refused(shop: Any, erp: Erp) -> None:
    large = PDF + b"0" * shop.hall.settings.documents.largest
    said = record(file=base64.b64encode(large).decode())
    assert (await erp.send("documents", said)).refused == [(0, "erp.document_large")]
    up = await erp.client.post("/api/v1/inbound/files", headers=erp.headers, content=large)
    assert up.status_code == 422
    assert await shop.sql("select 1 from fondaco.file") == []


async def test_the_door_is_the_erps(shop: Any, erp: Erp, buyer: Any) -> None:
    assert (await buyer.post("/api/v1/inbound/files", content=PDF)).status_code == 401


async def test_staff_are_told_apart_from_buyers_by_rights(shop: Any, erp: Erp, buyer: Any) -> None:
    assert (await erp.send("documents", record())).accepted == 1
    (row,) = await shop.sql("select uuid from fondaco.document")
    refused = await buyer.send_form(f"/documents/{row.uuid}/original")
    assert refused.status_code == 403
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.get(f"/documents/{row.uuid}/file")).content == PDF


async def test_statements_do_not_grow_with_what_is_known_already(
    shop: Any, erp: Erp, sql_budget: Any
) -> None:
    said = [record(external_id=f"doc-{n}") for n in range(40)]
    await erp.all_of("documents", said)
    counted = []
    for some in (said[:1], said):
        with sql_budget() as count:
            await erp.all_of("documents", some)
        counted.append(count.number)
    assert counted[0] == counted[1]
