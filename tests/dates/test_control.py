"""The control: an engine with one rule broken does not pass the rows, and each rule has some."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from date_rows import answered, expected

from fondaco.availability import allocate
from fondaco.cart import split
from fondaco_sourcing import promise
from fondaco_sourcing.calendar import Calendar, Closed
from fondaco_sourcing.network import Site, Transfer
from fondaco_sourcing.official import Official, official

Breaking = Callable[[pytest.MonkeyPatch], None]
FILES = [tomllib.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("*.toml"))]


def _the_sites_clock(patch: pytest.MonkeyPatch) -> None:
    moscow = ZoneInfo("Europe/Moscow")
    patch.setattr(Calendar, "local", lambda self, now: now.astimezone(moscow))


def _no_cut_off(patch: pytest.MonkeyPatch) -> None:
    until = Calendar.until

    def always(self: Calendar, day: date) -> time | Closed:
        found = until(self, day)
        return found if isinstance(found, Closed) else time.max

    patch.setattr(Calendar, "until", always)


def _no_public_calendar(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "fondaco_sourcing.calendar.official",
        lambda country, year: Official(frozenset(), frozenset(), True),
    )


def _no_transferred_days(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "fondaco_sourcing.calendar.official",
        lambda country, year: Official(official(country, year).holidays, frozenset(), True),
    )


def _no_exceptions(patch: pytest.MonkeyPatch) -> None:
    until = Calendar.until
    patch.setattr(
        Calendar,
        "until",
        lambda self, day: until(Calendar(self.zone, self.week, self.country), day),
    )


def _lorries_every_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(promise, "_departure", lambda source, transfer, first: first)


def _lorries_from_closed_places(patch: pytest.MonkeyPatch) -> None:
    def departure(source: Site, transfer: Transfer, first: date) -> date | None:
        days = (first + timedelta(days=ahead) for ahead in range(7))
        return next((day for day in days if day.weekday() in transfer.weekdays), None)

    patch.setattr(promise, "_departure", departure)


def _overdue_lots_come_today(patch: pytest.MonkeyPatch) -> None:
    asked = promise.promise

    def hopeful(
        network: Any, origin: Site, now: datetime, arrives_on: date | None, branches: Any
    ) -> Any:
        today = origin.calendar.local(now).date()
        return asked(network, origin, now, arrives_on and max(arrives_on, today), branches)

    patch.setattr("fondaco_sourcing.plans.promise", hopeful)


def _old_reports_are_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Site, "stale", lambda self, now: False)


def _every_place_serves_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(promise, "_serves", lambda site, branches: site.ships)


def _deliveries_in_the_order_they_are_named(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(split, "_wanted", lambda share: (False, date.min))


def _wanted_at_once(patch: pytest.MonkeyPatch) -> None:
    preferred = allocate._preferred_first
    patch.setattr(
        allocate, "_preferred_first", lambda ways, left, wanted_on: preferred(ways, left, None)
    )


def _handed_over_on_any_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("fondaco_sourcing.plans.kept_until", lambda found, wanted_on: found)


BROKEN: list[Breaking] = [
    _the_sites_clock,
    _no_cut_off,
    _no_public_calendar,
    _no_transferred_days,
    _no_exceptions,
    _lorries_every_day,
    _lorries_from_closed_places,
    _overdue_lots_come_today,
    _old_reports_are_believed,
    _every_place_serves_everybody,
    _deliveries_in_the_order_they_are_named,
    _wanted_at_once,
    _handed_over_on_any_day,
]


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_rule_is_found(breaking: Breaking, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch)
    wrong = [
        row["name"] for file in FILES for row in file["row"] if answered(file, row) != expected(row)
    ]
    assert wrong
    print(f"{breaking.__name__}: {len(wrong)} rows fail")
