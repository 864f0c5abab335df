"""Stock and lots as they change: by the rules of every import, only what differs is written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import cast

from msgspec import Struct

from fondaco.builtin.erp.latest import Latest
from fondaco.builtin.erp.rows import unfit
from fondaco.builtin.erp.staged import look_after_promises, merge
from fondaco.hooks.context import ActContext
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.records import (
    ImportRecord,
    PackageRecord,
    Section,
    StockRecord,
)

AT_ONE_MOMENT = timedelta(minutes=1)


class StockChange(Struct, frozen=True, kw_only=True):
    """What a place has of a product, in base units; `product` by the ERP's id, or `sku:` and an
    article. `place` empty: in all, no place named. `at` is when this was true; now, if it is left
    out.
    """

    product: str
    quantity: Decimal
    place: str = ""
    at: datetime | None = None
    version: int = 0


class LotChange(Struct, frozen=True, kw_only=True):
    """A lot on its way to a place, and the day on which it is expected; 0: it does not come."""

    product: str
    place: str
    lot: str
    arrives_on: date
    quantity: Decimal
    at: datetime | None = None
    version: int = 0


async def take_stock(act: Act, records: Sequence[StockChange]) -> Report:
    """Write what differs, corrected by what has happened since each report was made."""
    latest = await Latest.of(act, "stock", records, lambda r: f"{r.product}@{r.place}")
    return await _take(
        act,
        latest,
        {
            place: StockRecord(
                row=place + 1,
                offer_external_id=one.product,
                place_external_id=one.place or None,
                quantity=one.quantity,
            )
            for place, one in latest.chosen.items()
        },
    )


async def take_lots(act: Act, records: Sequence[LotChange]) -> Report:
    """Write quantities and days that differ."""
    latest = await Latest.of(act, "lot", records, lambda r: f"{r.product}@{r.place}@{r.lot}")
    return await _take(
        act,
        latest,
        {
            place: StockRecord(
                row=place + 1,
                offer_external_id=one.product,
                place_external_id=one.place,
                quantity=one.quantity,
                lot=one.lot,
                arrives_on=one.arrives_on,
            )
            for place, one in latest.chosen.items()
        },
    )


async def _take(
    act: Act, latest: Latest[StockChange] | Latest[LotChange], staged: Mapping[int, StockRecord]
) -> Report:
    refused: dict[int, Reason] = {}
    for place, one in latest.chosen.items():
        if wrong := unfit(one.product):
            refused[place] = wrong
    for at, places in _moments(cast("ActContext", act), latest.chosen):
        header = PackageRecord(row=0, section=Section.OFFERS, full=False, generated_at=at)
        records: list[ImportRecord] = [
            header,
            *(staged[place] for place in places if place not in refused),
        ]
        found = await merge(act, records, ("stock",))
        refused |= {row - 1: reason for row, reason in found.items()}
    await look_after_promises(act)
    return await latest.close(act, refused)


def _moments(
    act: ActContext, chosen: Mapping[int, StockChange] | Mapping[int, LotChange]
) -> Sequence[tuple[datetime, Sequence[int]]]:
    """The places of the records by the moments of which they are true, a minute being one.

    A moment to come is now.
    """
    found: list[tuple[datetime, list[int]]] = []
    for place in sorted(chosen, key=lambda place: _at(act, chosen[place])):
        at = _at(act, chosen[place])
        if found and at - found[-1][0] < AT_ONE_MOMENT:
            found[-1][1].append(place)
        else:
            found.append((at, [place]))
    return found


def _at(act: ActContext, one: StockChange | LotChange) -> datetime:
    if one.at is None:
        return act.now
    aware = one.at if one.at.tzinfo is not None else one.at.replace(tzinfo=UTC)
    return min(aware, act.now)
