"""Reads an uploaded file in a process of its own; the web process never opens it."""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec

from fondaco.intake.parse.child import Answer, Job
from fondaco.intake.parse.matrix import ParsedMatrix
from fondaco.intake.parse.model import MEBIBYTE, ColumnChoice, FileRefused, Limits, ParsedList

_log = logging.getLogger(__name__)

AT_ONCE = 4
"""Files read at the same time in one process of the site; each may take `Limits.memory_bytes`."""

_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "fondaco.intake.parse.child")
_PIECE = 256 * 1024
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def parse_file(
    path: Path, filename: str, limits: Limits = Limits(), columns: ColumnChoice | None = None
) -> ParsedList:
    """The article list in an uploaded xlsx, xlsm, xls, ods, csv or txt file.

    The format is told by the content; `filename` is only for the log. With `columns` nothing is
    guessed.

    :raises FileRefused: the file cannot be read; its `code` says why.
    """
    answer = await _read(Job(str(path.absolute()), limits, columns=columns), filename)
    assert answer.parsed is not None
    return answer.parsed


async def parse_matrix(
    path: Path, filename: str, headings: frozenset[str], limits: Limits = Limits()
) -> ParsedMatrix:
    """The table of articles and outlets in an uploaded file of the same formats.

    `headings` are the outlets' names as `plain_heading` makes them.

    :raises FileRefused: the file cannot be read; its `code` says why.
    """
    answer = await _read(Job(str(path.absolute()), limits, headings=headings), filename)
    assert answer.matrix is not None
    return answer.matrix


async def _read(job: Job, filename: str) -> Answer:
    """What a child says of the file. Raises `FileRefused`."""
    limits, size = job.limits, Path(job.path).stat().st_size
    if size == 0:
        raise FileRefused("file.empty")
    if size > limits.file_bytes:
        raise FileRefused("file.too_large", limit=str(limits.file_bytes // MEBIBYTE))
    async with reading_place(limits):
        answer = await _ask_child(msgspec.msgpack.encode(job), filename, limits)
    if answer.fault:
        _log.error("reading %r failed: %s", filename, answer.fault)
    if answer.refused is not None:
        raise FileRefused(answer.refused.code, **answer.refused.params)
    return answer


@asynccontextmanager
async def reading_place(limits: Limits) -> AsyncIterator[None]:
    """One of the places for children; who waits longer than a file may take is told so."""
    places = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(limits.wall_seconds):
            await places.acquire()
    except TimeoutError:
        raise FileRefused("file.busy") from None
    try:
        yield
    finally:
        places.release()


async def _ask_child(job: bytes, filename: str, limits: Limits) -> Answer:
    child = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, close_fds=True
    )
    try:
        async with asyncio.timeout(limits.wall_seconds):
            content = await _exchange(child, job, limits.answer_bytes)
            if await child.wait() == 0:
                return msgspec.msgpack.decode(content, type=Answer)
        _log.warning("reading %r ended with exit status %s", filename, child.returncode)
    except TimeoutError:
        _log.warning("reading %r took longer than %s s", filename, limits.wall_seconds)
    except (ConnectionError, msgspec.DecodeError, _TooLong) as error:
        _log.warning("reading %r gave no answer: %r", filename, error)
    finally:
        await _end(child)
    raise FileRefused("file.too_complex")


class _TooLong(Exception):
    """The child wrote more than an answer may have."""


async def _exchange(child: Process, job: bytes, most: int) -> bytes:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(job)
    child.stdin.close()
    content = bytearray()
    while piece := await child.stdout.read(_PIECE):
        content += piece
        if len(content) > most:
            raise _TooLong
    return bytes(content)


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.kill()
    await asyncio.shield(child.wait())
