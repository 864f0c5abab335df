"""Is this zip safe to unpack? Asked of its directory, before anything is unpacked."""

from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from fondaco.intake.parse.model import MEBIBYTE, FileRefused, Limits

_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh")


def entries_of_safe_zip(path: Path, limits: Limits) -> frozenset[str]:
    """The names in the archive.

    :raises FileRefused: a bomb, an encrypted or damaged archive, an archive inside the archive.
    """
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, limits)
            for entry in entries:
                _check_start(archive, entry)
    except (BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise FileRefused("file.damaged") from error
    return frozenset(entry.filename for entry in entries)


def _check_directory(entries: list[ZipInfo], limits: Limits) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise FileRefused("file.encrypted")
    if (
        len(entries) > limits.entries
        or sum(entry.file_size for entry in entries) > limits.unpacked_bytes
        or any(_swells(entry, limits.ratio) or _leads_outside(entry) for entry in entries)
        or _overlap(entries)
    ):
        raise FileRefused("file.bomb")


def _swells(entry: ZipInfo, ratio: int) -> bool:
    return entry.file_size > MEBIBYTE and entry.file_size > ratio * max(entry.compress_size, 1)


def _leads_outside(entry: ZipInfo) -> bool:
    parts = entry.orig_filename.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in entry.orig_filename


def _overlap(entries: list[ZipInfo]) -> bool:
    """Entries that share their packed bytes unpack to more than the archive could hold."""
    spans = sorted((e.header_offset, _LOCAL_HEADER + e.compress_size) for e in entries)
    return any(start + length > following for (start, length), (following, _) in pairwise(spans))


def _check_start(archive: ZipFile, entry: ZipInfo) -> None:
    if entry.file_size < len(_ARCHIVES[0]):
        return
    with archive.open(entry) as stream:
        if stream.read(4).startswith(_ARCHIVES):
            raise FileRefused("file.nested")
