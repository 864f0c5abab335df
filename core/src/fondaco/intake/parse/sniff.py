"""What a file really is, told by its content and never by its name."""

from pathlib import Path
from zipfile import ZipFile

from fondaco.intake.parse.archive import entries_of_safe_zip
from fondaco.intake.parse.compound import SIGNATURE, kind_of_compound
from fondaco.intake.parse.model import MEBIBYTE, FileRefused, Limits

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = "META-INF/manifest.xml"
_STRANGERS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "GZIP",
    b"MZ": "EXE",
    b"\x7fELF": "ELF",
    b"SQLite format 3": "SQLite",
    b"MOXCEL": "MXL (1C)",
}
_MARKUP = {b"<!doctype html": "HTML", b"<html": "HTML", b"<?xml": "XML", b"<table": "HTML"}
_TEXTUAL = {b"BM", b"MZ"}
_INSIDE_ZIP = {
    "word/document.xml": "Word (DOCX)",
    "ppt/presentation.xml": "PowerPoint (PPTX)",
    "xl/workbook.bin": "Excel (XLSB)",
}
_HEAD_BYTES = 1024


def format_of(path: Path, limits: Limits) -> str:
    """xlsx, xlsm, xls, ods or csv.

    :raises FileRefused: empty, encrypted, unsafe, or no table at all.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise FileRefused("file.empty")
    if head.startswith(_ZIP):
        return _format_of_zip(path, limits)
    if head.startswith(SIGNATURE):
        return _format_of_compound(path)
    _refuse_strangers(head)
    return "csv"


def _format_of_zip(path: Path, limits: Limits) -> str:
    names = entries_of_safe_zip(path, limits)
    if "xl/workbook.xml" in names:
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    for name, kind in _INSIDE_ZIP.items():
        if name in names:
            raise FileRefused("file.not_a_table", kind=kind)
    if "content.xml" in names and "mimetype" in names:
        with ZipFile(path) as archive, archive.open("mimetype") as stream:
            is_sheet = stream.read(len(_ODS)) == _ODS
        if is_sheet:
            return _unencrypted_ods(path)
        raise FileRefused("file.not_a_table", kind="OpenDocument")
    raise FileRefused("file.not_a_table", kind="ZIP")


def _unencrypted_ods(path: Path) -> str:
    with ZipFile(path) as archive:
        if _ODS_MANIFEST in archive.namelist():
            with archive.open(_ODS_MANIFEST) as stream:
                if b"encryption-data" in stream.read(MEBIBYTE):
                    raise FileRefused("file.encrypted")
    return "ods"


def _format_of_compound(path: Path) -> str:
    kind = kind_of_compound(path)
    if kind == "encrypted":
        raise FileRefused("file.encrypted")
    if kind != "xls":
        raise FileRefused("file.not_a_table", kind=kind)
    return kind


def _refuse_strangers(head: bytes) -> None:
    for start, kind in _STRANGERS.items():
        # An article number may well begin with BM or MZ; no text has a zero byte among its first.
        if head.startswith(start) and (start not in _TEXTUAL or b"\0" in head):
            raise FileRefused("file.not_a_table", kind=kind)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, kind in _MARKUP.items():
        if text.startswith(start):
            raise FileRefused("file.not_a_table", kind=kind)
