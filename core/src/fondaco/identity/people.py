"""The people of a company: invited, changed, deactivated.

For the company's administrator and for staff alike: each verb takes the company and refuses one
outside the scope as if it were not there. Which route may call them is the route's policy.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity import person_rules as rules
from fondaco.identity.devices import forget_devices
from fondaco.identity.people_queries import ADMIN, Person, outlets_of, people_of
from fondaco.identity.sessions import close_all_sessions
from fondaco.web.limits import Limit, count_try
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason

INVITE_TASK = "identity.invite"
LETTERS = Limit("invitations", 100, 60)

# Whoever changes who administers the company waits here for whoever does so already.
_LOCK: TextClause = text("select id from fondaco.company where id = :company for no key update")
_MEMBER: TextClause = text(
    "select active from fondaco.user_account"
    " where company_id = :company and lower(email) = lower(:email)"
)
_INVITE: TextClause = text(
    """
    insert into fondaco.invitation (uuid, company_id, email, name, roles, locale, invited_by)
    values (:uuid, :company, :email, :name, :roles, :locale, :by)
    on conflict (company_id, lower(email)) do nothing
    returning id
    """
)
_BIND_INVITED: TextClause = text(
    "insert into fondaco.invitation_outlet (invitation_id, outlet_id)"
    " select :owner, outlet from unnest(cast(:outlets as bigint[])) outlet"
)
_INVITATION: TextClause = text(
    "select id, email from fondaco.invitation where company_id = :company and uuid = :uuid"
)
_UNSEND: TextClause = text(
    "update fondaco.invitation set token_hash = null, sent_at = null, expires_at = null,"
    " held = false"
    " where id = :id"
)
_WITHDRAW: TextClause = text(
    "delete from fondaco.invitation where company_id = :company and uuid = :uuid returning email"
)
_CHANGE: TextClause = text(
    "update fondaco.user_account set name = :name, roles = :roles where id = :id"
)
_UNBIND: TextClause = text("delete from fondaco.user_outlet where user_id = :owner")
_BIND: TextClause = text(
    "insert into fondaco.user_outlet (user_id, outlet_id)"
    " select :owner, outlet from unnest(cast(:outlets as bigint[])) outlet"
)
_ACTIVE: TextClause = text("update fondaco.user_account set active = :active where id = :id")
_REVOKE: TextClause = text(
    "update fondaco.api_token set revoked_at = now() where user_id = :id and revoked_at is null"
)


class Invited(Struct, frozen=True):
    """The payload of the task that mails an invitation."""

    invitation_id: int


class Role(Struct, frozen=True):
    """What somebody is to be. `outlets` None: every outlet, also those to come."""

    name: str
    roles: Sequence[str]
    outlets: Sequence[UUID] | None


async def invite(act: ActContext, company_id: int, email: str, role: Role) -> None:
    """Invite somebody by letter. Raises `UserError` by field, `NotFound` for a foreign outlet.

    Whether the e-mail has an account elsewhere is not told here, but to its owner in the letter.
    """
    within(act, company_id)
    mistakes = rules.role_mistakes(role.name, role.roles, role.outlets)
    if reason := rules.unfit_email(email):
        mistakes["email"] = reason
    if mistakes:
        raise UserError(rules.WRONG, mistakes)
    member = await act.fetch(_MEMBER, {"company": company_id, "email": email})
    if member:
        raise _refused("email", rules.MEMBER if member[0].active else rules.FORMER)
    outlets = await _outlets(act, company_id, role.outlets)
    values = {
        "uuid": uuid7(),
        "company": company_id,
        "email": email,
        "name": role.name,
        "roles": list(role.roles),
        "locale": act.locale,
        "by": act.actor.user_id,
    }
    rows = await act.fetch(_INVITE, values)
    if not rows:
        raise _refused("email", rules.INVITED)
    await _count_letter(act, company_id)
    await act.execute(_BIND_INVITED, {"owner": rows[0].id, "outlets": outlets})
    await _mail(act, rows[0].id)
    after = {"company": company_id, "roles": list(role.roles), "outlets": outlets}
    await act.audit("person.invite", f"email:{email}", None, after)


async def send_again(act: ActContext, company_id: int, uuid: UUID) -> None:
    """A letter with a new link; that of a letter before is dead at once."""
    within(act, company_id)
    rows = await act.fetch(_INVITATION, {"company": company_id, "uuid": uuid})
    if not rows:
        raise _absent()
    await _count_letter(act, company_id)
    await act.execute(_UNSEND, {"id": rows[0].id})
    await _mail(act, rows[0].id)
    await act.audit("person.invite_again", f"email:{rows[0].email}", None, None)


async def withdraw(act: ActContext, company_id: int, uuid: UUID) -> None:
    """Take an invitation back; its link is dead at once."""
    within(act, company_id)
    rows = await act.fetch(_WITHDRAW, {"company": company_id, "uuid": uuid})
    if not rows:
        raise _absent()
    await act.audit("person.withdraw", f"email:{rows[0].email}", None, None)


async def change(act: ActContext, company_id: int, uuid: UUID, role: Role) -> None:
    """Name, roles and outlets of somebody; in force with their next request.

    Raises `UserError` by field; one of them keeps the company its last administrator.
    """
    person, people = await _locked(act, company_id, uuid)
    mistakes = rules.role_mistakes(role.name, role.roles, role.outlets)
    if ADMIN not in role.roles and _alone(person, people):
        mistakes["roles"] = rules.LAST_ADMIN
    if mistakes:
        raise UserError(rules.WRONG, mistakes)
    outlets = await _outlets(act, company_id, role.outlets)
    await act.execute(_CHANGE, {"id": person.id, "name": role.name, "roles": list(role.roles)})
    await act.execute(_UNBIND, {"owner": person.id})
    await act.execute(_BIND, {"owner": person.id, "outlets": outlets})
    before = {"roles": person.roles, "outlets": [one.uuid for one in person.outlets]}
    after = {"roles": role.roles, "outlets": role.outlets or []}
    await act.audit("person.change", f"user:{person.id}", before, after)


async def deactivate(act: ActContext, company_id: int, uuid: UUID) -> None:
    """Let somebody in no more: sessions and tokens end at once, on every process.

    Raises `Conflict` for oneself and for the last administrator.
    """
    person, people = await _locked(act, company_id, uuid)
    if person.id == act.actor.user_id:
        raise Conflict(rules.ONESELF)
    if _alone(person, people):
        raise Conflict(rules.LAST_ADMIN)
    await act.execute(_ACTIVE, {"id": person.id, "active": False})
    await close_all_sessions(act.connection, person.id)
    await act.execute(_REVOKE, {"id": person.id})
    await forget_devices(act, person.id)
    await act.audit("person.deactivate", f"user:{person.id}", {"active": person.active}, None)


async def activate(act: ActContext, company_id: int, uuid: UUID) -> None:
    """Let somebody in again, with the password of before."""
    person, _ = await _locked(act, company_id, uuid)
    await act.execute(_ACTIVE, {"id": person.id, "active": True})
    await act.audit("person.activate", f"user:{person.id}", {"active": person.active}, None)


def within(ask: AskContext, company_id: int | None) -> int:
    """The company, if it is in the scope. Raises `NotFound` as for one that is not there."""
    if company_id is None or not (ask.scope.everything or ask.scope.company_id == company_id):
        raise _absent()
    return company_id


async def _locked(act: ActContext, company_id: int, uuid: UUID) -> tuple[Person, Sequence[Person]]:
    """The person and everybody of the company, as they stay until this transaction ends."""
    within(act, company_id)
    await act.execute(_LOCK, {"company": company_id})
    people = await people_of(act, company_id)
    person = next((one for one in people if one.uuid == uuid), None)
    if person is None:
        raise _absent()
    return person, people


def _alone(person: Person, people: Sequence[Person]) -> bool:
    """Whether the company would be without an administrator."""
    if not person.active or ADMIN not in person.roles:
        return False
    return not any(one.active and ADMIN in one.roles for one in people if one.id != person.id)


async def _outlets(act: ActContext, company_id: int, wanted: Sequence[UUID] | None) -> list[int]:
    """The inner keys. Raises `NotFound` if one is not the company's."""
    if wanted is None:
        return []
    known = {one.uuid: one.id for one in await outlets_of(act, company_id)}
    if not known.keys() >= set(wanted):
        raise _absent()
    return sorted({known[uuid] for uuid in wanted})


async def _count_letter(act: ActContext, company_id: int) -> None:
    if over := await count_try(act, LETTERS.of(str(company_id))):
        raise _refused("email", rules.too_many_letters(over.minutes))


async def _mail(act: ActContext, invitation_id: int) -> None:
    await act.enqueue(INVITE_TASK, Invited(invitation_id), key=f"invite:{invitation_id}")


def _refused(field: str, reason: Reason) -> UserError:
    return UserError(rules.WRONG, {field: reason})


def _absent() -> NotFound:
    return NotFound(Reason("person.absent", "Такой страницы нет", "There is no such page"))
