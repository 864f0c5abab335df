"""Renders a registered document in the worker and files it: content, blocks of plugins, layout."""

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import TextClause, text

from fondaco.documents.contents import content_of
from fondaco.documents.letterhead import letterhead_of
from fondaco.documents.model import RenderDocument
from fondaco.documents.press import KernelPress
from fondaco.exchange.job import JobContext
from fondaco.files.service import Files
from fondaco.hooks.context import AskContext
from fondaco.hooks.providers import make_provider
from fondaco_sdk.errors import Fault
from fondaco_sdk.events import DocumentReadyV1
from fondaco_sdk.hooks.documents import document_blocks
from fondaco_sdk.providers.layout import Layout, Paper
from fondaco_sdk.types.document import DocumentSubject
from fondaco_sdk.types.paper import PlacedBlock

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
READ: TextClause = text(
    """
    select d.id, d.uuid, d.kind, d.number, d.issued_on, d.valid_until, d.format, d.locale, d.state,
           d.version, d.corrected_on, d.content, d.company_id, d.order_id, o.uuid as order_uuid,
           o.currency
      from fondaco.document d
      left join fondaco.customer_order o on o.id = d.order_id
     where d.id = :id
    """
)
FILE_IT: TextClause = text(
    """
    update fondaco.document set state = 'ready', file_id = :file, ready_at = now(), error = ''
     where id = :id and state <> 'ready'
    """
)
FAIL_IT: TextClause = text(
    """
    update fondaco.document set state = 'failed', error = :error
     where id = :id and state <> 'ready'
    """
)


def _with_what_is_left() -> None:
    """A paper costs more of the processor than the order it is for, and nobody waits for it as for
    a page: its thread runs where no other has anything to do."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(threading.get_native_id(), os.SCHED_IDLE, os.sched_param(0))


QUIETLY = ThreadPoolExecutor(os.cpu_count(), "press", initializer=_with_what_is_left)


async def render_document(job: JobContext, payload: RenderDocument) -> None:
    """The task. Run again after a crash it finds the document ready and does nothing."""
    ask = job.ask()
    rows = await ask.fetch(READ, {"id": payload.document_id})
    if not rows or rows[0].state == "ready":
        return
    row = rows[0]
    try:
        data = await _render(ask, row)
    except Exception as error:
        # The page says so at once; the task is tried again, and a later success clears it.
        async with ask.act() as act:
            await act.execute(FAIL_IT, {"id": row.id, "error": str(error)[:1000]})
        raise
    files = Files(ask.hall.settings.data / "files")
    async with ask.act() as act:
        file_id = await files.put(act.connection, data, MEDIA[row.format])
        if await act.execute(FILE_IT, {"id": row.id, "file": file_id}):
            await act.emit(
                DocumentReadyV1(
                    document_uuid=row.uuid,
                    kind=row.kind,
                    company_id=row.company_id,
                    order_uuid=row.order_uuid,
                )
            )


async def _render(ask: AskContext, row: Any) -> bytes:
    kind = ask.hall.registry.documents.get(row.kind)
    if kind is None or not kind.about:
        raise Fault(f"document {row.id}: nobody renders the kind {row.kind!r}")
    paper = Paper(
        kind=row.kind,
        format=row.format,
        locale=row.locale,
        content=await content_of(ask, kind.about, row),
        letterhead=letterhead_of(ask.hall.settings),
        version=row.version,
        corrected_on=row.corrected_on,
        blocks=await _blocks(ask, row),
    )
    chosen = ask.hall.settings.documents.layouts.get(kind.name) or kind.layout or kind.name
    layout: Layout = make_provider(ask.hall, "layout", chosen)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(QUIETLY, layout.draw, paper, KernelPress(paper))


async def _blocks(ask: AskContext, row: Any) -> Sequence[PlacedBlock]:
    subject = DocumentSubject(row.id, row.kind, row.order_uuid, row.company_id)
    collected = await ask.hall.hooks.collect(document_blocks, ask=ask, documents=[subject])
    return tuple(
        PlacedBlock(heading=block.title.text(row.locale), paragraphs=(block.text.text(row.locale),))
        for _, block in collected.proposals
    )
