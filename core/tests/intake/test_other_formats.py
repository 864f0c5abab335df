"""ods, and xls as Excel 97 wrote it; both made here byte by byte."""

import struct
import zipfile
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from fondaco.intake.parse import FileRefused, ParsedList

Read = Callable[..., Awaitable[ParsedList]]

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def beginning(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))


def text(value: str) -> bytes:
    return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")


def workbook(rows: list[list[str | float]], encrypted: bool = False) -> bytes:
    """The "Workbook" stream of one sheet, in BIFF8."""
    globals_head = beginning(0x0005) + (record(0x002F, b"\0" * 54) if encrypted else b"")
    name = "Лист1"
    size_of_sheet_record = 4 + 8 + 2 * len(name)
    offset = len(globals_head) + size_of_sheet_record + 4
    sheet_record = record(
        0x0085,
        struct.pack("<IBBBB", offset, 0, 0, len(name), 1) + name.encode("utf-16-le"),
    )
    sheet = beginning(0x0010)
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", index, column, 0)
            if isinstance(value, str):
                sheet += record(0x0204, place + text(value))
            else:
                sheet += record(0x0203, place + struct.pack("<d", value))
    return globals_head + sheet_record + record(0x000A, b"") + sheet + record(0x000A, b"")


def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return (
        head + struct.pack("<III", FREE, FREE, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
    )


def container(stream_name: str, stream: bytes) -> bytes:
    """A compound file with one stream, in sectors 2 and on; 0 is the table, 1 the directory."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    chain = [FAT, END, *range(3, 2 + count), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    directory = entry("Root Entry", 5, 1, END, 0) + entry(stream_name, 2, FREE, 2, len(stream))
    return header + table + directory.ljust(SECTOR, b"\0") + stream


ROWS: list[list[str | float]] = [
    ["№", "Артикул", "Кол-во"],
    [1, "AB-100", 5],
    [2, 123456, 1.5],
    [3, "ЖЩ-200", -2],
]


async def test_xls(read: Read) -> None:
    parsed = await read(container("Workbook", workbook(ROWS)), "заявка.xls")
    assert (parsed.format, parsed.sheet) == ("xls", "Лист1")
    assert [(row.number, row.article, row.quantity) for row in parsed.rows] == [
        (2, "AB-100", Decimal(5)),
        (3, "123456", Decimal("1.5")),
        (4, "ЖЩ-200", None),
    ]


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        (container("Workbook", workbook(ROWS, encrypted=True)), "file.encrypted", {}),
        (container("EncryptedPackage", b"\x01" * 5000), "file.encrypted", {}),
        (container("WordDocument", b""), "file.not_a_table", {"kind": "Word (DOC)"}),
        (container("Workbook", b"\x00" * 600), "file.empty", {}),
        (container("Workbook", workbook(ROWS))[:1600], "file.damaged", {}),
    ],
)
async def test_compound_files_that_are_refused(
    content: bytes, code: str, params: dict[str, str], read: Read
) -> None:
    with pytest.raises(FileRefused) as refusal:
        await read(content, "list.xls")
    assert (refusal.value.code, refusal.value.params) == (code, params)


ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text")
)


def ods(path: Path, rows: str, manifest: str = "<m/>") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
            f'<table:table table:name="Лист1">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_cell(value: str | float) -> str:
    if isinstance(value, str):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def ods_row(cells: list[str | float]) -> str:
    return f"<table:table-row>{''.join(map(ods_cell, cells))}</table:table-row>"


async def test_ods(tmp_path: Path, read: Read) -> None:
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    rows = ods_row(ROWS[0]) + blank + "".join(map(ods_row, ROWS[1:]))
    tail = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    parsed = await read(ods(tmp_path / "list.ods", rows + tail), "list.ods")
    assert (parsed.format, parsed.sheet) == ("ods", "Лист1")
    assert [(row.number, row.article, row.quantity) for row in parsed.rows] == [
        (4, "AB-100", Decimal(5)),
        (5, "123456", Decimal("1.5")),
        (6, "ЖЩ-200", None),
    ]


async def test_encrypted_ods(tmp_path: Path, read: Read) -> None:
    manifest = "<m><manifest:encryption-data/></m>"
    with pytest.raises(FileRefused, match="encrypted"):
        await read(ods(tmp_path / "list.ods", ods_row(ROWS[1]), manifest))


async def test_ods_whose_repeated_cells_do_not_fit_into_memory(tmp_path: Path, read: Read) -> None:
    filled = (
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="float" office:value="1"'
        ' table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>'
        "</table:table-row>"
    )
    with pytest.raises(FileRefused) as refusal:
        await read(ods(tmp_path / "bomb.ods", filled))
    assert refusal.value.code in ("file.too_complex", "file.far_cell", "file.damaged")
