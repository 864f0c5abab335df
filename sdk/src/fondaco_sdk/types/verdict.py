"""Verdicts of checks: all are shown, not only the first."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from fondaco_sdk.types.reason import Reason


class Severity(StrEnum):
    """A refusal stops the order; the others are only shown."""

    HINT = "hint"
    WARNING = "warning"
    REFUSAL = "refusal"


class Verdict(Struct, frozen=True, gc=False):
    """What a check says of a line (`line`) or of the whole cart (`line` None).

    `quantities` are corrections of the line's quantity, offered as one click each.
    """

    severity: Severity
    reason: Reason
    line: int | None = None
    quantities: tuple[Decimal, ...] = ()
