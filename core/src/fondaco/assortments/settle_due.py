"""The task that settles what nobody has settled: new cells, rules and categories that came about
by another way than an import or a page. Until then such goods are hidden from who has assortments.
"""

import logging

from msgspec import Struct

from fondaco.assortments.settle import alone_at_once, out_of_date, settle
from fondaco.exchange.job import JobContext

log = logging.getLogger("fondaco.assortments")

SETTLE_TASK = "assortments.settle"
EVERY_TEN_MINUTES = "*/10 * * * *"


class SettleDue(Struct, frozen=True):
    """Nothing is to be said: all assortments are looked at."""


async def settle_due(job: JobContext, _payload: SettleDue) -> None:
    """Settle what is out of date. Four reads where nothing is, and no lock.

    While somebody changes assortments or imports a catalogue nothing is done, since they settle.
    """
    async with job.hall.database.reading.connect() as connection:
        if not await out_of_date(connection):
            return
    async with job.act() as act:
        settled = await settle(act.connection) if await alone_at_once(act.connection) else 0
    if settled:
        log.warning("%d assortments did not hold what their rules say, and do now", settled)
