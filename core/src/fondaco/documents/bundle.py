"""Many files as one zip, written while it is sent: nothing is held in memory as a whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from msgspec import Struct

from fondaco.documents.model import safe_name

_CHUNK = 1 << 16


class Packed(Struct, frozen=True):
    """A file and what it is called in the zip: a name, never a path, with the ending `ending`."""

    path: Path
    name: str
    ending: str


class _Pipe:
    """What the zip writes into, taken from it piece by piece. It cannot be sought in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zip_of(files: Sequence[Packed]) -> Iterator[bytes]:
    """The zip, in pieces. Documents are compressed already, so they are only stored."""
    pipe = _Pipe()
    used: set[str] = set()
    with ZipFile(pipe, "w", ZIP_STORED) as bundle:  # type: ignore[call-overload]
        for file in files:
            info = ZipInfo(_unused(file, used))
            info.external_attr = 0o644 << 16
            with file.path.open("rb") as source, bundle.open(info, "w") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
                    yield pipe.taken()
    yield pipe.taken()


def _unused(file: Packed, used: set[str]) -> str:
    """The name, made safe; a second one of the same name is counted."""
    stem, number = safe_name(file.name), 1
    name = f"{stem}.{file.ending}"
    while name.lower() in used:
        number += 1
        name = f"{stem} ({number}).{file.ending}"
    used.add(name.lower())
    return name
