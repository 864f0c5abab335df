"""Reads a list in a process of its own, as a stream; for a thread, never for the event loop."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

import msgspec

from fondaco.intake.parse.model import MEBIBYTE, Limits
from fondaco.intake.sheets.child import LENGTH_BYTES, Answer, Job
from fondaco.intake.sheets.model import LIMITS, Preview, SheetLine, SheetMapping, SheetRefused
from fondaco.intake.sheets.named import NamedSheet, WantedColumn

log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "fondaco.intake.sheets.child")
_LONGEST_ANSWER = 64 * MEBIBYTE


def read_preview(path: Path, *, sheet: str = "", header_row: int | None = None) -> Preview:
    """How the list in a file begins. Raises `SheetRefused`."""
    job = Job(str(path.absolute()), LIMITS, sheet, header_row)
    for answer in _ask(job):
        if answer.preview is not None:
            return answer.preview
    raise SheetRefused("file.too_complex", {})


def read_lines(path: Path, mapping: SheetMapping) -> Iterator[SheetLine]:
    """The rows of the list. Raises `SheetRefused`, at the first row or later."""
    job = Job(str(path.absolute()), LIMITS, mapping.sheet, mapping.header_row, mapping)
    for answer in _ask(job):
        yield from answer.lines


def read_columns(
    path: Path, wanted: tuple[WantedColumn, ...], limits: Limits
) -> Iterator[NamedSheet]:
    """The columns that are known by their headings, some thousand rows at a time.

    Raises `SheetRefused`, at the first part or later.
    """
    for answer in _ask(Job(str(path.absolute()), limits, wanted=wanted)):
        if answer.named is not None:
            yield answer.named


def _ask(job: Job) -> Iterator[Answer]:
    """The answers of a child before its last one. Raises `SheetRefused`."""
    if Path(job.path).stat().st_size > job.limits.file_bytes:
        limit = str(job.limits.file_bytes // MEBIBYTE)
        raise SheetRefused("file.too_large", {"limit": limit})
    with _child(job) as stream:
        while (answer := _next_answer(stream)) is not None:
            if answer.fault:
                log.error("reading %s failed: %s", job.path, answer.fault)
            if answer.refused is not None:
                raise SheetRefused(*answer.refused)
            if answer.ended:
                return
            yield answer
    log.warning("reading %s ended before its time", job.path)
    raise SheetRefused("file.too_complex", {})


@contextmanager
def _child(job: Job) -> Iterator[IO[bytes]]:
    child = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        close_fds=True,
    )
    deadline = Timer(job.limits.wall_seconds, child.kill)
    deadline.daemon = True
    deadline.start()
    assert child.stdin is not None and child.stdout is not None
    try:
        with child.stdin as asked:
            asked.write(msgspec.msgpack.encode(job))
        yield child.stdout
    finally:
        deadline.cancel()
        child.kill()
        child.stdout.close()
        child.wait()


def _next_answer(stream: IO[bytes]) -> Answer | None:
    """None at the end of the stream, or where it makes no sense."""
    head = stream.read(LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    if len(head) < LENGTH_BYTES or length > _LONGEST_ANSWER:
        return None
    content = stream.read(length)
    return msgspec.msgpack.decode(content, type=Answer) if len(content) == length else None
