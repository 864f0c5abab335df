"""What was wanted and had nothing to stand in for it: noted by a task, told once a product and day.

A page only queues the note, so it costs no more for 500 products than for one. Who saw the page
again the same day queues nothing: each process remembers the day.
"""

from collections.abc import Collection
from datetime import date

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text

from fondaco.db.generations import Memory
from fondaco.exchange.job import JobContext
from fondaco.hooks.context import AskContext
from fondaco_sdk.events import AnalogueWantedV1
from fondaco_sdk.types.ids import CompanyId, ProductId

NOTE_TASK = "substitutes.note_wanted"
MOST_REMEMBERED = 50_000

# One after another: otherwise two companies could both be the first of the day.
_ALONE: TextClause = text("select pg_advisory_xact_lock(hashtext('fondaco.analogue_wanted'))")
_NOTE: TextClause = text(
    """
    insert into fondaco.analogue_wanted as w (product_id, company_id, day)
    select product_id, :company, :day from unnest(:products) as added (product_id)
    on conflict do nothing
    returning product_id,
              not exists (select from fondaco.analogue_wanted before
                           where before.product_id = w.product_id and before.day = :day) as first
    """
).bindparams(
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("company", type_=BigInteger),
    bindparam("day", type_=Date),
)


class NoteWanted(Struct, frozen=True):
    """The task's payload: which products a company wanted on which day of the site."""

    products: tuple[ProductId, ...]
    company: CompanyId
    day: date


async def note_wanted(ask: AskContext, products: Collection[ProductId]) -> None:
    """Queue what a customer wanted in vain, unless this process has done so today."""
    if not products or ask.customer is None:
        return
    company, day = ask.customer.company_id, ask.now.astimezone(ask.zone).date()
    memory = ask.hall.memories.setdefault("analogues wanted", Memory(MOST_REMEMBERED))
    known = memory.known(day.toordinal())
    fresh = tuple(sorted(id for id in products if (company, id) not in known))
    if not fresh:
        return
    async with ask.act() as act:
        await act.enqueue(NOTE_TASK, NoteWanted(fresh, company, day))
    memory.keep(day.toordinal(), dict.fromkeys(((company, id) for id in fresh), True))


async def note(job: JobContext, payload: NoteWanted) -> None:
    """Count a company's wish once a day, and tell of the first of a day."""
    async with job.act() as act:
        await act.fetch(_ALONE)
        parameters = {
            "products": list(payload.products),
            "company": payload.company,
            "day": payload.day,
        }
        for product, first in await act.fetch(_NOTE, parameters):
            if first:
                await act.emit(
                    AnalogueWantedV1(product_id=product, company_id=payload.company, at=act.now)
                )
