"""What the ERP sends for a plugin: each record checked, handed over in batches, accounted for.

report = await receive(hall, "loyalty.turnover", records)
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fondaco.exchange.erp_live import words
from fondaco.exchange.misfit import misfit
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.registry import Handler
from fondaco_sdk.context import Act
from fondaco_sdk.errors import NotFound, PluginFault, UserError
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

log = logging.getLogger("fondaco.exchange")

BATCH = 500
SHOWN = 200
_AWAY = (OperationalError, InterfaceError, PoolTimeout, OSError)

# And plans are made anew for each batch: one made while a table was empty would walk through all of
# it for the rest of a first import.
_ALONE = text(
    "select pg_advisory_xact_lock(hashtextextended('fondaco:inbound:' || :name, 0)),"
    " set_config('plan_cache_mode', 'force_custom_plan', true)"
)


class _Record(Struct, frozen=True):
    """A record that fits its shape, with its place among all that were sent."""

    place: int
    value: Struct


async def receive(
    hall: Hall, name: str, records: Iterable[object], *, batch: int = BATCH
) -> Report:
    """Hand `records`, as decoded from JSON, to the plugin that wants `name`; what became of each.

    Every batch commits by itself. When this raises, because the database went away or the program
    was stopped, send everything again: what came twice has its effect once. Raises `NotFound` for a
    name that no plugin declares.
    """
    found = hall.registry.inbound.get(name)
    if found is None:
        raise NotFound(
            Reason(
                "inbound.unknown",
                f"Записи «{name}» никто не принимает: проверьте имя и установлен ли плагин",
                f"Nobody takes records “{name}”: check the name, and whether its plugin is"
                " installed",
                {"name": name},
            )
        )
    _, handler, shape = found
    accepted, unmatched = 0, list[Unmatched]()
    for chunk in _chunks(enumerate(records), batch):
        fitting = list[_Record]()
        for place, raw in chunk:
            try:
                fitting.append(_Record(place, msgspec.convert(raw, shape, strict=False)))
            except msgspec.ValidationError as wrong:
                unmatched.append(_unfit(place, raw, wrong))
        report = await _as_one(hall, name, handler, fitting)
        accepted += report.accepted
        unmatched += report.unmatched
    return Report(accepted, tuple(sorted(unmatched, key=lambda u: u.record)))


async def _as_one(hall: Hall, name: str, handler: Handler, records: Sequence[_Record]) -> Report:
    """A batch as one; where the plugin fails on it, each record alone."""
    if not records:
        return Report(0)
    try:
        return await _in_one(hall, name, handler, records)
    except Exception as failure:
        if is_away(failure):
            raise
        if len(records) == 1:
            return Report(0, (_failed(records[0], handler.plugin, failure),))
        log.exception("%s: a batch of %s failed, now one by one", name, len(records))
    alone = [await _as_one(hall, name, handler, [record]) for record in records]
    return Report(
        sum(report.accepted for report in alone),
        tuple(found for report in alone for found in report.unmatched),
    )


async def _in_one(hall: Hall, name: str, handler: Handler, records: Sequence[_Record]) -> Report:
    async with system_ask(hall).act() as act:
        await stand_alone(act, name)
        report = await hand_over(act, name, handler, [record.value for record in records])
        return Report(
            report.accepted,
            tuple(
                Unmatched(records[u.record].place, u.reference, u.reason) for u in report.unmatched
            ),
        )


def is_away(failure: Exception) -> bool:
    """Whether the database is away, so that a failure says nothing of what was to be taken."""
    lost = isinstance(failure, DBAPIError) and failure.connection_invalidated
    return lost or isinstance(failure, _AWAY)


async def stand_alone(act: Act, name: str) -> None:
    """Until `act` ends no other batch of this name is at work. One statement."""
    await act.execute(_ALONE, {"name": name})


async def hand_over(act: Act, name: str, handler: Handler, values: Sequence[Struct]) -> Report:
    """What the plugin says of records that fit its shape. Raises `PluginFault` for half an answer.

    In the report each record is known by its place among `values`.
    """
    report = await handler.function(act, values)
    if not isinstance(report, Report):
        said = f"answered {type(report).__name__}, not a Report"
        raise PluginFault(handler.plugin, f"inbound {name}", said)
    if report.accepted + len(report.unmatched) != len(values):
        said = (
            f"accounted for {report.accepted + len(report.unmatched)} of {len(values)}"
            " records; say of each that it was accepted or why not"
        )
        raise PluginFault(handler.plugin, f"inbound {name}", said)
    await words.said(act, name)
    return report


def _unfit(place: int, raw: object, wrong: msgspec.ValidationError) -> Unmatched:
    return Unmatched(place, shown_of(raw), misfit(wrong))


def _failed(record: _Record, plugin: str, failure: Exception) -> Unmatched:
    log.error("plugin %s failed on a record", plugin, exc_info=failure)
    return Unmatched(record.place, shown_of(record.value), reason_of(failure, plugin))


def shown_of(record: object) -> str:
    """What a person can look for in a record, as it came."""
    return msgspec.json.encode(record, enc_hook=str).decode()[:SHOWN]


def reason_of(failure: Exception, plugin: str) -> Reason:
    """Why a plugin did not take a record, given what it raised."""
    if isinstance(failure, UserError):
        return failure.reason
    error = f"{type(failure).__name__}: {failure}"[:SHOWN]
    return Reason(
        "inbound.failed",
        f"Плагин «{plugin}» не смог принять запись: {error}",
        f"Plugin “{plugin}” could not take the record: {error}",
        {"plugin": plugin, "error": error},
    )


def _chunks(numbered: Iterable[tuple[int, Any]], size: int) -> Iterator[Sequence[tuple[int, Any]]]:
    source = iter(numbered)
    while chunk := list(islice(source, size)):
        yield chunk
