"""The process that reads one list of staff: asked on stdin, it answers on stdout, bit by bit.

Its memory and time are limited before the file is opened, whoever has sent it.
"""

import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from fondaco.intake.parse.child import confine
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.sheets.model import Preview, SheetLine, SheetMapping, SheetRefused
from fondaco.intake.sheets.named import NamedSheet, WantedColumn, read_named
from fondaco.intake.sheets.opened import OpenedSheet

CHUNK = 2_000
LENGTH_BYTES = 4


class Job(Struct, frozen=True):
    """What to read: the `wanted` columns; else the lines of a `mapping`; else a preview."""

    path: str
    limits: Limits
    sheet: str = ""
    header_row: int | None = None
    mapping: SheetMapping | None = None
    wanted: tuple[WantedColumn, ...] = ()


class Answer(Struct, frozen=True):
    """One bit of the answer. The last one is `ended`, or says why the list was refused."""

    preview: Preview | None = None
    named: NamedSheet | None = None
    lines: tuple[SheetLine, ...] = ()
    refused: tuple[str, dict[str, str]] | None = None
    fault: str = ""
    ended: bool = False


def main() -> None:
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    confine(job.limits)
    for answer in _answers(job):
        content = msgspec.msgpack.encode(answer)
        sys.stdout.buffer.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
    sys.stdout.buffer.flush()
    os._exit(0)


def _answers(job: Job) -> Iterator[Answer]:
    try:
        if job.wanted:
            for part in read_named(Path(job.path), job.limits, job.wanted, CHUNK):
                yield Answer(named=part)
            yield Answer(ended=True)
            return
        sheet = OpenedSheet(Path(job.path), job.limits, job.sheet, job.header_row)
        if job.mapping is None:
            yield Answer(preview=sheet.preview())
        else:
            lines = sheet.lines(job.mapping)
            while chunk := tuple(islice(lines, CHUNK)):
                yield Answer(lines=chunk)
        yield Answer(ended=True)
    except (FileRefused, SheetRefused) as refusal:
        yield Answer(refused=(refusal.code, dict(refusal.params)))
    except MemoryError:
        yield Answer(refused=("file.too_complex", {}))
    except BaseException as error:  # a panic in Rust is no Exception
        fault = f"{type(error).__name__}: {error}"
        yield Answer(refused=("file.damaged", {}), fault=fault)


if __name__ == "__main__":
    main()
