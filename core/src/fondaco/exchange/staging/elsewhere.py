"""A source that is read in a process of its own; for the thread of an import, not for a loop."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from fondaco.exchange.staging.child import LENGTH_BYTES, Answer, Job
from fondaco_sdk.types.records import ImportRecord

_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "fondaco.exchange.staging.child")
# No password of the site is in the reader's environment.
_ENVIRONMENT = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_ANSWERS = msgspec.msgpack.Decoder(Answer)


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

    Iterating raises `ReadingStopped` or `ReaderBroke`, at the first record or later.
    """

    def __init__(
        self, reader: str, path: Path, options: str = "", settings: Mapping[str, Any] | None = None
    ) -> None:
        self._job = Job(reader, str(path.absolute()), options, settings or {})

    def __iter__(self) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
        with _child(self._job) as stream:
            answer = _next(stream)
            while not answer.ended:
                member = _Member(answer.member, stream)
                yield answer.member, iter(member)
                answer = member.after()


class _Member:
    """The records of one file, until an answer speaks of another."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name = name
        self._stream = stream
        self._after: Answer | None = None

    def __iter__(self) -> Iterator[ImportRecord]:
        while self._after is None:
            answer = _next(self._stream)
            if answer.ended or (not answer.records and answer.member != self._name):
                self._after = answer
            else:
                yield from answer.records

    def after(self) -> Answer:
        """The answer behind this file; what was not read of it is passed over."""
        for _ in self:
            pass
        assert self._after is not None
        return self._after


def _next(stream: IO[bytes]) -> Answer:
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
def _child(job: Job) -> Iterator[IO[bytes]]:
    child = subprocess.Popen(
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        close_fds=True,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        with child.stdin as asked:
            asked.write(msgspec.msgpack.encode(job))
        yield child.stdout
    finally:
        child.kill()
        child.stdout.close()
        child.wait()
