"""A zip from outside: everything that makes one dangerous is refused before a byte is unpacked."""

import struct
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.pictures import safe_path

MOST_MEMBERS = 50_000
MOST_BYTES = 4 << 30
_WORST_RATIO = 500
"""Stock of a large catalogue, all zeros, is packed 1 to 130; a bomb 1 to 1,000."""

_RATIO_MATTERS = 64 << 20
_TAIL = 22 + (1 << 16)
_LINK = 0o120000
_LOCAL_HEADER = 30


def open_archive(path: Path) -> ZipFile:
    """The archive, checked. Raises SourceRefused."""
    _check_directory(path)
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceRefused("package.broken_archive") from error
    try:
        _check_members(archive.infolist())
    except SourceRefused:
        archive.close()
        raise
    return archive


def _check_directory(path: Path) -> None:
    """Look at the number of members before the whole directory is put into memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise SourceRefused("package.broken_archive")
    members, directory = struct.unpack_from("<HI", tail, at + 10)
    if members > MOST_MEMBERS or directory > MOST_MEMBERS * 512:
        raise SourceRefused("package.too_many_files", limit=str(MOST_MEMBERS))
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise SourceRefused("package.too_large", limit=str(MOST_BYTES))


def _check_members(members: list[ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise SourceRefused("package.too_many_files", limit=str(MOST_MEMBERS))
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MOST_BYTES:
        raise SourceRefused("package.too_large", limit=str(MOST_BYTES))
    if unpacked > _RATIO_MATTERS and unpacked > packed * _WORST_RATIO:
        raise SourceRefused("package.bomb")
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or not safe_path(name):
            raise SourceRefused("package.unsafe_name", name=name[:120])
        if (member.external_attr >> 16) & 0o170000 == _LINK:
            raise SourceRefused("package.unsafe_name", name=name[:120])
        if member.flag_bits & 1:
            raise SourceRefused("package.encrypted", name=name[:120])
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise SourceRefused("package.broken_archive")
    _check_overlap(members)


def _check_overlap(members: list[ZipInfo]) -> None:
    """Members that share their bytes make a small file unpack to a huge one."""
    starts = sorted((member.header_offset, member.compress_size) for member in members)
    for (start, size), (following, _) in pairwise(starts):
        if start + _LOCAL_HEADER + size > following:
            raise SourceRefused("package.bomb")
