"""What staff upload for an import, kept until it is done: a run that failed can be started again.

Each package has a folder of its own below the site's data, which all nodes share; the name that a
person gave a file never reaches the disk.
"""

import asyncio
import shutil
import time
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec
from msgspec import Struct
from uuid_utils.compat import uuid7

KEPT_SECONDS = 14 * 24 * 3600
_ABOUT = "about.json"
_STEM = "package"
_BLOCK = 1 << 20


class Package(Struct, frozen=True):
    """An uploaded file. `name` is what it was called, `importer` who is to read it."""

    uuid: UUID
    name: str
    importer: str
    size: int


class Packages:
    """The packages below a site's data folder.

    Whatever else lies below `root` is swept out with them, two weeks later.
    """

    def __init__(self, data: Path) -> None:
        self.root = data / "imports"

    async def keep(self, source: BinaryIO, name: str, importer: str) -> Package:
        """Copy a stream to disk, and sweep out what is two weeks old."""
        return await asyncio.to_thread(self._keep, source, name, importer)

    async def take(self, source: Path, name: str, importer: str) -> Package:
        """Move a file or a folder of this site's data here; `size` of a folder is 0."""
        return await asyncio.to_thread(self._take, source, name, importer)

    async def drop(self, uuid: UUID) -> None:
        """Forget a package."""
        await asyncio.to_thread(shutil.rmtree, self.folder(uuid), ignore_errors=True)

    def find(self, uuid: UUID) -> Package | None:
        """What is known of a package, if it is still kept."""
        try:
            about = (self.folder(uuid) / _ABOUT).read_bytes()
        except OSError:
            return None
        return msgspec.json.decode(about, type=Package)

    def path(self, package: Package) -> Path:
        """Where the bytes lie; the ending is that of the name, so that readers know the file."""
        return self.folder(package.uuid) / f"{_STEM}{_ending(package.name)}"

    def folder(self, uuid: UUID) -> Path:
        """The folder of a package."""
        return self.root / uuid.hex

    def _keep(self, source: BinaryIO, name: str, importer: str) -> Package:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        package = Package(uuid7(), name, importer, 0)
        self.folder(package.uuid).mkdir(mode=0o700)
        path = self.path(package)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, _BLOCK)
        package = msgspec.structs.replace(package, size=path.stat().st_size)
        (self.folder(package.uuid) / _ABOUT).write_bytes(msgspec.json.encode(package))
        return package

    def _take(self, source: Path, name: str, importer: str) -> Package:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = 0 if source.is_dir() else source.stat().st_size
        package = Package(uuid7(), name, importer, size)
        self.folder(package.uuid).mkdir(mode=0o700)
        source.rename(self.path(package))
        (self.folder(package.uuid) / _ABOUT).write_bytes(msgspec.json.encode(package))
        return package

    def _sweep(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        for folder in self.root.iterdir():
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def shown_member(member: str, source: str) -> str:
    """A file of a report by the name under which it was uploaded."""
    return source if member.startswith(f"{_STEM}.") else member


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 6 else ".bin"
