"""Changes of the ERP through the importer's own tables, in the transaction of whoever has them.

A run that nobody ever sees: its records are staged, merged by the rules of every import, and gone
before the commit. What the importer would put into its report is handed back, record by record.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import text

from fondaco.availability.changed import UNSETTLED, look_again
from fondaco.catalog.references import load_known
from fondaco.exchange.import_report import Explainer
from fondaco.exchange.staging.copy import copy_refusals, copy_rows
from fondaco.exchange.staging.merging import Merging, Step
from fondaco.exchange.staging.rows import Stager
from fondaco.exchange.staging.runs import load_run
from fondaco.exchange.staging.tables import DERIVED, RECORDS
from fondaco.hooks.context import ActContext
from fondaco.imports import merge_plan
from fondaco.web.catalogues import translators
from fondaco_sdk.context import Act
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.records import ImportRecord

_START = text(
    """
    insert into fondaco.import_run (uuid, importer, source, source_hash, state)
    values (gen_random_uuid(), 'erp', '', '', 'done') returning id
    """
)
_REFUSED = text(
    """
    select row_number, reference, code, params from fondaco.import_refusal
     where run_id = :run and not warning order by id
    """
)


async def merge(
    act: Act, records: Sequence[ImportRecord], steps: Sequence[str]
) -> Mapping[int, Reason]:
    """Merge records by these steps of an import; why some were refused, by their `row`.

    What the records say of one thing twice has to be settled before. The number of statements does
    not depend on that of the records, up to the size of a step's batch.
    """
    own = cast("ActContext", act)
    run_id = (await act.fetch(_START))[0][0]
    merging = Merging(own.connection, await load_run(own.connection, run_id))
    stager = Stager(run_id, await load_known(merging))
    stager.member("")
    for record in records:
        stager.take(record)
    chunk = stager.chunk(finished=True)
    await copy_rows(own.connection, chunk.rows)
    await copy_refusals(own.connection, chunk.refusals)
    for step in (step for part in merge_plan(own.hall) for step in part if step.name in steps):
        await _do(merging, step)
    refused = await _refused(own, run_id)
    await _forget(merging, (*chunk.rows, *(table.name for table in DERIVED)))
    return refused


async def look_after_promises(act: Act) -> None:
    """Where stock no longer holds what was promised, the orders are looked at."""
    own = cast("ActContext", act)
    if (await own.fetch(text(UNSETTLED)))[0][0]:
        await look_again(own)


async def _do(merging: Merging, step: Step) -> None:
    total = await step.prepare(merging)
    if step.batch is not None:
        for first in range(1, total + 1, step.size):
            await step.batch(merging, first, min(first + step.size - 1, total))


async def _refused(act: ActContext, run_id: int) -> Mapping[int, Reason]:
    rows = await act.fetch(_REFUSED, {"run": run_id})
    if not rows:
        return {}
    texts = translators(act.hall.registry)
    ru, en = (Explainer(texts[locale], act.hall.registry, "erp") for locale in ("ru", "en"))
    return {
        row.row_number: Reason(
            row.code,
            ru(row.code, row.params),
            en(row.code, row.params),
            {name: str(value) for name, value in row.params.items()},
        )
        for row in reversed(rows)
    }


async def _forget(merging: Merging, tables: Sequence[str]) -> None:
    """Nothing of the run is left: neither what it staged nor itself."""
    names = {name if name.startswith("staging_") else f"staging_{name}" for name in tables}
    known = {table.name for table in (*RECORDS, *DERIVED)}
    gone = ", ".join(
        f"x{n} as (delete from fondaco.{name} where run_id = :run)"
        for n, name in enumerate(sorted(names & known))
    )
    await merging.execute(f"with {gone} delete from fondaco.import_run where id = :run")
