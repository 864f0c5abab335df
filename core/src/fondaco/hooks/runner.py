"""Calls hook implementations: one by one, each timed, counted, bounded and attributed."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from time import perf_counter
from types import MappingProxyType
from typing import Any, Generic, ParamSpec, TypeVar

from msgspec import Struct

from fondaco.db.counting import counting
from fondaco.hooks.answers import checked_answer
from fondaco.hooks.deadline import Deadlines
from fondaco.hooks.registry import Implementation, Registry
from fondaco.hooks.specs import HookSpec, all_specs
from fondaco.hooks.trace import KEPT_PROPOSALS, Call, record
from fondaco_sdk.errors import FondacoError, PluginFault, UserError
from fondaco_sdk.hooks import Failure

log = logging.getLogger("fondaco.hooks")

_NOTHING: AbstractAsyncContextManager[Any] = nullcontext()

P = ParamSpec("P")
T = TypeVar("T")


class Collected(Struct, Generic[T], frozen=True):
    """The proposals of a hook with the name of the plugin that made each.

    `failed` names the plugins whose implementation failed or was late where the hook's policy is
    to go on (degrade) or to refuse (closed); the caller shows or refuses accordingly.
    """

    proposals: tuple[tuple[str, T], ...]
    failed: tuple[str, ...] = ()


class Runner:
    """The only way to call a hook."""

    def __init__(self, registry: Registry) -> None:
        self._specs = all_specs()
        self._registry = registry
        self._deadlines = Deadlines()

    async def collect(
        self,
        spec: Callable[P, Awaitable[Sequence[T]]],
        /,
        *args: P.args,
        **arguments: P.kwargs,
    ) -> Collected[T]:
        """Ask every implementation of `spec`, in order, and gather what it proposes.

        Raises `PluginFault` when an implementation of a strict hook fails, is late, or answers with
        something else than proposals of the hook's kind; a `UserError` passes as it is.
        """
        found: list[tuple[str, T]] = []
        failed: list[str] = []
        hook = self._specs[spec.__name__]
        for implementation in self._registry.implementations.get(hook.name, ()):
            try:
                answer = await self._call(hook, implementation, arguments)
            except PluginFault:
                if hook.failure is Failure.STRICT:
                    raise
                failed.append(implementation.plugin)
                continue
            found += [(implementation.plugin, item) for item in answer]
        return Collected(tuple(found), tuple(failed))

    async def tell(
        self, spec: Callable[P, Awaitable[None]], /, *args: P.args, **arguments: P.kwargs
    ) -> None:
        """Let every implementation of a strict `spec` do its part, in order.

        Raises `PluginFault` when one fails or is late; a `UserError` passes as it is.
        """
        hook = self._specs[spec.__name__]
        for implementation in self._registry.implementations.get(hook.name, ()):
            await self._call(hook, implementation, arguments)

    def _apart(
        self, hook: HookSpec, implementation: Implementation, arguments: dict[str, Any]
    ) -> AbstractAsyncContextManager[Any]:
        """A savepoint, where an order can go on without this answer.

        Without it one failed statement of the plugin's would fail every one after it.
        """
        connection = getattr(arguments.get("ask"), "connection", None)
        ours = implementation.plugin in self._registry.builtin
        if connection is None or ours or hook.failure is Failure.STRICT:
            return _NOTHING
        nested: AbstractAsyncContextManager[Any] = connection.begin_nested()
        return nested

    async def _call(
        self, hook: HookSpec, implementation: Implementation, arguments: dict[str, Any]
    ) -> Sequence[Any]:
        wanted = {name: _kept(arguments[name]) for name in implementation.arguments}
        started = perf_counter()
        error = ""
        answer: Sequence[Any] = ()
        with counting() as count:
            try:
                async with self._apart(hook, implementation, arguments):
                    answering = implementation.function(**wanted)
                    said = await self._deadlines.within(hook.deadline, answering)
                answer = checked_answer(said, hook.answers) if hook.answers else ()
            except UserError:
                raise
            except TimeoutError as late:
                error = f"no answer within {hook.deadline:g} s"
                raise _fault(hook, implementation, error) from late
            except FondacoError as fault:
                error = str(fault)
                raise _fault(hook, implementation, error) from fault
            except Exception as broken:
                error = f"{type(broken).__name__}: {broken}"
                raise _fault(hook, implementation, error) from broken
            finally:
                record(
                    Call(
                        hook.name,
                        implementation.plugin,
                        perf_counter() - started,
                        count.number,
                        answer[:KEPT_PROPOSALS] if len(answer) > KEPT_PROPOSALS else answer,
                        len(answer),
                        error,
                        count.number > implementation.sql_budget,
                    )
                )
        return answer


def _kept(argument: Any) -> Any:
    """What a plugin is handed cannot be changed by it for those who come after."""
    if isinstance(argument, list):
        return tuple(argument)
    return MappingProxyType(argument) if isinstance(argument, dict) else argument


def _fault(hook: HookSpec, implementation: Implementation, error: str) -> PluginFault:
    log.exception("plugin %s failed in hook %s", implementation.plugin, hook.name)
    remedy = f"{error}; mend the plugin, or start with `--without {implementation.plugin}`"
    return PluginFault(implementation.plugin, hook.name, remedy)
