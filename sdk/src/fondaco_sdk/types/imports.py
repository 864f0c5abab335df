"""Where an import stands, for whoever has started it."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class ImportPhase(StrEnum):
    """`SUPERSEDED`: a newer run of the same importer went ahead of it."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class ImportState(Struct, frozen=True):
    """`total` is 0 while it is not known; `refused` counts records that had no effect.

    `said`: why it failed, in the language of who asks.
    """

    run: UUID
    phase: ImportPhase
    done: int = 0
    total: int = 0
    refused: int = 0
    said: str = ""
