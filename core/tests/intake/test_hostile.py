"""Files that want to harm: refused with a clear word, and the site does not feel them."""

import asyncio
import io
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from fondaco.intake.parse import FileRefused, Limits, parse_file
from fondaco.intake.parse.files import AT_ONCE
from fondaco.intake.parse.model import MEBIBYTE

Write = Callable[..., Path]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def cells(xml: str, before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'.encode()


def text_cell(reference: str, text: str) -> str:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


@pytest.fixture
def rezipped(xlsx: Write, tmp_path: Path) -> Callable[..., Path]:
    """rezipped({part: content}) -> a workbook with these parts put in place of its own."""

    def rezip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
        source, target = xlsx([["AB-100", 5]], "source.xlsx"), tmp_path / "hostile.xlsx"
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
            for name in old.namelist():
                if name not in parts:
                    new.writestr(name, old.read(name))
            for name, content in parts.items():
                new.writestr(name, content)
        return target

    return rezip


def readers() -> list[psutil.Process]:
    """The reading children of this process; other tests may have left children of their own."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if "fondaco.intake.parse.child" in child.cmdline():
                found.append(child)
    return found


async def refusal_of(path: Path, limits: Limits = Limits()) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        await parse_file(path, path.name, limits)
    return refusal.value


async def test_the_control_is_read(rezipped: Callable[..., Path]) -> None:
    """The same workbook with a harmless sheet is accepted, so the refusals below mean something."""
    path = rezipped({SHEET: cells(text_cell("A1", "AB-100"))})
    assert (await parse_file(path, "list.xlsx")).rows[0].article == "AB-100"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 2000, "JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 2000, "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"<html><table><tr><td>AB-100</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Workbook/>", "XML"),
        (b"MZ\x90\x00\x03", "EXE"),
        (b"MOXCEL\x00\x07", "MXL (1C)"),
    ],
)
async def test_strangers_are_named(start: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / "заявка.xlsx").write_bytes(start)
    refusal = await refusal_of(tmp_path / "заявка.xlsx")
    assert (refusal.code, refusal.params) == ("file.not_a_table", {"kind": kind})


async def test_a_zip_without_a_table(tmp_path: Path) -> None:
    for part, kind in (("word/document.xml", "Word (DOCX)"), ("a.txt", "ZIP")):
        with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as archive:
            archive.writestr(part, b"x" * 100)
        refusal = await refusal_of(tmp_path / "list.xlsx")
        assert (refusal.code, refusal.params) == ("file.not_a_table", {"kind": kind})


async def test_sparse_files_of_zeros(tmp_path: Path) -> None:
    for size, code in ((50 * MEBIBYTE + 1, "file.too_large"), (50 * MEBIBYTE, "file.not_text")):
        with (tmp_path / "zeros.xlsx").open("wb") as file:
            file.truncate(size)
        assert (await refusal_of(tmp_path / "zeros.xlsx")).code == code


async def test_a_bomb_is_not_unpacked(rezipped: Callable[..., Path]) -> None:
    path = rezipped({SHEET: cells(" " * (200 * MEBIBYTE))})
    assert path.stat().st_size < MEBIBYTE
    start = time.perf_counter()
    assert (await refusal_of(path)).code == "file.bomb"
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "parts",
    [
        {f"xl/media/{n}.bin": b"x" for n in range(2_001)},
        {"../../etc/cron.d/evil": b"x"},
        {"/etc/evil": b"x"},
        {"xl\\..\\..\\evil": b"x"},
        {"C:/evil": b"x"},
    ],
)
async def test_suspicious_directories(
    parts: dict[str, bytes], rezipped: Callable[..., Path]
) -> None:
    assert (await refusal_of(rezipped(parts))).code == "file.bomb"


async def test_unpacked_size_is_the_sum(rezipped: Callable[..., Path]) -> None:
    path = rezipped({f"xl/media/{n}.bin": b"\0" * (MEBIBYTE // 2) for n in range(5)})
    assert (await refusal_of(path, Limits(unpacked_bytes=2 * MEBIBYTE))).code == "file.bomb"
    assert (await parse_file(path, "x", Limits(unpacked_bytes=4 * MEBIBYTE))).rows


async def test_archive_in_the_archive(rezipped: Callable[..., Path]) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("bomb.txt", b"0" * 1000)
    path = rezipped({"xl/embeddings/oleObject1.bin": inner.getvalue()})
    assert (await refusal_of(path)).code == "file.nested"


async def test_overlapping_entries(rezipped: Callable[..., Path]) -> None:
    """Two names in the directory that point at the same packed bytes."""
    path = rezipped({"xl/one.bin": b"x" * 500, "xl/two.bin": b"x" * 500}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    offset = {}
    with zipfile.ZipFile(path) as archive:
        offset = {entry.filename: entry.header_offset for entry in archive.infolist()}
    entry = content.rindex(b"xl/two.bin") - 46
    assert struct.unpack_from("<I", content, entry + 42)[0] == offset["xl/two.bin"]
    struct.pack_into("<I", content, entry + 42, offset["xl/one.bin"])
    path.write_bytes(content)
    assert (await refusal_of(path)).code == "file.bomb"


async def test_encrypted_entries(rezipped: Callable[..., Path]) -> None:
    path = rezipped({"xl/two.bin": b"x" * 500})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"xl/two.bin") - 46 + 8] |= 1
    path.write_bytes(content)
    assert (await refusal_of(path)).code == "file.encrypted"


async def test_a_directory_that_lies_about_sizes(rezipped: Callable[..., Path]) -> None:
    path = rezipped({SHEET: cells(text_cell("A1", "AB-100") + " " * (60 * MEBIBYTE))})
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.rindex(SHEET.encode()) - 46 + 24, 1000)
    path.write_bytes(content)
    assert (await refusal_of(path)).code in ("file.damaged", "file.too_complex")


async def test_cells_at_both_corners(rezipped: Callable[..., Path]) -> None:
    corners = text_cell("A1", "AB-100") + text_cell("XFD1048576", "x")
    refusal = await refusal_of(rezipped({SHEET: cells(corners)}))
    assert refusal.code == "file.far_cell"
    assert refusal.params["cell"] == "XFD1048576"


async def test_should_the_guard_miss_them_only_the_child_dies(
    rezipped: Callable[..., Path],
) -> None:
    corners = text_cell("A1", "AB-100") + text_cell("XFD1048576", "x")
    path = rezipped({SHEET: cells(corners)})
    assert (await refusal_of(path, Limits(cells=10**12))).code == "file.too_complex"


async def test_a_stray_cell_in_the_last_row_is_survived(rezipped: Callable[..., Path]) -> None:
    stray = text_cell("A1", "AB-100") + text_cell("D1048576", "x")
    parsed = await parse_file(rezipped({SHEET: cells(stray)}), "list.xlsx")
    assert parsed.rows[0].article == "AB-100"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
async def test_document_types_are_refused(part: str, rezipped: Callable[..., Path]) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE x [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]>'
    body = cells(text_cell("A1", "&a11;&f;"), head)
    assert (await refusal_of(rezipped({part: body}))).code == "file.damaged"


async def test_texts_that_do_not_fit_into_memory(rezipped: Callable[..., Path]) -> None:
    """8 MB of tiny shared strings take far more as objects; the child dies alone."""
    strings = f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 500_000}</sst>'.encode()
    path = rezipped({"xl/sharedStrings.xml": strings}, zipfile.ZIP_STORED)
    limits = Limits(memory_bytes=70 * MEBIBYTE)
    assert (await refusal_of(path, limits)).code == "file.too_complex"
    harmless = rezipped({SHEET: cells(text_cell("A1", "AB-100"))})
    assert (await parse_file(harmless, "list.xlsx", limits)).rows


async def test_too_slow_and_too_talkative(xlsx: Write) -> None:
    path = xlsx([[f"AB-{n}", n] for n in range(1, 1_000)])
    assert (await refusal_of(path, Limits(wall_seconds=0.02))).code == "file.too_complex"
    assert (await refusal_of(path, Limits(answer_bytes=1_000))).code == "file.too_complex"
    assert readers() == []


async def test_many_files_at_once_wait_in_a_queue(xlsx: Write) -> None:
    path = xlsx([[f"AB-{n}", f"Фильтр {n}", n] for n in range(1, 2_000)])
    reading = [asyncio.create_task(parse_file(path, "list.xlsx")) for _ in range(AT_ONCE + 2)]
    await asyncio.sleep(0.02)
    assert len(readers()) <= AT_ONCE
    assert (await refusal_of(path, Limits(wall_seconds=0.01))).code == "file.busy"
    assert {len(parsed.rows) for parsed in await asyncio.gather(*reading)} == {1_999}


async def test_giving_up_ends_the_child(xlsx: Write) -> None:
    task = asyncio.create_task(parse_file(xlsx([["AB-100", 1]]), "list.xlsx"))
    for _ in range(1_000):
        await asyncio.sleep(0.001)
        if readers():
            break
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert readers() == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_child_is_confined_and_knows_no_secrets(
    xlsx: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDACO_DATABASE_URL", "canary")
    path = xlsx([[f"AB-{n}", f"Фильтр {n}", n] for n in range(1, 5_000)])
    task = asyncio.create_task(parse_file(path, "list.xlsx"))
    seen: list[tuple[dict[str, str], int]] = []
    while not task.done():
        for child in readers():
            try:
                seen.append((child.environ(), child.rlimit(psutil.RLIMIT_AS)[1]))
            except psutil.Error:
                continue
        await asyncio.sleep(0.002)
    assert len((await task).rows) == 4_999
    assert seen and not any("canary" in environ.values() for environ, _ in seen)
    assert {limit for _, limit in seen[len(seen) // 2 :]} == {Limits().memory_bytes}


async def test_neither_memory_nor_the_loop_of_the_site_suffers(
    rezipped: Callable[..., Path],
) -> None:
    bombs = f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 3_000_000}</sst>'.encode()
    path = rezipped({"xl/sharedStrings.xml": bombs})
    del bombs
    await refusal_of(path, Limits(ratio=10_000, memory_bytes=200 * MEBIBYTE))
    before = psutil.Process().memory_info().rss
    task = asyncio.create_task(refusal_of(path, Limits(ratio=10_000, memory_bytes=200 * MEBIBYTE)))
    lags = []
    while not task.done():
        start = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - start - 0.005)
    assert (await task).code == "file.too_complex"
    assert psutil.Process().memory_info().rss - before < 8 * MEBIBYTE
    assert sorted(lags)[len(lags) * 95 // 100] < 0.05


async def test_damage_anywhere_is_refused_or_read(
    xlsx: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Any exception that the reader did not foresee is logged as an error, and fails this."""
    whole = xlsx([["Артикул", "Кол-во"], ["AB-100", 5], ["CD-200", 7]]).read_bytes()
    chance = random.Random(20261122)
    for _ in range(25):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        (tmp_path / "damaged.xlsx").write_bytes(content[: chance.randint(50, len(content))])
        try:
            await parse_file(tmp_path / "damaged.xlsx", "damaged.xlsx")
        except FileRefused as refusal:
            assert refusal.code.startswith("file.")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_the_child_starts_light() -> None:
    script = "import sys, fondaco.intake.parse.child; print(*sys.modules)"
    command = [sys.executable, "-I", "-c", script]
    modules = set(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    )
    heavy = {"asyncio", "sqlalchemy", "litestar", "openpyxl", "charset_normalizer", "lxml", "babel"}
    assert modules & heavy == set()
