"""Pieces of files: each counts once, whatever the line and 1C do."""

import os
import shutil
from typing import Any

import pytest
from exchange_desk import ExchangeShop, goods, offers, packed

from fondaco_erp_1c.sim.client import Failure, Onec

pytestmark = pytest.mark.plugins("erp_1c")

GOODS = goods("Ёж", "Щётка", encoding="UTF-8")


async def _begun(shop: ExchangeShop, version: str = "") -> Onec:
    onec = shop.onec("catalog")
    await onec.begin(version)
    return onec


async def _size(shop: ExchangeShop, name: str) -> int:
    rows = await shop.all("select size from plugin_erp_1c.file where name = :n", n=name)
    assert len(rows) == 1
    (found,) = shop.hall.settings.data.glob(f"arriving/erp_1c/*/{name}")
    assert found.stat().st_size == rows[0][0]
    return int(rows[0][0])


async def test_pieces_are_put_together_where_they_split_a_character(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    cut = GOODS.index("Ё".encode()) + 1
    for piece in (GOODS[:cut], GOODS[cut:]):
        assert (await onec.call("file", piece, filename="import.xml")).word == "success"
    assert await _size(shop, "import.xml") == len(GOODS)
    assert await shop.load(onec, "import.xml") == ["progress", "success"]
    assert await shop.all("select name from fondaco.product where external_id = 'Ёж'") == [
        ("Товар Ёж",)
    ]


async def test_a_piece_that_comes_twice_counts_once(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    for piece in (GOODS[:100], GOODS[:100], GOODS[100:], GOODS[100:], b""):
        assert (await onec.call("file", piece, filename="import.xml")).word == "success"
    assert await _size(shop, "import.xml") == len(GOODS)


async def test_a_file_that_is_sent_anew_begins_anew(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    for piece in (GOODS[:100], GOODS[100:200], GOODS[:150], GOODS[150:]):
        await onec.call("file", piece, filename="import.xml")
    assert await _size(shop, "import.xml") == len(GOODS)
    archive = packed(import_xml=GOODS)
    for piece in (archive[:50], archive[50:80], archive[:50], archive[50:]):
        await onec.call("file", piece, filename="v8_1.zip")
    assert await _size(shop, "v8_1.zip") == len(archive)


async def test_a_broken_line_adds_nothing(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.call("file", GOODS[:100], filename="import.xml")

    async def half() -> Any:
        yield GOODS[100:150]
        raise OSError("the line broke")

    async with shop.web() as web:
        answer = await web.post(
            "/1c_exchange?type=catalog&mode=file&filename=import.xml",
            headers={"Cookie": onec.cookie},
            content=half(),
        )
    assert answer.text.startswith("failure")
    await onec.call("file", GOODS[100:], filename="import.xml")
    assert await _size(shop, "import.xml") == len(GOODS)
    assert not list(shop.hall.settings.data.glob("arriving/erp_1c/*/.piece-*"))


async def test_what_a_crash_left_behind_is_cut_off(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.call("file", GOODS[:100], filename="import.xml")
    (found,) = shop.hall.settings.data.glob("arriving/erp_1c/*/import.xml")
    with found.open("ab") as file:
        file.write(b"written, and not yet counted")
    await onec.call("file", GOODS[100:], filename="import.xml")
    assert found.read_bytes() == GOODS


async def test_two_calls_may_sweep_out_the_same_files(
    shop: ExchangeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop.hall.settings.data / "arriving/erp_1c"
    left = [root / name for name in ("a", "b", "c")]
    for one in left:
        one.mkdir(parents=True)
        os.utime(one, (0, 0))
    sweep = shutil.rmtree

    def both(*_: Any, **__: Any) -> None:
        for one in left:
            sweep(one, ignore_errors=True)

    monkeypatch.setattr("fondaco_erp_1c.http.files.shutil.rmtree", both)
    await _begun(shop)
    assert not any(one.exists() for one in left)


async def test_another_init_in_the_middle_loses_nothing(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.send("import.xml", GOODS)
    assert (await onec.call("init")).word == "zip=yes"
    await onec.send("offers.xml", offers("Ёж"))
    assert await shop.load(onec, "import.xml") == ["progress", "success"]
    assert await shop.load(onec, "offers.xml") == ["success"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/tmp/import.xml", "import.xml"),
        ("upload/1c/webdata/import.xml", "import.xml"),
        ("import_files\\ab\\1.jpg", "import_files/ab/1.jpg"),
        ("goods/goods_1_1_ab.xml", "goods/goods_1_1_ab.xml"),
    ],
)
async def test_names_lose_what_leads_outside(shop: ExchangeShop, written: str, kept: str) -> None:
    onec = await _begun(shop)
    await onec.send(written, GOODS)
    assert await _size(shop, kept) == len(GOODS)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a/../../b.xml", "C:\\x.xml", "a\x00b", ".hidden"]
)
async def test_names_that_lead_outside_are_refused(shop: ExchangeShop, name: str) -> None:
    onec = await _begun(shop)
    with pytest.raises(Failure):
        await onec.send(name, GOODS)
    assert await shop.all("select name from plugin_erp_1c.file") == []


async def test_a_name_in_windows_1251_is_read(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    async with shop.web() as web:
        answer = await web.post(
            "/1c_exchange?type=catalog&mode=file&filename=%F2%EE%E2%E0%F0%FB.xml",
            headers={"Cookie": onec.cookie},
            content=GOODS,
        )
    assert answer.text == "success"
    assert await shop.all("select name from plugin_erp_1c.file") == [("товары.xml",)]


async def test_an_empty_file_and_a_broken_archive_are_told(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.call("file", b"", filename="import.xml")
    with pytest.raises(Failure, match="Файл пуст"):
        await onec.load("import.xml")
    await onec.send("v8_1.zip", packed(import_xml=GOODS)[:-40])
    with pytest.raises(Failure, match="Архив повреждён"):
        await onec.load("v8_1.zip")
    with pytest.raises(Failure, match="не передан"):
        await onec.load("other.xml")
    # And the exchange goes on, with the file sent anew.
    await onec.send("import.xml", GOODS)
    assert await shop.load(onec, "import.xml") == ["progress", "success"]


async def test_too_large_a_piece_is_refused_in_words(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    async with shop.web() as web:
        answer = await web.post(
            "/1c_exchange?type=catalog&mode=file&filename=import.xml",
            headers={"Cookie": onec.cookie, "Content-Length": str(300_000_000)},
            content=b"x",
        )
    assert answer.content.decode("cp1251").startswith("failure\nЧасть файла больше")
