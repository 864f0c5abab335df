"""The long work of a machine leaves the process to the people that it is answering."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, cast

import pytest

from fondaco.hooks.hall import Hall
from fondaco.identity.who import GUEST, Identity, context
from fondaco.web import people_first
from fondaco.web.people_first import PeopleFirst, Rests
from fondaco_sdk.types.actor import Actor, ActorKind, Scope

MACHINE = Identity(Actor(ActorKind.ERP), Scope.nobody())
LONG = 20.0

Answer = Callable[[Identity, Callable[[], Awaitable[None]]], Awaitable[None]]


def _patient(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(people_first, "SHARE_SECONDS", LONG)
    patch.setattr(people_first, "MOST_SECONDS", LONG)


@pytest.fixture
def people() -> PeopleFirst:
    return PeopleFirst()


@pytest.fixture
def answer(hall: Hall, people: PeopleFirst) -> Answer:
    """Answers somebody's request by the work given."""

    async def run(identity: Identity, work: Callable[[], Awaitable[None]]) -> None:
        ask = context(hall, identity, locale=None, request_id="")
        scope = cast("Any", {"type": "http", "fondaco_ask": ask})

        async def app(*_: Any) -> None:
            await work()

        await people.handle(scope, cast("Any", None), cast("Any", None), cast("Any", app))

    return run


async def test_the_gap_comes_when_the_last_person_is_answered(
    people: PeopleFirst, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patient(monkeypatch)
    said = [asyncio.Event(), asyncio.Event()]
    asked = [asyncio.ensure_future(answer(GUEST, cast("Any", one.wait))) for one in said]
    await asyncio.sleep(0)
    gap = asyncio.ensure_future(Rests(people)())
    said[0].set()
    await asyncio.sleep(0.05)
    assert not gap.done()
    said[1].set()
    await asyncio.wait_for(gap, LONG / 2)
    await asyncio.gather(*asked)


async def test_it_comes_at_its_latest_while_somebody_waits_for_long(
    people: PeopleFirst, answer: Answer
) -> None:
    end = asyncio.Event()
    asked = asyncio.ensure_future(answer(GUEST, cast("Any", end.wait)))
    await asyncio.sleep(0)
    started = perf_counter()
    await asyncio.wait_for(Rests(people)(), LONG)
    assert perf_counter() - started >= people_first.SHARE_SECONDS * 0.9
    end.set()
    await asked


async def test_what_earlier_pieces_did_not_wait_a_later_one_may(
    people: PeopleFirst, answer: Answer
) -> None:
    gap = Rests(people)
    for _ in range(5):
        await gap()
    end = asyncio.Event()
    asked = asyncio.ensure_future(answer(GUEST, cast("Any", end.wait)))
    await asyncio.sleep(0)
    started = perf_counter()
    await gap()
    assert perf_counter() - started >= 5 * people_first.SHARE_SECONDS
    end.set()
    await asked


async def test_a_slow_upload_is_not_rested_from(
    people: PeopleFirst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_first, "MOST_SECONDS", 0.05)
    gap = Rests(people)
    await asyncio.sleep(1)
    started = perf_counter()
    await gap()
    assert perf_counter() - started < 0.7


async def test_machines_do_not_wait_for_each_other(
    people: PeopleFirst, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patient(monkeypatch)
    end = asyncio.Event()
    asked = asyncio.ensure_future(answer(MACHINE, cast("Any", end.wait)))
    await asyncio.sleep(0)
    await asyncio.wait_for(Rests(people)(), LONG / 2)
    end.set()
    await asked


async def test_a_request_that_fails_is_over(
    people: PeopleFirst, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patient(monkeypatch)

    async def fail() -> None:
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await answer(GUEST, fail)
    await asyncio.wait_for(Rests(people)(), LONG / 2)
