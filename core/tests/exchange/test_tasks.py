"""Tasks: run once, retried, held, refused when they keep ending their process."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from exchange_plugin import TROUBLE, Note

from fondaco.exchange import execution, serving
from fondaco.exchange.health import exchange_health
from fondaco.exchange.held_tasks import held_tasks, retry_task
from fondaco.exchange.job import JobContext
from fondaco.exchange.tasks import KernelTask, all_work
from fondaco.exchange.tidy import TIDY
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import Fault, NotFound

QUEUED = "select count(*) from fondaco.pgqueuer where status in ('queued', 'picked')"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: Any) -> None:
    monkeypatch.setattr(execution, "FIRST_PAUSE", timedelta(milliseconds=20))
    monkeypatch.setattr(serving, "LOOK_EVERY", timedelta(milliseconds=100))


@pytest.fixture
def idle(owner: Any, until: Any) -> Any:
    """`await idle()`: wait until nothing is queued or running."""

    async def empty() -> bool:
        return bool(await owner(QUEUED) == [(0,)])

    return lambda: until(empty)


async def test_a_task_runs_if_its_transaction_commits_and_once_per_key(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any
) -> None:
    async with ask.act() as act:
        for value in ("one", "two"):
            await act.enqueue("probe.write", Note(value), key="same")
        await act.enqueue("probe.write", Note("three"))
    with pytest.raises(RuntimeError):
        async with ask.act() as act:
            await act.enqueue("probe.write", Note("never"))
            raise RuntimeError("rolled back")
    async with working(hall):
        await idle()
    assert sorted(await effects()) == [("write", 0, "one"), ("write", 0, "three")]


async def test_a_task_of_the_kernel_gets_its_payload(
    hall: Hall, ask: AskContext, working: Any, idle: Any
) -> None:
    seen: list[Note] = []

    async def look(job: JobContext, payload: Note) -> None:
        seen.append(payload)

    async with ask.act() as act:
        await act.enqueue("room.look", Note("x"))
    async with working(hall, tasks={"room.look": KernelTask(look, Note)}):
        await idle()
    assert seen == [Note("x")]


async def test_a_failing_task_is_retried_then_held_then_retried_by_a_person(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any, owner: Any
) -> None:
    TROUBLE.poison = frozenset({"bad"})
    async with ask.act() as act:
        await act.enqueue("probe.write", Note("bad"))
    async with working(hall):
        await idle()
        [held] = await held_tasks(ask)
        assert (held.task, held.runs, held.error) == ("probe.write", 3, "cannot digest bad")
        assert held.error_type == "RuntimeError"
        assert held.payload == '{"value":"bad"}'
        assert await effects() == [("write", 0, "bad")], "`once` holds over the retries"

        TROUBLE.reset()
        async with ask.act() as act:
            await retry_task(act, held.job_id)
        await idle()
    assert await held_tasks(ask) == []
    assert await owner("select count(*) from fondaco.task_start") == [(0,)]
    with pytest.raises(NotFound):
        async with ask.act() as act:
            await retry_task(act, held.job_id)


async def test_control_without_once_a_retry_doubles_the_effect(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("probe.twice", Note("x"))
    async with working(hall):
        await idle()
    assert await effects() == [("twice", 0, "x")] * 4


async def test_a_job_that_keeps_ending_its_process_is_held(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any, owner: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("probe.write", Note("x"))
    # What five workers leave behind that died in this job.
    await owner(
        "insert into fondaco.task_start (job_id, task, starts)"
        " select id, entrypoint, 5 from fondaco.pgqueuer"
    )
    async with working(hall):
        await idle()
        [held] = await held_tasks(ask)
        assert "started 5 times without an end" in held.error
        assert await effects() == []
        async with ask.act() as act:
            await retry_task(act, held.job_id)
        await idle()
    assert await effects() == [("write", 0, "x")]


@pytest.mark.parametrize("suspects", [True, False])
async def test_jobs_that_may_have_ended_a_process_go_one_after_another(
    hall: Hall, ask: AskContext, working: Any, idle: Any, owner: Any, suspects: bool
) -> None:
    TROUBLE.seconds = 0.1
    async with ask.act() as act:
        for value in ("one", "two", "three"):
            await act.enqueue("probe.hang", Note(value))
    if suspects:
        await owner(
            "insert into fondaco.task_start (job_id, task, starts)"
            " select id, entrypoint, 1 from fondaco.pgqueuer"
        )
    async with working(hall):
        await idle()
    assert bool(TROUBLE.overlaps) is not suspects


async def test_a_payload_that_does_not_fit_is_held_at_once(
    hall: Hall, ask: AskContext, working: Any, idle: Any, owner: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("probe.write", Note("x"))
    await owner("update fondaco.pgqueuer set payload = '{\"value\": 7}'")
    async with working(hall):
        await idle()
    [held] = await held_tasks(ask)
    assert held.runs == 1
    assert "`str`" in held.error


async def test_a_task_cannot_call_outside_with_a_transaction_open(
    hall: Hall, ask: AskContext, working: Any, idle: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("probe.both", Note("x"))
    async with working(hall):
        await idle()
    [held] = await held_tasks(ask)
    assert held.error_type == "Fault"
    assert "'probe.both' opens net() inside act()" in held.error


async def test_a_job_that_is_cancelled_goes_back_into_the_queue(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any
) -> None:
    TROUBLE.seconds = 30
    async with ask.act() as act:
        await act.enqueue("probe.hang", Note("x"))
    async with working(hall):
        async with asyncio.timeout(10):
            await TROUBLE.started.wait()
        TROUBLE.seconds = 0
        [running] = [t for t in asyncio.all_tasks() if "_dispatch" in str(t.get_coro())]
        running.cancel()
        await idle()
    assert await effects() == [("hang", 0, "x")], "done by its second run"


async def test_a_task_that_nobody_knows_waits_and_is_listed(
    hall: Hall, ask: AskContext, working: Any
) -> None:
    async with ask.act() as act:
        await act.enqueue("gone.task", Note("x"))
    async with working(hall):
        await asyncio.sleep(0.2)
    health = await exchange_health(ask, subscribers=(), tasks=hall.registry.tasks)
    assert health.orphan_tasks == {"gone.task": 1}


async def test_tidying_leaves_what_is_still_needed(
    hall: Hall, ask: AskContext, effects: Any, working: Any, idle: Any, owner: Any
) -> None:
    TROUBLE.poison = frozenset({"bad"})
    async with ask.act() as act:
        await act.enqueue("probe.write", Note("bad"))
        await act.enqueue("probe.write", Note("good"))
    async with working(hall):
        await idle()
    await owner(
        "insert into fondaco.inbox (source, message_id) values ('erp', '1'), ('erp', 'x:2')"
    )
    await TIDY.function(hall)
    left = await owner("select source from fondaco.inbox order by 1")
    assert left == [("erp",), ("erp",), ("job",)], "the held job may be retried"


@pytest.mark.parametrize(
    ("cron", "shape", "complaint"),
    [("every day", "Note", "is not a cron line"), ("* * * * *", "Strict", "must have defaults")],
)
async def test_a_schedule_that_cannot_work_is_refused_at_the_start(
    hall: Hall, cron: str, shape: str, complaint: str
) -> None:
    import msgspec

    from fondaco_sdk.manifest import Task

    strict = msgspec.defstruct("Strict", [("value", str)])
    task, handler, _ = hall.registry.tasks["probe.write"]
    scheduled = Task(task.name, task.function, task.payload, cron=cron)
    found: Mapping[str, Any] = {
        "probe.write": (scheduled, handler, Note if shape == "Note" else strict)
    }
    with pytest.raises(Fault, match=complaint):
        all_work(msgspec.structs.replace(hall.registry, tasks=found), {})
    names: Sequence[str] = ["probe.write"]
    with pytest.raises(Fault, match="rename yours"):
        all_work(hall.registry, dict.fromkeys(names, KernelTask(handler.function, Note)))
