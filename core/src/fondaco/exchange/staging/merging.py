"""What a merge step works with: one transaction, the run, and what it counts and reports."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.exchange.staging.runs import Run
from fondaco_sdk.context import AnyRow

REPORT_LIMIT = 100_000
"""How many rows a report keeps; all of them are counted."""

UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
    substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
    from 1 for 6), 52, 1), 53, 1), 'hex')::uuid"""
"""A UUID of version 7 for each row of a set-based insert."""

_REPORT = """
    with found as materialized ({query}), kept as (
        insert into fondaco.import_refusal
               (run_id, member, row_number, reference, code, params, warning)
        select :run, coalesce(s.member, ''), f.row_number, left(f.reference, 200), f.code,
               f.params, f.warning
          from found f
          left join fondaco.staging_section s on s.run_id = :run and s.number = f.section
         order by f.section, f.row_number
         limit :room)
    select count(*) filter (where not warning), count(*) filter (where warning) from found
"""


class Merging:
    """One transaction of a run. `tally` is added to the run's counts when it commits.

    Every statement may use `:run`.
    """

    def __init__(self, connection: AsyncConnection, run: Run) -> None:
        self.connection = connection
        self.run = run
        self.tally: Counter[str] = Counter()

    async def execute(self, sql: str, **params: Any) -> int:
        """Run a writing statement; returns how many rows it touched."""
        return (await self.connection.execute(text(sql), {"run": self.run.id, **params})).rowcount

    async def rows(self, sql: str, **params: Any) -> Sequence[AnyRow]:
        """Run a statement and return its rows."""
        return (await self.connection.execute(text(sql), {"run": self.run.id, **params})).all()

    async def scalar(self, sql: str, **params: Any) -> Any:
        """Run a statement and return its one value."""
        return (await self.connection.execute(text(sql), {"run": self.run.id, **params})).scalar()

    async def count(self, name: str, sql: str, **params: Any) -> int:
        """Run a writing statement and count the rows it touched under `name`."""
        touched = await self.execute(sql, **params)
        self.tally[name] += touched
        return touched

    async def report(self, query: str, **params: Any) -> int:
        """Put into the report what `query` finds; returns how much that is.

        Its columns: code, warning, section, row_number, reference, params (jsonb).
        """
        [(refused, warnings)] = await self.rows(
            _REPORT.format(query=query), room=self._room(), **params
        )
        self.tally["refused"] += refused
        self.tally["warnings"] += warnings
        return int(refused + warnings)

    async def refuse(self, code: str, query: str) -> int:
        """Report what `query` finds (as `report`, without code and warning) as refused."""
        return await self.report(f"select '{code}' as code, false as warning, q.* from ({query}) q")

    async def warn(self, code: str, query: str) -> int:
        """Report what `query` finds as accepted with a remark."""
        return await self.report(f"select '{code}' as code, true as warning, q.* from ({query}) q")

    async def analyse(self, *names: str) -> None:
        """Let the planner know how many rows are in staging tables."""
        tables = [f"staging_{name}" for name in names]
        await self.execute("select fondaco.analyse_staging(cast(:tables as text[]))", tables=tables)

    def _room(self) -> int:
        return room_for_reports(self.run.counts + self.tally)


def room_for_reports(counts: Counter[str]) -> int:
    """How many more rows the report of a run may keep."""
    return max(0, REPORT_LIMIT - counts["refused"] - counts["warnings"])


class Step(Struct, frozen=True):
    """One step of a merge.

    `prepare` works in one transaction and returns how many numbered rows are left to do; `batch`
    merges the rows `first` to `last` (from 1), each call in a transaction of its own.
    """

    name: str
    prepare: Callable[[Merging], Awaitable[int]]
    batch: Callable[[Merging, int, int], Awaitable[None]] | None = None
    size: int = 5_000
