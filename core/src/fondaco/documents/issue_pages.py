"""Asking for documents: on demand, corrected, and on paper; the queue of staff who send those."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from fondaco.documents.agreements import agreements_in_sight
from fondaco.documents.correcting import correct
from fondaco.documents.issuing import Request, issue_on_demand, kinds_on_demand, today_of
from fondaco.documents.originals import ask_for_original, mark_sent, queue_of
from fondaco.documents.pages import ISSUE, POLICY
from fondaco.documents.reading import find_document
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import Forbidden
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import CHOOSE, Form, Page, Redirect

SEND = "document.send"
QUEUE = "/staff/documents"

_ASKED = Reason(
    "document.asked",
    "Запрос на оригинал принят: когда его отправят, здесь появится дата",
    "The original is asked for: once it is sent, the date will stand here",
)
_SENT = Reason("document.sent", "Отмечено: оригинал отправлен", "Noted: the original was sent")
_STAFF_ONLY = Reason(
    "document.staff_only",
    "Исправленный документ выпускает поставщик: напишите менеджеру",
    "A corrected document is issued by the seller: write to your manager",
)


@route("GET", "/documents/new", policy=ISSUE)
async def new_document_page(ask: AskContext, company: UUID | None = None) -> Page:
    """The form; `company` narrows the agreements that staff choose from."""
    today = today_of(ask)
    begin = (today.replace(day=1) - timedelta(days=80)).replace(day=1)
    typed = {"since": begin.isoformat(), "until": today.isoformat()}
    return await _form(ask, company, typed, {})


@route("POST", "/documents/new", policy=ISSUE)
async def post_new_document(ask: AskContext, form: Form) -> Page | Redirect:
    """Issue it; the same again on the same day leads to the same document."""

    async def save(act: ActContext) -> Redirect:
        reading = form.reading()
        kind = reading.required("kind")
        agreement = _uuid(reading.text("agreement"))
        if agreement is None:
            reading.refuse("agreement", CHOOSE)
        request = Request(
            kind, agreement or UUID(int=0), reading.day("since"), reading.day("until")
        )
        reading.done()
        made = await issue_on_demand(act, request, act.scope)
        return Redirect(f"/documents/{made[0]}")

    company = _uuid(form.text("company"))

    async def again(typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
        return await _form(ask, company, typed, mistakes)

    return await save_form(ask, form, save, again)


@route("POST", "/documents/{uuid:uuid}/correct", policy=ISSUE)
async def post_correct(act: ActContext, uuid: UUID) -> Redirect:
    """The next version; the page of the new one."""
    found = await find_document(act, uuid, act.scope)
    if act.actor.kind is not ActorKind.STAFF:
        raise Forbidden(_STAFF_ONLY)
    made = await correct(act, found, act.scope)
    return Redirect(f"/documents/{made[0]}")


@route("POST", "/documents/{uuid:uuid}/original", policy=POLICY)
async def post_original(act: ActContext, uuid: UUID) -> Redirect:
    """Ask for the paper one; a second press changes nothing."""
    await ask_for_original(act, await find_document(act, uuid, act.scope))
    return Redirect(f"/documents/{uuid}", notice=_ASKED)


@route("GET", QUEUE, policy=SEND)
async def originals_page(ask: AskContext) -> Page:
    """Who waits for an original, and what was sent."""
    return Page("documents/originals.html", {"queue": await queue_of(ask, ask.scope)})


@route("POST", f"{QUEUE}/{{uuid:uuid}}/sent", policy=SEND)
async def post_sent(act: ActContext, uuid: UUID, form: Form) -> Redirect:
    """The original is on its way."""
    await mark_sent(act, uuid, form.text("note"), act.scope)
    return Redirect(QUEUE, notice=_SENT)


async def _form(
    ask: AskContext, company: UUID | None, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    context = {
        "kinds": kinds_on_demand(ask),
        "agreements": await agreements_in_sight(ask, ask.scope, company),
        "company": company,
        "typed": typed,
        "mistakes": mistakes,
    }
    return Page("documents/new.html", context, status=422 if mistakes else 200)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
