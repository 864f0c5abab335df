"""The tasks that can be queued: the kernel's and the plugins'."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from croniter import croniter  # type: ignore[import-untyped]
from msgspec import Struct

from fondaco.exchange.job import JobContext
from fondaco.hooks.registry import Registry
from fondaco_sdk.errors import Fault

TaskFunction = Callable[[JobContext, Any], Awaitable[None]]


class KernelTask(Struct, frozen=True):
    """A task of a kernel room: `(job, payload) -> None`; `retries` come after a failure.

    `cron` is in UTC; "" for none.
    """

    function: TaskFunction
    payload: type[Struct]
    retries: int = 3
    cron: str = ""


class Work(Struct, frozen=True):
    """A task under the name by which it is queued. `cron` is in UTC; "" for none."""

    name: str
    function: TaskFunction
    payload: type[Struct]
    retries: int
    cron: str = ""


def all_work(registry: Registry, kernel: Mapping[str, KernelTask]) -> Mapping[str, Work]:
    """The kernel's tasks and the plugins', by name.

    Raises `Fault` for a name taken twice, a cron line that is none, and a scheduled task whose
    payload cannot be made without values.
    """
    found = {
        name: Work(name, task.function, task.payload, task.retries, task.cron)
        for name, task in kernel.items()
    }
    for name, (task, handler, payload) in registry.tasks.items():
        if name in found:
            raise Fault(f"plugin {handler.plugin}: the kernel has a task {name!r}; rename yours")
        if task.cron:
            _check_schedule(name, task.cron, payload)
        found[name] = Work(name, handler.function, payload, task.retries, task.cron)
    return found


def _check_schedule(name: str, cron: str, payload: type[Struct]) -> None:
    if not croniter.is_valid(cron):
        raise Fault(f"task {name!r}: {cron!r} is not a cron line (minute hour day month weekday)")
    try:
        payload()
    except TypeError as wrong:
        raise Fault(
            f"task {name!r} has a cron line, so its payload must have defaults: {wrong}"
        ) from wrong
