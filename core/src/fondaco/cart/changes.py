"""What has changed since the buyer last looked: was, is; accepted line by line or all at once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.product import Access


class ChangeKind(StrEnum):
    """What about a line is different."""

    PRICE = "price"
    AVAILABLE = "available"
    PROMISED = "promised"


class ChangeNotice(Struct, frozen=True):
    """A line's price, available quantity or promised date, was and is; None: there is none."""

    kind: ChangeKind
    line: UUID
    sku: str
    name: str
    was: Decimal | date | None
    now: Decimal | date | None


class Seen(Protocol):
    """What was seen of a line when it was last accepted."""

    @property
    def seen_price(self) -> Decimal | None: ...
    @property
    def seen_available(self) -> Decimal | None: ...
    @property
    def seen_promised(self) -> date | None: ...


def notice_changes(
    seen: Sequence[Seen], lines: Sequence[PricedCartLine]
) -> tuple[ChangeNotice, ...]:
    """The differences, in the order of the lines. A line never shown before has none, nor has one
    that is hidden by now.

    Availability counts only where it fell below what the line wants; a date only where it moved to
    a later day: an earlier one is good news that needs no acceptance.
    """
    return tuple(
        notice
        for before, line in zip(seen, lines, strict=True)
        if before.seen_available is not None and line.product.access is not Access.HIDDEN
        for notice in _of_line(before, line)
    )


def _of_line(before: Seen, line: PricedCartLine) -> list[ChangeNotice]:
    found = []
    covered = line.quantity - line.supply.missing
    promised = line.supply.promised
    if before.seen_price != line.price.unit_price:
        found.append(_notice(ChangeKind.PRICE, line, before.seen_price, line.price.unit_price))
    if (
        line.supply.missing
        and before.seen_available is not None
        and covered < before.seen_available
    ):
        found.append(_notice(ChangeKind.AVAILABLE, line, before.seen_available, covered))
    if before.seen_promised and promised and promised > before.seen_promised:
        found.append(_notice(ChangeKind.PROMISED, line, before.seen_promised, promised))
    return found


def _notice(
    kind: ChangeKind,
    line: PricedCartLine,
    was: Decimal | date | None,
    now: Decimal | date | None,
) -> ChangeNotice:
    return ChangeNotice(kind, line.uuid, line.product.sku, line.product.name, was, now)
