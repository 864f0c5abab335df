"""A source that is read in a process of its own; for the thread of an import, not for a loop."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol

import msgspec
from msgspec.structs import replace

from fondaco.exchange.staging.child import LENGTH_BYTES, Answer, Job
from fondaco_sdk.types.records import ImportRecord

_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "fondaco.exchange.staging.child")
# No password of the site is in the reader's environment.
_ENVIRONMENT = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_ANSWERS = msgspec.msgpack.Decoder(Answer)
LOOK_SECONDS = 0.01


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ReadingStopped(Exception):
    """The reader refused its source; `code` and `params` are its own."""

    def __init__(self, code: str, params: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class ReaderBroke(Exception):
    """The reader failed, or its process died; the message says how."""


class Elsewhere:
    """What an importer reads from a file or folder: (member, its records).

    With a folder `ahead` two processes read the files by turns: while the one's records are taken,
    the other writes those of its own files into that folder, up to two thirds of the XML's size.
    Iterating raises `ReadingStopped` or `ReaderBroke`, at the first record or later.
    """

    def __init__(
        self,
        reader: str,
        path: Path,
        options: str = "",
        settings: Mapping[str, Any] | None = None,
        *,
        ahead: Path | None = None,
    ) -> None:
        self._job = Job(reader, str(path.absolute()), options, settings or {}, os.getpid())
        self._ahead = ahead

    def __iter__(self) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
        with self._streams() as streams:
            for stream in cycle(streams):
                answer = _next(stream)
                if answer.ended:
                    return
                records = _records(stream)
                yield answer.member, records
                for _ in records:
                    pass

    @contextmanager
    def _streams(self) -> Iterator[Sequence[_Stream]]:
        """The answers of each process, in the order of their turns."""
        with ExitStack() as stack:
            if self._ahead is None:
                yield [stack.enter_context(_piped(self._job))]
                return
            first, second = (replace(self._job, turn=turn, turns=2) for turn in range(2))
            yield [
                stack.enter_context(_piped(first)),
                stack.enter_context(_written(second, self._ahead)),
            ]


def _records(stream: _Stream) -> Iterator[ImportRecord]:
    """The records of the file that has begun."""
    last = False
    while not last:
        answer = _next(stream)
        yield from answer.records
        last = answer.last


def _next(stream: _Stream) -> Answer:
    head = stream.read(LENGTH_BYTES)
    data = stream.read(int.from_bytes(head, "big"))
    if len(head) < LENGTH_BYTES or len(data) < int.from_bytes(head, "big"):
        raise ReadingStopped("run.reader_died", {})
    answer = _ANSWERS.decode(data)
    if answer.refused is not None:
        raise ReadingStopped(*answer.refused)
    if answer.fault:
        raise ReaderBroke(answer.fault)
    return answer


@contextmanager
def _piped(job: Job) -> Iterator[IO[bytes]]:
    with _child(job, subprocess.PIPE) as child:
        assert child.stdout is not None
        yield child.stdout


@contextmanager
def _written(job: Job, folder: Path) -> Iterator["_Growing"]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="reading-", dir=folder) as place:
        answers = Path(place) / "answers"
        with (
            answers.open("wb") as written,
            answers.open("rb") as file,
            _child(job, written) as child,
        ):
            yield _Growing(file, child)


class _Growing:
    """A file that is read while a process writes it."""

    def __init__(self, file: IO[bytes], writer: subprocess.Popen[bytes]) -> None:
        self._file = file
        self._writer = writer

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only where the writer has ended."""
        data = b""
        while len(data) < size:
            over = self._writer.poll() is not None
            more = self._file.read(size - len(data))
            data += more
            if not more:
                if over:
                    break
                time.sleep(LOOK_SECONDS)
        return data


@contextmanager
def _child(job: Job, out: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=out,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        close_fds=True,
    )
    assert child.stdin is not None
    try:
        with child.stdin as asked:
            asked.write(msgspec.msgpack.encode(job))
        yield child
    finally:
        child.kill()
        if child.stdout is not None:
            child.stdout.close()
        child.wait()
