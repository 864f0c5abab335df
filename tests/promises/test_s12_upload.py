"""S12 over HTTP: hostile lists are refused with a page, quickly, and the site stays quick.

The parser's own defences, with their controls, are in core/tests/intake/test_hostile.py.
"""

import asyncio
import io
import time
import zipfile
from decimal import Decimal

import pytest
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler


def _bomb() -> bytes:
    """Two megabytes that would unpack to two gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(2000):
                sheet.write(b"0" * 1_000_000)
    return packed.getvalue()


def _corners() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


HOSTILE = {
    "empty.xlsx": b"",
    "photo.xlsx": b"\xff\xd8\xff\xe0" + b"\0" * 1000,
    "bomb.xlsx": None,
    "escape.xlsx": _corners(),
    "page.xls": b"<html><body>not a table</body></html>",
    "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
}


DOORS = ("/quick-order/upload", "/cart/outlets/file", "/cart/deliveries/file")


async def _upload(
    client: Client, name: str, data: bytes, door: str = DOORS[0]
) -> tuple[int, str, float]:
    token = await client.token()
    started = time.perf_counter()
    answer = await client.post(
        door,
        files={"file": (name, data)},
        headers={"X-CSRFToken": token},
        timeout=60,
    )
    return answer.status_code, answer.text, time.perf_counter() - started


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_is_refused_with_words_and_nothing_is_kept(
    hall: Hall, wholesaler: Wholesaler, client: Client, name: str, door: str
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    company = await wholesaler.company("Ромашка", seller, [prices])
    await client.sign_in(company.email, PASSWORD)
    data = HOSTILE[name]
    status, page, seconds = await _upload(client, name, _bomb() if data is None else data, door)
    assert 400 <= status < 500, page[:500]
    assert seconds < 5
    assert "Traceback" not in page
    async with hall.database.transaction() as connection:
        kept = await connection.execute(text("select count(*) from fondaco.article_list"))
        assert kept.scalar_one() == 0


async def test_the_site_answers_while_a_bomb_is_looked_at(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    await wholesaler.products(1, price_list=prices, on_hand=Decimal(1))
    company = await wholesaler.company("Ромашка", seller, [prices])
    await client.sign_in(company.email, PASSWORD)
    bomb = _bomb()

    async def browse() -> float:
        slowest = 0.0
        for _ in range(10):
            started = time.perf_counter()
            assert (await client.get("/quick-order")).status_code == 200
            slowest = max(slowest, time.perf_counter() - started)
            await asyncio.sleep(0.02)
        return slowest

    (status, _, _), slowest = await asyncio.gather(_upload(client, "b.xlsx", bomb), browse())
    assert 400 <= status < 500
    assert slowest < 2
