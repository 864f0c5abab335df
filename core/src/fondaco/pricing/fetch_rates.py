"""The task that fetches the day's currency rates; the last stored ones stay when it cannot."""

import logging
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from fondaco.exchange.job import JobContext
from fondaco.pricing.cbr import SOURCE, NoRates, read_rates
from fondaco.pricing.rate_store import has_rates, store_rates
from fondaco_sdk.errors import Unavailable

log = logging.getLogger("fondaco.pricing")

FETCH_TASK = "pricing.fetch_rates"
# From 10:20 to 20:20 in Moscow: the next day's rates are set between half past eleven and six.
EVERY_HOUR = "20 7-17 * * 1-5"
SECONDS = Decimal(10)


class FetchRates(Struct, frozen=True):
    """Nothing is to be said: the settings name the source."""


async def fetch_rates(job: JobContext, _payload: FetchRates) -> None:
    """Ask the source once, unless it is switched off or tomorrow's rates are there already.

    A source that is down or answers nonsense is logged and asked again at the next hour.
    """
    settings = job.hall.settings.rates
    ask = job.ask()
    tomorrow = ask.now.astimezone(ask.zone).date() + timedelta(days=1)
    if not settings.source or await has_rates(ask, tomorrow, SOURCE):
        return
    try:
        async with job.net() as net:
            answer = await net.request("GET", settings.url, seconds=SECONDS)
        if answer.status != 200:
            raise NoRates(f"the answer has the status {answer.status}")
        day = read_rates(answer.body)
    except (Unavailable, NoRates) as absent:
        log.warning("no currency rates from %s: %s; the stored ones stay", settings.url, absent)
        return
    async with job.act() as act:
        stored = await store_rates(act, day, SOURCE)
        if stored:
            await act.audit("rates.store", f"{SOURCE}:{day.on}", {}, {"rates": stored})
    log.info("currency rates of %s: %d stored", day.on, stored)
