"""A forgotten password: a link by mail, good once and for half an hour.

The page queues the same task for every e-mail, known or not, so that its answer tells nothing. The
worker makes the token when it mails it: the database holds its hash, and the queue nothing of it.
"""

import secrets
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.devices import forget_devices
from fondaco.identity.door import ACCOUNT
from fondaco.identity.sessions import close_all_sessions, key_hash
from fondaco.notifications.letters import Letter, send_later
from fondaco.notifications.post import post
from fondaco.web.catalogues import translators
from fondaco.web.limits import forget

RESET_TASK = "identity.reset"
MOST_AN_HOUR = 3

_KNOWN: TextClause = text(
    "select id, name, email, locale from fondaco.user_account"
    " where lower(email) = lower(:email) and active"
)
# Whoever asks again and again fills nobody's letter box.
_KEEP: TextClause = text(
    """
    insert into fondaco.password_reset (token_hash, user_id, expires_at)
    select :hash, u.id, now() + interval '30 minutes' from fondaco.user_account u
     where u.id = :user
       and (select count(*) from fondaco.password_reset r
             where r.user_id = u.id and r.created_at > now() - interval '1 hour') < :most
    """
)
_OWNER: TextClause = text(
    """
    select u.id, u.name, u.email, u.locale
      from fondaco.password_reset r
      join fondaco.user_account u on u.id = r.user_id and u.active
     where r.token_hash = :hash and r.used_at is null and r.expires_at > now()
    """
)
_USE: TextClause = text(
    """
    update fondaco.password_reset r set used_at = now()
      from fondaco.user_account u
     where r.token_hash = :hash and r.used_at is null and r.expires_at > now()
       and u.id = r.user_id and u.active
    returning u.id, u.name, u.email, u.locale
    """
)
_USE_OTHERS: TextClause = text(
    "update fondaco.password_reset set used_at = now() where user_id = :user and used_at is null"
)
_SET: TextClause = text("update fondaco.user_account set password_hash = :hash where id = :user")


class Forgotten(Struct, frozen=True):
    """The payload of the task: what was typed."""

    email: str


async def ask_for_link(act: ActContext, email: str) -> None:
    """Queue the letter, whoever that is; a second one that still waits is dropped."""
    await act.enqueue(RESET_TASK, Forgotten(email), key=email.lower())


async def mail_reset(job: JobContext, payload: Forgotten) -> None:
    """The task `identity.reset`: make a token and mail it, if there is such a person.

    A person gets three letters an hour at most.
    """
    found = await job.ask().fetch(_KNOWN, {"email": payload.email})
    if not found:
        return
    token = secrets.token_urlsafe(32)
    async with job.act() as act:
        kept = await act.execute(
            _KEEP, {"hash": key_hash(token), "user": found[0].id, "most": MOST_AN_HOUR}
        )
    if not kept:
        return
    link = f"{job.hall.settings.site.url.rstrip('/')}/reset?token={token}"
    await post(job.hall, _letter(job.ask(), "reset", found[0], link))


async def owner_of(ask: AskContext, token: str) -> Any | None:
    """Whose link this is: id, name, email, locale; None if it is good no more."""
    rows = await ask.fetch(_OWNER, {"hash": key_hash(token)})
    return rows[0] if rows else None


async def set_password(act: ActContext, token: str, password_hash: str) -> int | None:
    """Use the link; whose it was, None if it is used.

    The password is new, every session has ended, no device is known, and the owner is told. Tries
    are counted anew: whoever reads the letters of the account may sign in at once.
    """
    rows = await act.fetch(_USE, {"hash": key_hash(token)})
    if not rows:
        return None
    person = rows[0]
    await act.execute(_USE_OTHERS, {"user": person.id})
    await act.execute(_SET, {"hash": password_hash, "user": person.id})
    await close_all_sessions(act.connection, person.id)
    await forget_devices(act, person.id)
    await forget(act, ACCOUNT.of(person.email.lower()))
    link = f"{act.hall.settings.site.url.rstrip('/')}/forgot"
    await send_later(act, _letter(act, "changed", person, link))
    await act.audit("password.reset", f"user:{person.id}", None, None)
    return int(person.id)


def _letter(ask: AskContext, kind: str, person: Any, link: str) -> Letter:
    tr = translators(ask.hall.registry)[person.locale]
    site = ask.hall.settings.site.name
    words = tr(f"identity.mail.{kind}_text", name=person.name, email=person.email, link=link)
    subject = tr(f"identity.mail.{kind}_subject", site=site)
    return Letter(person.email, subject, words, person.locale)
