"""The exchange over the broker, for staff: what waits, what died, what the ERP has confirmed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from fondaco.exchange import dead_messages, reconciliation
from fondaco.exchange.dead_letters import dead_letters, retry
from fondaco.exchange.erp_live.words import words
from fondaco.exchange.overview import overview
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "import.run"
HOME = "/staff/exchange"
DAYS = f"{HOME}/days"
MOST = 50
MOST_OPEN = 500
_NEWEST = 2**62


@route("GET", HOME, policy=POLICY)
async def exchange_page(ask: AskContext, before: int = 0) -> Page:
    """Everything at a glance; below it the messages without effect, newest first."""
    dead = await dead_messages.dead_messages(ask, before=before or _NEWEST, most=MOST + 1)
    context = {
        "now": await overview(ask),
        "words": await words(ask),
        "dead": dead[:MOST],
        "older": f"{HOME}?before={dead[MOST - 1].id}#dead" if len(dead) > MOST else "",
        "newest": f"{HOME}#dead" if before else "",
        "letters": await dead_letters(ask, limit=MOST),
    }
    return Page("staff/exchange.html", context)


@route("GET", f"{HOME}/messages/{{uuid:uuid}}", policy=POLICY)
async def message_page(ask: AskContext, uuid: UUID) -> Page:
    """One message without effect: why, and what it says."""
    message, body = await dead_messages.dead_message(ask, uuid)
    return Page("staff/exchange_message.html", {"message": message, "body": _in_lines(body)})


@route("POST", f"{HOME}/messages/{{uuid:uuid}}/replay", policy=POLICY)
async def replay_message(act: ActContext, uuid: UUID) -> Redirect:
    """Send it round once more."""
    queue = await dead_messages.replay(act, uuid)
    await act.audit("exchange.replay", str(uuid), None, {"queue": queue})
    return Redirect(
        HOME,
        Reason(
            "exchange.replayed",
            f"Сообщение возвращено в очередь «{queue}»",
            f"The message goes back to the queue “{queue}”",
        ),
    )


@route("POST", f"{HOME}/deliveries/{{number:int}}/retry", policy=POLICY)
async def retry_delivery(act: ActContext, number: int) -> Redirect:
    """Deliver an event once more."""
    await retry(act, number)
    await act.audit("exchange.retry", str(number), None, None)
    return Redirect(
        HOME,
        Reason(
            "exchange.retried", "Событие будет доставлено ещё раз", "The event is delivered again"
        ),
    )


@route("GET", DAYS, policy=POLICY)
async def days_page(ask: AskContext, day: str = "") -> Page:
    """What was sent and what the ERP has confirmed, by day; of one day what it has not."""
    chosen = _day(day) if day else None
    found: Sequence[reconciliation.Open] = ()
    if chosen is not None:
        found = await reconciliation.open_of(ask, chosen, most=MOST_OPEN + 1)
    context = {
        "days": await reconciliation.days(ask),
        "chosen": chosen,
        "open": found[:MOST_OPEN],
        "more": len(found) > MOST_OPEN,
    }
    return Page("staff/exchange_days.html", context)


@route("POST", DAYS, policy=POLICY)
async def send_again(act: ActContext, form: Form) -> Redirect:
    """Send the chosen messages once more, under their ids."""
    day = _day(form.text("day"))
    chosen = [found for raw in form.all("message")[:MOST_OPEN] if (found := _uuid(raw))]
    number = await reconciliation.send_again(act, chosen)
    await act.audit("exchange.send_again", str(day), None, {"messages": number})
    return Redirect(
        f"{DAYS}?day={day}",
        Reason(
            "exchange.sent_again",
            f"Будет отправлено ещё раз: {number}",
            f"To be sent once more: {number}",
        ),
    )


def _in_lines(body: str) -> str:
    """JSON as people read it; anything else as it came."""
    try:
        return msgspec.json.format(body, indent=2)
    except (msgspec.DecodeError, RecursionError):
        return body


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotFound(
            Reason("exchange.no_day", "Такого дня нет", "There is no such day")
        ) from None


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
