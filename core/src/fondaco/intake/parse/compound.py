"""What lies in an old Microsoft container, told by the names of its streams."""

import mmap
import struct
from pathlib import Path

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")

_STORAGE, _STREAM = 1, 2
_FIRST_RECORD = bytes.fromhex("0908100000060500")
_FIRST_RECORD_LENGTH = 16
_WRITE_PROTECTION = bytes.fromhex("8600")
_PASSWORD = bytes.fromhex("2F00")


def kind_of_compound(path: Path) -> str:
    """xls, encrypted, or the name of the program that such a file belongs to."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has(name: str, entry_type: int = _STREAM) -> bool:
            return content.find(_directory_entry(name, entry_type)) >= 0

        if has("EncryptedPackage"):
            return "encrypted"
        if has("Workbook") or has("Book"):
            return "encrypted" if _has_password(content) else "xls"
        if has("WordDocument"):
            return "Word (DOC)"
        if has("PowerPoint Document"):
            return "PowerPoint (PPT)"
        return "OLE"


def has_macros(path: Path) -> bool:
    """Whether an xls file carries a VBA project."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_directory_entry("_VBA_PROJECT_CUR", _STORAGE)) >= 0


def _has_password(content: mmap.mmap) -> bool:
    """A FILEPASS record near the start: the first, or the one after a write protection."""
    place = content.find(_FIRST_RECORD)
    if place < 0:
        return False
    place += 4 + _FIRST_RECORD_LENGTH
    if content[place : place + 2] == _WRITE_PROTECTION:
        place += 4 + int.from_bytes(content[place + 2 : place + 4], "little")
    return content[place : place + 2] == _PASSWORD


def _directory_entry(name: str, entry_type: int) -> bytes:
    """The start of an entry: name padded to 64 bytes, its length with the final NUL, the type.

    Long enough not to be met by chance in the cells.
    """
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack(
        "<HB", 2 * (len(name) + 1), entry_type
    )
