"""What a file is, by what is in it; its name says nothing."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from msgspec import Struct


class FileType(Struct, frozen=True):
    """An ending without its dot, and the media type."""

    ending: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = FileType("pdf", "application/pdf")
XLSX = FileType("xlsx", f"{_OFFICE}.spreadsheetml.sheet")
DOCX = FileType("docx", f"{_OFFICE}.wordprocessingml.document")
XML = FileType("xml", "application/xml")
ENDINGS: Mapping[str, FileType] = {
    **{kind.ending: kind for kind in (PDF, XLSX, DOCX, XML)},
    "png": FileType("png", "image/png"),
    "jpg": FileType("jpg", "image/jpeg"),
}
_BEGINNINGS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
# The part that makes an archive a workbook or a text; archives with macros have other names in it.
_PARTS = (("xl/workbook.xml", XLSX), ("word/document.xml", DOCX))
_MACROS = "vbaProject.bin"


def file_type(data: bytes) -> FileType | None:
    """PDF, xlsx, docx, XML, PNG or JPEG; None for anything else, also for a file with macros."""
    for beginning, ending in _BEGINNINGS:
        if data.startswith(beginning):
            return ENDINGS[ending]
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        return XML
    return None


def _office(data: bytes) -> FileType | None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.endswith(_MACROS) for name in names):
        return None
    return next((kind for part, kind in _PARTS if part in names), None)
