"""S11 through the import desk: hostile XML is refused with words, and gets at nothing.

All 33 hostile files, with time and memory of the reader alone, and the controls of its guards are
in plugins/erp_1c/tests/commerceml/test_hostile.py; those of a size that can be uploaded come here.
"""

import io
import zipfile
from pathlib import Path

import pytest
from desk import Desk, words
from hostile_files import CASES, SECRET, Endless, Site, entity, open_site, was_called
from lxml import etree
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

pytestmark = pytest.mark.plugins("erp_1c")

SOME = ("file entity", "http entity", "billion laughs", "xinclude", "depth")
KEPT = text(
    "select (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from fondaco.import_run r)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from fondaco.product p)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from fondaco.import_refusal s)::text"
)
SAID = text(
    "select error from fondaco.import_run where error <> ''"
    " union all select code from fondaco.import_refusal"
)


def _cases() -> list[object]:
    return [
        pytest.param(name, marks=() if name in SOME else pytest.mark.full)
        for name, (_, make) in CASES.items()
        if not isinstance(make(Site("", "", "", None)), Endless)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("name", _cases())
async def test_a_hostile_file_is_refused_and_gets_at_nothing(
    hall: Hall, client: Client, wholesaler: Wholesaler, tmp_path: Path, name: str
) -> None:
    code, make = CASES[name]
    desk = Desk(hall, client)
    await desk.sign_in(wholesaler)
    with open_site(tmp_path) as site:
        made = make(site)
        assert isinstance(made, (str, bytes))
        page = await desk.load("import.xml", made.encode() if isinstance(made, str) else made)
        assert not was_called(site.server)
    assert SECRET not in page
    async with hall.database.transaction() as connection:
        said = (await connection.execute(SAID)).scalars().all()
        kept = str((await connection.execute(KEPT)).scalar_one())
    assert list(said) == [code], words(page)
    assert SECRET not in kept


def test_control_a_parser_without_the_guard_hands_the_secret_over(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        parser = etree.XMLPullParser(("end",), resolve_entities=True, load_dtd=True)
        parser.feed(entity(site.secret))
        found = [element.text or "" for _, element in parser.read_events()]
    assert any(SECRET in text for text in found)


def _sheet(secret: str) -> bytes:
    """A list whose first article is a file of the server."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "{secret}">]><worksheet xmlns="{main}">'
            '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>A-1 &x;</t></is></c>'
            '<c r="B1"><v>3</v></c></row></sheetData></worksheet>',
        )
    return packed.getvalue()


async def test_a_sheet_cannot_read_files_either(
    hall: Hall, client: Client, wholesaler: Wholesaler, tmp_path: Path
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    company = await wholesaler.company("Ромашка", seller, [prices])
    await client.sign_in(company.email, PASSWORD)
    with open_site(tmp_path) as site:
        page = ""
        for door in ("/quick-order/upload", "/cart/outlets/file", "/cart/deliveries/file"):
            answer = await client.post(
                door,
                files={"file": ("list.xlsx", _sheet(site.secret))},
                headers={"X-CSRFToken": await client.token()},
            )
            page += answer.text
            if answer.status_code == 303:
                page += (await client.get(answer.headers["location"])).text
    assert SECRET not in page
    async with hall.database.transaction() as connection:
        lists = (
            "select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from fondaco.article_list_row r"
        )
        assert SECRET not in str((await connection.execute(text(lists))).scalar_one())
