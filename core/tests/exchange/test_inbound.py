"""What the ERP sends for a plugin: every record is accounted for, a bad one spoils no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import pytest_asyncio
from inbound_plugin import PLUGIN, TABLE
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from fondaco.exchange.inbound import receive
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import NotFound
from fondaco_sdk.manifest import Plugin

HOLD = text("select pg_advisory_xact_lock(hashtextextended('fondaco:inbound:scales.weights', 0))")
WRITTEN = text("select name from scales.weight order by name")


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    return (PLUGIN,)


@pytest_asyncio.fixture(autouse=True)
async def _table(owner: Callable[..., Awaitable[Any]]) -> None:
    for statement in TABLE:
        await owner(statement)


def _weights(*grams: int) -> list[dict[str, object]]:
    return [{"name": f"w{place:03}", "grams": one} for place, one in enumerate(grams)]


async def _written(ask: AskContext) -> list[str]:
    return [row.name for row in await ask.fetch(WRITTEN)]


async def test_each_is_counted_over_all_batches(hall: Hall, ask: AskContext) -> None:
    report = await receive(hall, "scales.weights", _weights(5, -1, 7, -2, 9), batch=2)
    assert report.accepted == 3
    assert [(u.record, u.reference) for u in report.unmatched] == [(1, "w001"), (3, "w003")]
    assert await _written(ask) == ["w000", "w002", "w004"]


async def test_what_does_not_fit_never_reaches_the_plugin(hall: Hall, ask: AskContext) -> None:
    records: list[object] = [{"name": "a"}, *_weights(5), {"name": "b", "grams": "7"}, None, [1]]
    report = await receive(hall, "scales.weights", records)
    assert report.accepted == 2
    assert [(u.record, u.reason.code) for u in report.unmatched] == [
        (0, "inbound.shape"),
        (3, "inbound.shape"),
        (4, "inbound.shape"),
    ]
    assert "grams" in report.unmatched[0].reason.ru
    assert report.unmatched[0].reference == '{"name":"a"}'
    assert await _written(ask) == ["b", "w000"]


async def test_a_record_that_breaks_the_plugin_spoils_no_other(hall: Hall, ask: AskContext) -> None:
    report = await receive(hall, "scales.weights", _weights(5, 13, 7, 0, 9))
    assert report.accepted == 3
    broken, refused = report.unmatched
    assert (broken.record, broken.reason.code) == (1, "inbound.failed")
    assert "the spring broke" in broken.reason.ru
    assert (refused.record, refused.reason.code) == (3, "scales.zero")
    assert await _written(ask) == ["w000", "w002", "w004"]


async def test_a_plugin_that_loses_records_is_believed_in_nothing(
    hall: Hall, ask: AskContext
) -> None:
    report = await receive(hall, "scales.lost", _weights(5, 7))
    assert report.accepted == 0
    assert [u.record for u in report.unmatched] == [0, 1]
    assert "accounted for 0 of 1 records" in report.unmatched[0].reason.en
    assert await _written(ask) == []


async def test_batches_of_one_name_never_run_side_by_side(
    hall: Hall, owner: Callable[..., Awaitable[Any]]
) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(HOLD)
        waiting = asyncio.create_task(receive(hall, "scales.weights", _weights(5)))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert (await waiting).accepted == 1


async def test_a_connection_that_is_lost_is_no_fault_of_the_record(
    hall: Hall, ask: AskContext, monkeypatch: pytest.MonkeyPatch, owner: Any
) -> None:
    async def cut(act: Any, *_: object) -> None:
        ((pid,),) = await act.fetch(text("select pg_backend_pid()"))
        cutting = owner(f"select pg_terminate_backend({pid}) from pg_sleep(0.2)")
        await asyncio.gather(act.fetch(text("select pg_sleep(5)")), cutting)

    with monkeypatch.context() as patched:
        patched.setattr("fondaco.exchange.inbound.hand_over", cut)
        with pytest.raises(DBAPIError):
            await receive(hall, "scales.weights", _weights(5))
    assert (await receive(hall, "scales.weights", _weights(5))).accepted == 1


async def test_when_the_database_goes_away_the_caller_is_told(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OperationalError("select", {}, ConnectionError("gone"))

    monkeypatch.setattr("fondaco.hooks.context.ActContext.execute", away)
    with pytest.raises(OperationalError):
        await receive(hall, "scales.weights", _weights(5, 7))


async def test_an_unknown_name(hall: Hall) -> None:
    with pytest.raises(NotFound, match=r"inbound\.unknown"):
        await receive(hall, "scales.heights", [])
