"""The company's own page of its people: who works here, with which roles, for which outlets."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity import people
from fondaco.identity.people_queries import (
    invitations_of,
    only_admin,
    outlets_of,
    people_of,
    person_of,
)
from fondaco.identity.permissions import COMPANY_ROLES
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

Breadcrumb: TypeAlias = Sequence[tuple[str, str]]

HOME = "/company/people"
POLICY = "people.manage"
INVITED = Reason("person.letter", "Приглашение отправляется", "The invitation is on its way")
SAVED = Reason("person.saved", "Изменения сохранены", "The changes were saved")
WITHDRAWN = Reason("person.withdrawn", "Приглашение отозвано", "The invitation was withdrawn")
OUT = Reason(
    "person.deactivated",
    "Доступ закрыт, все сеансы завершены",
    "The access is closed, all sessions have ended",
)
BACK = Reason("person.activated", "Доступ снова открыт", "The access is open again")


@route("GET", HOME, policy=POLICY)
async def people_page(ask: AskContext) -> Page:
    """Everybody, and the invitations that wait."""
    return await list_page(ask, _own(ask), HOME)


@route("GET", f"{HOME}/invite", policy=POLICY)
async def invite_page(ask: AskContext) -> Page:
    """The form of an invitation."""
    return await form_page(ask, _own(ask), HOME, {"roles": ("buyer",)}, {})


@route("POST", f"{HOME}/invite", policy=POLICY)
async def post_invite(ask: AskContext, form: Form) -> Page | Redirect:
    """Invite somebody."""
    return await save_invitation(ask, _own(ask), HOME, form)


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def person_page(ask: AskContext, uuid: UUID) -> Page:
    """Roles and outlets of somebody."""
    return await form_page(ask, _own(ask), HOME, {}, {}, uuid)


@route("POST", f"{HOME}/{{uuid:uuid}}", policy=POLICY)
async def post_person(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Change them."""
    return await save_person(ask, _own(ask), HOME, uuid, form)


@route("POST", f"{HOME}/{{uuid:uuid}}/deactivate", policy=POLICY)
async def post_deactivate(act: ActContext, uuid: UUID) -> Redirect:
    """Let somebody in no more."""
    await people.deactivate(act, _own(act), uuid)
    return Redirect(HOME, OUT)


@route("POST", f"{HOME}/{{uuid:uuid}}/activate", policy=POLICY)
async def post_activate(act: ActContext, uuid: UUID) -> Redirect:
    """Let somebody in again."""
    await people.activate(act, _own(act), uuid)
    return Redirect(HOME, BACK)


@route("POST", f"{HOME}/invitations/{{uuid:uuid}}/send", policy=POLICY)
async def post_send_again(act: ActContext, uuid: UUID) -> Redirect:
    """Another letter."""
    await people.send_again(act, _own(act), uuid)
    return Redirect(HOME, INVITED)


@route("POST", f"{HOME}/invitations/{{uuid:uuid}}/withdraw", policy=POLICY)
async def post_withdraw(act: ActContext, uuid: UUID) -> Redirect:
    """Take an invitation back."""
    await people.withdraw(act, _own(act), uuid)
    return Redirect(HOME, WITHDRAWN)


async def list_page(
    ask: AskContext, company_id: int, home: str, breadcrumb: Breadcrumb = ()
) -> Page:
    """The list of a company's people; `home` is where its forms are posted to."""
    everybody = await people_of(ask, people.within(ask, company_id))
    context = {
        "home": home,
        "breadcrumb": breadcrumb,
        "people": everybody,
        "only_admin": only_admin(everybody),
        "invitations": await invitations_of(ask, company_id),
    }
    return Page("identity/people.html", context)


async def form_page(
    ask: AskContext,
    company_id: int,
    home: str,
    values: Mapping[str, Any],
    mistakes: Mapping[str, str],
    uuid: UUID | None = None,
) -> Page:
    """The form of a person, or, without `uuid`, of an invitation. `values` were typed before."""
    person = None
    if uuid is not None:
        person = await person_of(ask, people.within(ask, company_id), uuid)
        if person is None:
            raise NotFound(Reason("person.absent", "Такой страницы нет", "There is no such page"))
        bound = tuple(str(one.uuid) for one in person.outlets)
        stored = {"name": person.name, "roles": person.roles, "outlets": bound, "some": bound}
        values = values or stored
    context = {
        "home": home,
        "person": person,
        "typed": values,
        "mistakes": mistakes,
        "roles": COMPANY_ROLES,
        "outlets": await outlets_of(ask, company_id),
    }
    return Page("identity/person.html", context, status=422 if mistakes else 200)


async def save_invitation(
    ask: AskContext, company_id: int, home: str, form: Form
) -> Page | Redirect:
    """Invite somebody, or show the form again with what is wrong."""
    try:
        async with ask.act() as act:
            await people.invite(act, company_id, form.text("email"), _role(form))
    except UserError as mistake:
        return await form_page(ask, company_id, home, _typed(form), _told(ask, mistake))
    return Redirect(home, INVITED)


async def save_person(
    ask: AskContext, company_id: int, home: str, uuid: UUID, form: Form
) -> Page | Redirect:
    """Change somebody's roles and outlets, or show the form again with what is wrong."""
    try:
        async with ask.act() as act:
            await people.change(act, company_id, uuid, _role(form))
    except UserError as mistake:
        return await form_page(ask, company_id, home, _typed(form), _told(ask, mistake), uuid)
    return Redirect(home, SAVED)


def _role(form: Form) -> people.Role:
    """What the form says somebody is to be. Raises `NotFound` for an outlet that is none."""
    chosen: Sequence[UUID] | None = None
    if form.text("which") == "some":
        try:
            chosen = [UUID(one) for one in form.all("outlets")]
        except ValueError:
            raise NotFound(
                Reason("outlet.absent", "Такой торговой точки нет", "There is no such outlet")
            ) from None
    return people.Role(form.text("name"), tuple(dict.fromkeys(form.all("roles"))), chosen)


def _typed(form: Form) -> Mapping[str, Any]:
    """What was typed, to show it again."""
    return {
        "email": form.text("email"),
        "name": form.text("name"),
        "roles": form.all("roles"),
        "outlets": form.all("outlets"),
        "some": form.text("which") == "some",
    }


def _own(ask: AskContext) -> int:
    return people.within(ask, ask.scope.company_id)


def _told(ask: AskContext, mistake: UserError) -> Mapping[str, str]:
    """What is wrong, by field. Raises `mistake` itself where it names none."""
    if not mistake.fields:
        raise mistake
    return {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
