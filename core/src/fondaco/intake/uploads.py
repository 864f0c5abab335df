"""What was uploaded or pasted, kept for a day: a list can be read again with other columns.

The bytes lie under the list's uuid; the name that a person gave a file never reaches the disk.
"""

import asyncio
import shutil
import time
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

KEPT_SECONDS = 24 * 3600


class Uploads:
    """The uploads below a site's data folder, which all nodes share."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "uploads"

    async def keep(self, uuid: UUID, source: BinaryIO) -> Path:
        """Copy a stream under the list's uuid, and sweep out what is older than a day."""
        return await asyncio.to_thread(self._keep, uuid, source)

    async def drop(self, uuid: UUID) -> None:
        """Forget the bytes of a list that came to nothing."""
        await asyncio.to_thread(self._path(uuid).unlink, missing_ok=True)

    def find(self, uuid: UUID) -> Path | None:
        """The bytes of a list, if they are still kept."""
        path = self._path(uuid)
        return path if path.exists() and not _expired(path) else None

    def _path(self, uuid: UUID) -> Path:
        return self._folder / uuid.hex

    def _keep(self, uuid: UUID, source: BinaryIO) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            if _expired(old):
                old.unlink(missing_ok=True)
        path = self._path(uuid)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target, 1024 * 1024)
        return path


def _expired(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:
        return False
