"""Reads price and stock lists from xlsx, xls, ods and csv, by a mapping of their columns.

A row says something of one article; nothing is said of articles that the list does not name. An
empty price says nothing, an empty quantity says that nothing is left, as 1C has it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from msgspec import UNSET

from fondaco.exchange.staging.known import PREFIX
from fondaco.intake.sheets.currency import read_currency
from fondaco.intake.sheets.model import Amount, SheetLine, SheetMapping
from fondaco.intake.sheets.process import read_lines
from fondaco_sdk.types.records import (
    CostRecord,
    ImportRecord,
    PackageRecord,
    PriceRecord,
    RefusedRecord,
    Section,
    StockRecord,
)

_NONE = Decimal(0)


def read(path: Path, mapping: SheetMapping) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """(name of the file, its records)."""
    yield path.name, _records(path, mapping)


def _records(path: Path, mapping: SheetMapping) -> Iterator[ImportRecord]:
    lines = read_lines(path, mapping)
    yield PackageRecord(row=mapping.header_row or 1, section=Section.OFFERS, full=False)
    places = {column: index for index, column in enumerate(mapping.columns)}
    for line in lines:
        if line.wrong:
            yield _refused(line, line.wrong, text=line.article)
        elif not line.article:
            yield _refused(line, "article.missing")
        else:
            yield from _prices(line, mapping, places)
            yield from _stock(line, mapping, places)
            yield from _costs(line, mapping, places)


def _prices(
    line: SheetLine, mapping: SheetMapping, places: dict[str, int]
) -> Iterator[ImportRecord]:
    priced = [t for t in mapping.prices if not _is_empty(line.amounts[places[t.column]])]
    if not priced:
        return
    currency = _currency(line, mapping, places)
    if currency is None:
        written = line.texts[places[mapping.currency]]
        yield _refused(line, "price.currency_unknown", currency=written)
        return
    least = Amount(_NONE)
    if mapping.min_quantity:
        least = line.amounts[places[mapping.min_quantity]]
    if least.wrong or (least.number or _NONE) < 0:
        yield _refused(line, "price.min_quantity_unreadable", value=least.text)
        return
    for target in priced:
        amount = line.amounts[places[target.column]]
        if amount.number is None:
            yield _refused(line, f"price.{amount.wrong}", value=amount.text)
        elif amount.number < 0:
            yield _refused(line, "price.negative", value=amount.text)
        else:
            yield PriceRecord(
                row=line.number,
                offer_external_id=PREFIX + line.article,
                price_list_external_id=target.into,
                price=amount.number,
                currency=currency,
                min_quantity=least.number or _NONE,
            )


def _stock(
    line: SheetLine, mapping: SheetMapping, places: dict[str, int]
) -> Iterator[ImportRecord]:
    lot = line.texts[places[mapping.lot]].strip() if mapping.lot else ""
    written = line.texts[places[mapping.arrives_on]].strip() if mapping.arrives_on else ""
    arrives_on = _day(written)
    if written and arrives_on is None:
        yield _refused(line, "stock.lot_day", value=written)
        return
    on_its_way = bool(lot or arrives_on)
    for target in mapping.stock:
        amount = line.amounts[places[target.column]]
        if amount.wrong:
            yield _refused(line, f"stock.{amount.wrong}", value=amount.text)
        elif not (on_its_way and _is_empty(amount)):
            yield StockRecord(
                row=line.number,
                offer_external_id=PREFIX + line.article,
                place_external_id=target.into,
                quantity=amount.number or _NONE,
                # Without a number of its own it is called after its day.
                lot=lot or written if on_its_way else "",
                arrives_on=arrives_on,
            )


def _day(written: str) -> date | None:
    """«10.12.2026» or "2026-12-10", as cells and files write it; a time of day is left out."""
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written.partition(" ")[0], pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _costs(
    line: SheetLine, mapping: SheetMapping, places: dict[str, int]
) -> Iterator[ImportRecord]:
    """An empty cell says nothing of the cost, nor of the group."""
    group = line.texts[places[mapping.price_group]] if mapping.price_group else ""
    amount = line.amounts[places[mapping.cost]] if mapping.cost else Amount()
    currency = _currency(line, mapping, places)
    if amount.wrong:
        yield _refused(line, f"cost.{amount.wrong}", value=amount.text)
    elif amount.number is not None and currency is None:
        written = line.texts[places[mapping.currency]]
        yield _refused(line, "cost.currency_unknown", currency=written)
    elif amount.number is not None or group:
        yield CostRecord(
            row=line.number,
            offer_external_id=PREFIX + line.article,
            cost=UNSET if amount.number is None else amount.number,
            currency=currency or "",
            price_group=group or UNSET,
        )


def _currency(line: SheetLine, mapping: SheetMapping, places: dict[str, int]) -> str | None:
    """The currency of a row, None for one that nobody knows."""
    if mapping.currency and (written := line.texts[places[mapping.currency]]):
        return read_currency(written)
    return mapping.default_currency


def _is_empty(amount: Amount) -> bool:
    return amount.number is None and not amount.wrong


def _refused(line: SheetLine, code: str, **params: str) -> RefusedRecord:
    return RefusedRecord(row=line.number, code=code, reference=line.article, params=params)
