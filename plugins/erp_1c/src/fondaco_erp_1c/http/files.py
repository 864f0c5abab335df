"""Files of a session: pieces are put together on disk, each counts once.

A piece is first written beside the file and added when it is complete, so that a connection that
breaks adds nothing. The database knows how long the file is: what a crash left behind that length
is cut off before the next piece.
"""

import asyncio
import hashlib
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco_erp_1c.http.answers import Refused
from fondaco_erp_1c.http.sessions import Session, lock
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.web import Transaction

MOST_BYTES = 8 << 30
MOST_FILES = 100_000
KEPT_SECONDS = 2 * 24 * 3600
_BLOCK = 1 << 20
_HEAD = 64
_XML = (b"<?xml", b"\xef\xbb\xbf<", "<КоммерческаяИнформация".encode(), "<Комм".encode("cp1251"))

_COLUMNS = "id, name, archive, size, chunks, state, run, done, refused, said"
_ONE: TextClause = text(
    f"select {_COLUMNS} from plugin_erp_1c.file where session_id = :session and name = :name"
)
_ALL: TextClause = text(
    f"select {_COLUMNS} from plugin_erp_1c.file where session_id = :session order by id"
)
_TOTALS: TextClause = text(
    "select count(*), coalesce(sum(size), 0) from plugin_erp_1c.file where session_id = :session"
)
_SAVE: TextClause = text(
    """
    insert into plugin_erp_1c.file (session_id, name, archive, size, chunks)
    values (:session, :name, :archive, :size, cast(:chunks as jsonb))
    on conflict (session_id, name) do update
       set size = excluded.size, chunks = excluded.chunks, archive = excluded.archive,
           state = 'arriving', run = null, done = 0, refused = 0, said = '',
           at = clock_timestamp()
    """
)


class Chunk(Struct, frozen=True, array_like=True):
    """A piece that was added."""

    sha: str
    size: int


class Kept(Struct, frozen=True):
    """A file of a session. `archive` is the zip it came in.

    `state` is arriving, starting, working, done or failed; `run` the import that reads it, `done`
    how many of its documents were read, and `said` what came of it.
    """

    id: int
    name: str
    archive: str
    size: int
    chunks: tuple[Chunk, ...]
    state: str
    run: UUID | None
    done: int
    refused: int
    said: str


class Piece(Struct, frozen=True):
    """A piece that has arrived, on disk; `head` is how it begins."""

    path: Path
    chunk: Chunk
    head: bytes


def folder_of(ask: Ask, session: Session) -> Path:
    """Where the files of a session lie."""
    return ask.imports.folder("erp_1c") / session.uuid.hex


async def files_of(ask: Ask, session: Session) -> Sequence[Kept]:
    """The files of a session in the order in which they came. One statement."""
    return [_kept(row) for row in await ask.fetch(_ALL, {"session": session.id})]


async def take_piece(
    ask: Ask,
    transaction: Transaction,
    request: Request[Any, Any, Any],
    session: Session,
    name: str,
) -> int:
    """Add what comes in the body to a file; how many bytes came. Raises `Refused`."""
    folder = folder_of(ask, session)
    piece = await _receive(request, folder)
    try:
        async with transaction() as act:
            await lock(act, session)
            await _add(act, session, folder, name, piece)
    finally:
        piece.path.unlink(missing_ok=True)
    return piece.chunk.size


async def remember(act: Act, session: Session, name: str, archive: str, size: int) -> None:
    """A file that came inside of another."""
    values = {"session": session.id, "name": name, "archive": archive, "size": size}
    await act.execute(_SAVE, {**values, "chunks": "[]"})


def tidy(root: Path) -> None:
    """Sweep out what was left by sessions of days ago."""
    oldest = time.time() - KEPT_SECONDS
    for found in root.iterdir():
        # Another call may be sweeping it out just now.
        with suppress(FileNotFoundError):
            if found.stat().st_mtime < oldest:
                shutil.rmtree(found, ignore_errors=True)


async def _receive(request: Request[Any, Any, Any], folder: Path) -> Piece:
    """Write the body to disk as it comes; a broken connection leaves nothing."""
    path = folder / f".piece-{uuid7().hex}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha, size, head, waiting = hashlib.sha256(), 0, b"", bytearray()
    with path.open("wb") as target:
        try:
            async for block in request.stream():
                sha.update(block)
                size += len(block)
                head = head or bytes(block[:_HEAD])
                waiting += block
                if len(waiting) >= _BLOCK:
                    await asyncio.to_thread(target.write, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(target.write, bytes(waiting))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return Piece(path, Chunk(sha.hexdigest(), size), head)


async def _add(act: Act, session: Session, folder: Path, name: str, piece: Piece) -> None:
    rows = await act.fetch(_ONE, {"session": session.id, "name": name})
    known = _kept(rows[0]) if rows else None
    number, total = (await act.fetch(_TOTALS, {"session": session.id}))[0]
    if number >= MOST_FILES or total + piece.chunk.size > MOST_BYTES:
        raise Refused("За один обмен передано слишком много файлов. Разделите выгрузку на части")
    if known is not None and _came_before(known, piece):
        return
    target = folder / name
    chunks: tuple[Chunk, ...] = ()
    if known is not None and known.state == "arriving" and not _begins(known, name, piece):
        await asyncio.to_thread(_append, target, known.size, piece.path)
        chunks = known.chunks
    else:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Replaced, not overwritten: an import may still read the file that was there.
        piece.path.rename(target)
    chunks = (*chunks, piece.chunk)
    await act.execute(
        _SAVE,
        {
            "session": session.id,
            "name": name,
            "archive": "",
            "size": sum(chunk.size for chunk in chunks),
            "chunks": msgspec.json.encode(chunks).decode(),
        },
    )


def _came_before(known: Kept, piece: Piece) -> bool:
    """The piece was added already and only its answer was lost; or it is empty."""
    if known.state != "arriving" or not known.chunks:
        return False
    return piece.chunk.size == 0 or known.chunks[-1] == piece.chunk


def _begins(known: Kept, name: str, piece: Piece) -> bool:
    """The file is sent once more from its start: an XML begins only once, and so do its bytes."""
    if name.lower().endswith(".xml") and piece.head.startswith(_XML):
        return True
    return known.size == 0 or known.chunks[:1] == (piece.chunk,)


def _append(target: Path, size: int, piece: Path) -> None:
    with target.open("r+b") as whole, piece.open("rb") as part:
        whole.truncate(size)
        whole.seek(size)
        shutil.copyfileobj(part, whole, _BLOCK)


def _kept(row: Any) -> Kept:
    chunks = msgspec.convert(row.chunks, tuple[Chunk, ...])
    return Kept(
        row.id, row.name, row.archive, row.size, chunks, row.state, row.run, row.done,
        row.refused, row.said,
    )  # fmt: skip
