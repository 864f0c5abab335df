"""Currency rates for staff: what is in force, how old it is, what is missing."""

from fondaco.hooks.context import AskContext
from fondaco.pricing.rate_store import known_rates, missing_rates
from fondaco.staff.price_model import today_of
from fondaco.staff.prices import HOME, VIEW
from fondaco.web.routing import route
from fondaco_sdk.web import Page


@route("GET", f"{HOME}/rates", policy=VIEW)
async def rates_page(ask: AskContext) -> Page:
    """The rates in force, with a warning for those in use that are old or missing."""
    today = today_of(ask)
    known = await known_rates(ask, today)
    context = {
        "rates": known,
        "today": today,
        "old": [rate.currency for rate in known if rate.used and rate.old(today)],
        "missing": await missing_rates(ask, known),
        "source": ask.hall.settings.rates.source,
        "currency": ask.currency,
    }
    return Page("staff/rates.html", context)
