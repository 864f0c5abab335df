"""The process that reads one untrusted file: asked on stdin, answers on stdout, then ends.

Whatever the file does to it, the site goes on: its memory and time are limited before the file is
opened. Keep its imports light, a person waits for them.
"""

import os
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from fondaco.intake.parse.matrix import ParsedMatrix
from fondaco.intake.parse.model import (
    ColumnChoice,
    FileRefused,
    Limits,
    ParsedList,
    Problem,
    problem,
)
from fondaco.intake.parse.reading import read_file, read_matrix_file

if sys.platform != "win32":
    import resource

_BYTECODE_BYTES = 2 * 1024 * 1024


class Job(Struct, frozen=True):
    """What to read: a list, or a table of articles and outlets that may have these `headings`."""

    path: str
    limits: Limits
    columns: ColumnChoice | None = None
    headings: frozenset[str] | None = None


class Answer(Struct, frozen=True):
    """What was asked for, or why there is none; `fault` is an unforeseen exception, for the log."""

    parsed: ParsedList | None = None
    matrix: ParsedMatrix | None = None
    refused: Problem | None = None
    fault: str = ""


def main() -> None:
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    confine(job.limits)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_answer(job)))
    sys.stdout.buffer.flush()
    # Freeing a large sheet cell by cell would only cost time.
    os._exit(0)


def confine(limits: Limits) -> None:
    """Bound what this process may take from now on."""
    if sys.platform == "win32":
        return
    for name, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, _BYTECODE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (most, most))
    os.nice(5)


def _answer(job: Job) -> Answer:
    path = Path(job.path)
    try:
        if job.headings is not None:
            return Answer(matrix=read_matrix_file(path, job.limits, job.headings))
        return Answer(parsed=read_file(path, job.limits, job.columns))
    except FileRefused as refusal:
        return Answer(refused=refusal.problem)
    except MemoryError:
        return Answer(refused=problem("file.too_complex"))
    except BaseException as error:  # a panic in Rust is no Exception
        return Answer(refused=problem("file.damaged"), fault=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
