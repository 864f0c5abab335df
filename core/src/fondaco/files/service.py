"""Stored files: content-addressed on a disk all nodes share; the same bytes are kept once."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select, TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from fondaco.files.tables import file

PUT: TextClause = text(
    """
    insert into fondaco.file as f (uuid, sha256, size, media_type)
    values (:uuid, :sha256, :size, :media_type)
    on conflict (sha256) do update set media_type = f.media_type
    returning id
    """
)
BY_UUID: Select[Any] = select(file.c.sha256, file.c.size, file.c.media_type).where(
    file.c.uuid == bindparam("uuid")
)


class StoredFile(Struct, frozen=True):
    """A file's bytes on disk and what they are."""

    path: Path
    size: int
    media_type: str


class Files:
    """The files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, digest: bytes) -> Path:
        """Where the bytes of a digest lie; a name never reaches the disk."""
        name = digest.hex()
        return self._root / name[:2] / name[2:4] / name

    async def put(self, connection: AsyncConnection, data: bytes, media_type: str) -> int:
        """Keep bytes and return the row's id. The bytes are on disk before the row is written."""
        digest = sha256(data).digest()
        await asyncio.to_thread(self.write, digest, data)
        row = await connection.execute(
            PUT,
            {"uuid": uuid7(), "sha256": digest, "size": len(data), "media_type": media_type},
        )
        return int(row.scalar_one())

    def write(self, digest: bytes, data: bytes) -> None:
        """Write bytes under their digest, whole or not at all."""
        target = self.path_of(digest)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.{os.getpid()}.part")
        with half.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        half.replace(target)

    async def find(self, connection: AsyncConnection, uuid: UUID) -> StoredFile | None:
        """A file by its outer id."""
        row = (await connection.execute(BY_UUID, {"uuid": uuid})).first()
        return None if row is None else StoredFile(self.path_of(row[0]), row[1], row[2])
