"""While somebody types an address: what it may become. Without a script nobody asks here."""

from collections.abc import Sequence

from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.lookup.asking import Lookup, service_of
from fondaco.lookup.own import own_addresses
from fondaco.lookup.towns import localities_of
from fondaco.lookup.written import question_of
from fondaco.web.limits import Limit, count_try
from fondaco.web.routing import route
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.web import Page

MOST = 8
SHORTEST, LONGEST = 3, 300
SUGGESTIONS = Limit("address suggestions", 300, 60)
"""What people type by hand; nobody uses up the day's quota for the others."""


class Suggested(Struct, frozen=True):
    """A line to choose; `own`: the portal knew it. `end`: nothing is to be added to it."""

    text: str
    note: str = ""
    own: bool = False


@route("GET", "/addresses/suggest", policy="signed-in")
async def suggest_addresses(ask: AskContext, q: str = "") -> Page:
    """Addresses of the service; where it is silent, or was asked too often by one person, the
    portal's own ones and towns, and a note."""
    question = question_of(q)
    if not SHORTEST <= len(question) <= LONGEST:
        return Page("lookup/suggest.html", {"found": (), "reduced": False})
    try:
        found: Sequence[Suggested] = await _of_service(ask, question)
        reduced = False
    except Unavailable:
        found = await _own(ask, question)
        reduced = service_of(ask.hall) is not None
    return Page("lookup/suggest.html", {"found": found, "reduced": reduced})


async def _of_service(ask: AskContext, question: str) -> Sequence[Suggested]:
    """Raises `Unavailable`."""
    if service_of(ask.hall) is not None:
        over = await count_try(ask, SUGGESTIONS.of(str(ask.actor.user_id)))
        if over is not None:
            raise Unavailable("lookup (asked too often by one person)", over.seconds)
    found = await Lookup(ask).addresses(question, MOST)
    return [Suggested(one.text, one.postal_code) for one in found]


async def _own(ask: AskContext, question: str) -> Sequence[Suggested]:
    known = [Suggested(one, own=True) for one in await own_addresses(ask, question, MOST)]
    towns = (await localities_of(ask)).find(question, MOST - len(known))
    return [*known, *(Suggested(one.label, one.postal_code) for one in towns)]
