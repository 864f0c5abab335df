"""The process that reads a source for an importer: `python -m fondaco.exchange.staging.child`.

Parsing takes half of an import's time, and what is parsed comes from outside: here it has a
processor of its own, no settings, no database, and a bound on its memory. The job comes on stdin;
answers go to stdout, each a length and its bytes. It ends with its parent.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from fondaco_sdk.types.records import ImportRecord

if sys.platform != "win32":
    import resource

LENGTH_BYTES = 4
BATCH = 1_000
MEMORY_BYTES = 2 << 30


class Job(Struct):
    """What to read. `reader` and `options` (the type of `settings`) are dotted names.

    Of the files only each `turns`-th is read, from the one numbered `turn` (from 0) on. `parent` is
    the process that asks.
    """

    reader: str
    path: str
    options: str
    settings: Mapping[str, Any]
    parent: int
    turn: int = 0
    turns: int = 1


class Answer(Struct, omit_defaults=True):
    """A file begins (`member`), its records, its end (`last`); or the end of all: refused (code,
    values), broken, or all read."""

    member: str = ""
    records: list[ImportRecord] = []
    last: bool = False
    refused: tuple[str, dict[str, str]] | None = None
    fault: str = ""
    ended: bool = False


def load(dotted: str) -> Any:
    """What a dotted name of a manifest stands for."""
    module, _, name = dotted.partition(":")
    return getattr(importlib.import_module(module), name)


def main() -> None:
    """Read the source of the job to its end."""
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    if sys.platform != "win32":
        # The soft bound only: a reader may have a process of its own, with bounds of its own.
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, most))
    # A reader that prints must not speak into the answers.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        try:
            _read(job, out)
            _answer(job, out, Answer(ended=True))
        except BrokenPipeError:
            os._exit(1)
        except Exception as error:
            _answer(job, out, _stop(error))


def _read(job: Job, out: IO[bytes]) -> None:
    read = load(job.reader)
    path = Path(job.path)
    settings = (msgspec.convert(job.settings, load(job.options)),) if job.options else ()
    for number, (member, records) in enumerate(read(path, *settings)):
        if number % job.turns != job.turn:
            continue
        _answer(job, out, Answer(member))
        batch: list[ImportRecord] = []
        for record in records:
            batch.append(record)
            if len(batch) == BATCH:
                _answer(job, out, Answer(records=batch))
                batch = []
        _answer(job, out, Answer(records=batch, last=True))


def _stop(error: Exception) -> Answer:
    code, params = getattr(error, "code", None), getattr(error, "params", None)
    if isinstance(code, str) and isinstance(params, Mapping):
        return Answer(refused=(code, {name: str(value) for name, value in params.items()}))
    traceback.print_exception(error)
    return Answer(fault=f"{type(error).__name__}: {error}"[:2_000])


def _answer(job: Job, out: IO[bytes], answer: Answer) -> None:
    # A pipe breaks when its reader dies; a file, into which one may write ahead, does not.
    if sys.platform != "win32" and os.getppid() != job.parent:
        os._exit(1)
    data = msgspec.msgpack.encode(answer)
    out.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    out.flush()


if __name__ == "__main__":
    main()
