"""Tasks that ask acquirers: about a charge a webhook named, and about all that are still open."""

import logging
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from fondaco.exchange.job import JobContext
from fondaco.orders.payments import charge_queries as queries
from fondaco.orders.payments.acquirers import KEY_HOURS, acquirer_of, at_work, in_time
from fondaco.orders.payments.charges import WATCHED_SECONDS, Charge, settle, take
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.payment import Acquirer, Declined

log = logging.getLogger("fondaco.orders")

TOLD_TASK = "payments.told"
POLL_TASK = "payments.poll"
EVERY_MINUTE = "* * * * *"
AT_ONCE = 200
SILENT = 3
"""So many charges in a row that it does not answer about: the acquirer is not there."""


class Told(Struct, frozen=True):
    """A charge that a webhook named, by the acquirer's id."""

    provider: str
    charge: str


class PollCharges(Struct, frozen=True):
    """Nothing but the moment."""


async def read_told(job: JobContext, payload: Told) -> None:
    """Ask the acquirer itself; of an id that it does not know nothing happens."""
    acquirer = at_work(job.hall, payload.provider)
    async with job.net() as net:
        read = await in_time(payload.provider, acquirer.read(net, payload.charge))
    if read is not None:
        async with job.act() as act:
            await take(act, payload.provider, read)


async def poll_charges(job: JobContext, _payload: PollCharges) -> None:
    """Whatever no webhook told of. An acquirer that does not answer is left for the next round.

    One charge that it does not answer about keeps no other from being read.
    """
    due: dict[str, list[Charge]] = defaultdict(list)
    for row in await job.ask().fetch(queries.DUE, {"most": AT_ONCE, "watched": WATCHED_SECONDS}):
        due[row.provider].append(Charge(*row))
    for name, charges in due.items():
        await _poll(job, name, charges)


async def _poll(job: JobContext, name: str, charges: Sequence[Charge]) -> None:
    last = job.hall.settings.payments.charge_hours * 3600
    acquirer = acquirer_of(job.hall, name)
    unread = 0
    for charge in charges:
        if acquirer is not None and charge.external_id is not None:
            unread = 0 if await _read(job, acquirer, charge, charge.external_id) else unread + 1
            if unread == SILENT:
                log.warning("the other open charges of %s are asked about later", name)
                return
        if charge.age > (last if charge.external_id else KEY_HOURS * 3600):
            async with job.act() as act:
                await act.execute(queries.EXPIRE, {"id": charge.id})


async def _read(job: JobContext, acquirer: Acquirer, charge: Charge, external_id: str) -> bool:
    """Whether the acquirer answered about a charge; where not, others are asked about first."""
    try:
        async with job.net() as net:
            read = await in_time(charge.provider, acquirer.read(net, external_id))
    except (Declined, Unavailable) as unknown:
        log.warning("charge %s is asked about later: %s", charge.uuid, unknown)
        async with job.act() as act:
            await act.execute(queries.ASKED, {"id": charge.id})
        return False
    if read is not None:
        async with job.act() as act:
            await settle(act, charge.id, read)
    return True
