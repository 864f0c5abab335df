"""The company's own page of its monthly limits; staff show the same one for their customers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fondaco.customers import limits
from fondaco.customers.limits import NewLimit
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.people import within
from fondaco.identity.people_queries import outlets_of, people_of
from fondaco.web.format import plain
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/company/limits"
POLICY = "limit.manage"
SAVED = Reason("limit.saved", "Лимит сохранён", "The limit was saved")
RESTORED = Reason("limit.restored", "Лимит снова действует", "The limit is in force again")


@route("GET", HOME, policy=POLICY)
async def limits_page(ask: AskContext, ended: UUID | None = None) -> Page:
    """Every limit with what is left of it. `ended` was taken away a moment ago."""
    return await list_page(ask, _own(ask), HOME, ended)


@route("GET", f"{HOME}/new", policy=POLICY)
async def new_limit_page(ask: AskContext) -> Page:
    """The form of another limit."""
    return await form_page(ask, _own(ask), HOME, {}, {})


@route("POST", f"{HOME}/new", policy=POLICY)
async def post_new_limit(ask: AskContext, form: Form) -> Page | Redirect:
    """Set a limit."""
    return await save_new(ask, _own(ask), HOME, form)


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def limit_page(ask: AskContext, uuid: UUID) -> Page:
    """The amount of a limit."""
    return await form_page(ask, _own(ask), HOME, {}, {}, uuid)


@route("POST", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def post_limit(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Change it."""
    return await save_changed(ask, _own(ask), HOME, uuid, form)


@route("POST", f"{HOME}/{{uuid:uuid}}/end", policy=POLICY)
async def post_end(act: ActContext, uuid: UUID) -> Redirect:
    """Take a limit away; the page offers to bring it back."""
    await limits.end_limit(act, _own(act), uuid)
    return Redirect(f"{HOME}?ended={uuid}")


@route("POST", f"{HOME}/{{uuid:uuid}}/restore", policy=POLICY)
async def post_restore(act: ActContext, uuid: UUID) -> Redirect:
    """Bring it back."""
    await limits.restore_limit(act, _own(act), uuid)
    return Redirect(HOME, RESTORED)


async def list_page(
    ask: AskContext, company_id: int, home: str, ended: UUID | None, **more: Any
) -> Page:
    """The limits of a company; `home` is where its forms are posted to."""
    context = {
        "home": home,
        "limits": await limits.limits_of(ask, company_id),
        "ended": await limits.limit_of(ask, company_id, ended) if ended else None,
        "may_manage": True,
        "back": (),
        **more,
    }
    return Page("customers/limits.html", context)


async def form_page(
    ask: AskContext,
    company_id: int,
    home: str,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    uuid: UUID | None = None,
) -> Page:
    """The form of a limit, or, without `uuid`, of a new one. `typed` was typed before."""
    limit = await limits.limit_of(ask, company_id, uuid) if uuid else None
    if limit and not typed:
        typed = {"amount": plain(limit.amount)}
    context = {
        "home": home,
        "limit": limit,
        "typed": typed,
        "mistakes": mistakes,
        "people": [] if limit else [p for p in await people_of(ask, company_id) if p.active],
        "outlets": [] if limit else await outlets_of(ask, company_id),
    }
    return Page("customers/limit.html", context, status=422 if mistakes else 200)


async def save_new(ask: AskContext, company_id: int, home: str, form: Form) -> Page | Redirect:
    """Set a limit, or show the form again with what is wrong."""
    try:
        reading = form.reading()
        amount = reading.decimal("amount")
        reading.done()
        new = NewLimit(_chosen(form, "person"), _chosen(form, "outlet"), amount)
        async with ask.act() as act:
            await limits.add_limit(act, company_id, new)
    except UserError as mistake:
        return await form_page(ask, company_id, home, form.values(), _told(ask, mistake))
    return Redirect(home, SAVED)


async def save_changed(
    ask: AskContext, company_id: int, home: str, uuid: UUID, form: Form
) -> Page | Redirect:
    """Change an amount, or show the form again with what is wrong."""
    await limits.limit_of(ask, company_id, uuid)
    try:
        amount = form.decimal("amount")
        async with ask.act() as act:
            await limits.change_limit(act, company_id, uuid, amount)
    except UserError as mistake:
        return await form_page(ask, company_id, home, form.values(), _told(ask, mistake), uuid)
    return Redirect(home, SAVED)


def _chosen(form: Form, name: str) -> UUID | None:
    """The choice of a list; none of it is everybody. Raises `NotFound` for what is none."""
    chosen = form.text(name)
    try:
        return UUID(chosen) if chosen else None
    except ValueError:
        raise NotFound(
            Reason("limit.absent", "Такого лимита нет", "There is no such limit")
        ) from None


def _own(ask: AskContext) -> int:
    return within(ask, ask.scope.company_id)


def _told(ask: AskContext, mistake: UserError) -> Mapping[str, str]:
    if not mistake.fields:
        raise mistake
    return {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
