"""From an invitation to an account: the letter with its link, and what following it does.

The worker makes the token when it mails it, as with a forgotten password: the database holds its
hash, and the queue nothing of it. A link is good once and for seven days.
"""

import secrets
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.people import Invited
from fondaco.identity.sessions import key_hash
from fondaco.notifications.letters import Letter
from fondaco.notifications.post import post
from fondaco.web.catalogues import translators

DAYS = 7

_TO_MAIL: TextClause = text(
    """
    select i.id, i.name, i.email, i.locale, c.name as company, coalesce(b.name, '') as inviter,
           exists (select 1 from fondaco.user_account u
                    where lower(u.email) = lower(i.email)) as taken
      from fondaco.invitation i
      join fondaco.company c on c.id = i.company_id
      left join fondaco.user_account b on b.id = i.invited_by
     where i.id = :id
    """
)
_SENT: TextClause = text(
    """
    update fondaco.invitation
       set token_hash = :hash, sent_at = now(),
           expires_at = now() + make_interval(days => cast(:days as int))
     where id = :id
    """
)
_GOOD = """
    select i.id, i.company_id, i.name, i.email, i.roles, i.external_id, c.name as company
      from fondaco.invitation i join fondaco.company c on c.id = i.company_id
     where i.token_hash = :hash and i.expires_at > now()
"""
_READ: TextClause = text(_GOOD)
_TAKE: TextClause = text(f"{_GOOD} for update of i")
_JOIN: TextClause = text(
    """
    insert into fondaco.user_account
        (uuid, company_id, email, name, password_hash, roles, locale, external_id)
    values (:uuid, :company, :email, :name, :hash, :roles, :locale, :external_id)
    on conflict (lower(email)) do nothing
    returning id
    """
)
_BIND: TextClause = text(
    "insert into fondaco.user_outlet (user_id, outlet_id)"
    " select :user, outlet_id from fondaco.invitation_outlet where invitation_id = :id"
)
_DONE: TextClause = text("delete from fondaco.invitation where id = :id")


class Joined(Struct, frozen=True):
    """What following a link came to: an account; or None where the e-mail has one already."""

    user_id: int | None


async def mail_invitation(job: JobContext, payload: Invited) -> None:
    """The task `identity.invite`. An e-mail with an account gets a letter that says so, no link."""
    found = await job.ask().fetch(_TO_MAIL, {"id": payload.invitation_id})
    if not found:
        return
    invited = found[0]
    token = secrets.token_urlsafe(32)
    async with job.act() as act:
        values = {"hash": None if invited.taken else key_hash(token), "days": DAYS}
        kept = await act.execute(_SENT, {"id": invited.id, **values})
    if kept:
        link = f"{job.hall.settings.site.url.rstrip('/')}/invitation?token={token}"
        await post(job.hall, _letter(job.ask(), invited, link))


async def invitation_of(ask: AskContext, token: str) -> Any | None:
    """What the link invites to: company, name, email; None if it is good no more."""
    rows = await ask.fetch(_READ, {"hash": key_hash(token)})
    return rows[0] if rows else None


async def join(act: ActContext, token: str, name: str, password_hash: str) -> Joined | None:
    """Use the link: an account with the roles and outlets it was made for. None if it is used."""
    rows = await act.fetch(_TAKE, {"hash": key_hash(token)})
    if not rows:
        return None
    invited = rows[0]
    values = {
        "uuid": uuid7(),
        "company": invited.company_id,
        "email": invited.email,
        "name": name,
        "hash": password_hash,
        "roles": invited.roles,
        "locale": act.locale,
        "external_id": invited.external_id,
    }
    made = await act.fetch(_JOIN, values)
    if not made:
        return Joined(None)
    await act.execute(_BIND, {"user": made[0].id, "id": invited.id})
    await act.execute(_DONE, {"id": invited.id})
    after = {"company": invited.company_id, "roles": invited.roles}
    await act.audit("person.join", f"user:{made[0].id}", None, after)
    return Joined(made[0].id)


def _letter(ask: AskContext, invited: Any, link: str) -> Letter:
    tr = translators(ask.hall.registry)[invited.locale]
    site = ask.hall.settings.site.name
    kind = "taken" if invited.taken else "invited"
    words = tr(
        f"identity.mail.{kind}_text",
        name=invited.name,
        email=invited.email,
        company=invited.company,
        inviter=invited.inviter or site,
        site=site,
        link=link,
    )
    subject = tr(f"identity.mail.{kind}_subject", company=invited.company, site=site)
    return Letter(invited.email, subject, words, invited.locale)
