"""A task's context: a transaction or calls to the outside, never both at once."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from fondaco.exchange.addresses import named_origins
from fondaco.exchange.inbound_runs import receive_and_note
from fondaco.exchange.inbox import first_time
from fondaco.exchange.net import OpenNet, Outside
from fondaco.hooks.context import ActContext, AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Fault
from fondaco_sdk.types.inbound import Report


class JobContext:
    """What a task's function is handed (implements `fondaco_sdk.Job`).

    A task may run more than once: its effect and its end are two transactions. `once` tells a step
    that it is done already.
    """

    def __init__(self, hall: Hall, outside: Outside, task: str, job_id: int) -> None:
        self.hall = hall
        self.task = task
        self.job_id = job_id
        self._outside = outside
        self._open = ""

    @asynccontextmanager
    async def act(self) -> AsyncIterator[ActContext]:
        """A transaction as the system. Raises `Fault` inside an open `act()` or `net()`."""
        with self._alone("act()"):
            async with system_ask(self.hall).act() as act:
                yield act

    def ask(self) -> AskContext:
        """Reading as the system."""
        return system_ask(self.hall)

    @asynccontextmanager
    async def net(self) -> AsyncIterator[OpenNet]:
        """Calls to the outside. Raises `Fault` inside an open `act()` or `net()`."""
        with self._alone("net()"):
            async with self._outside.net(named_origins(self.hall)) as net:
                yield net

    async def once(self, act: Act, step: str = "") -> bool:
        """Whether this job does `step` for the first time; remembered if `act` commits."""
        return await first_time(act, "job", f"{self.job_id}:{step}")

    async def receive(self, name: str, records: Iterable[object]) -> Report:
        """Hand the ERP's records to the plugin that takes `name`; what became of each."""
        with self._alone("receive()"):
            return await receive_and_note(self.hall, name, records)

    @contextmanager
    def _alone(self, wanted: str) -> Iterator[None]:
        if self._open:
            raise Fault(
                f"task {self.task!r} opens {wanted} inside {self._open}: a call to the outside must"
                f" not hold a transaction; end the {self._open} block first"
            )
        self._open = wanted
        try:
            yield
        finally:
            self._open = ""
