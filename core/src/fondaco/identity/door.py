"""The door: whether an e-mail and a password let somebody in, and how often one may try.

The same work is done, and the same is counted, for an account that does not exist.
"""

import logging

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.passwords import verify_password
from fondaco.identity.sessions import key_hash
from fondaco.web.address import neighbourhood
from fondaco.web.limits import Counter, Limit, Over, count_try, forget, give_back

log = logging.getLogger("fondaco.identity")

ACCOUNT = Limit("account", 10, 15)
ADDRESS = Limit("address", 20, 15)
DEVICE = Limit("device", 10, 15)
FORGOTTEN = Limit("forgotten", 10, 15)
LONGEST_EMAIL = 254

_PERSON: TextClause = text(
    """
    select u.id, u.password_hash,
           exists (select 1 from fondaco.known_device d
                    where d.key_hash = :device and d.user_id = u.id and d.expires_at > now())
      from fondaco.user_account u
     where lower(u.email) = :email and u.active
    """
)


class Knock(Struct, frozen=True):
    """A try: what was typed, and from where. `device` is the key in the browser's cookie."""

    email: str
    password: str
    address: str
    device: str = ""


class Entry(Struct, frozen=True):
    """Who may come in, and what was counted until it was clear."""

    user_id: int
    counted: tuple[Counter, ...]


def typed_email(typed: str) -> str:
    """The e-mail as it was typed, no longer than one can be; PostgreSQL takes no NUL."""
    return typed.replace("\0", "")[:LONGEST_EMAIL]


async def knock(ask: AskContext, door: Knock) -> Entry | Over | None:
    """Who that is; `Over` if too much was tried; None if the password does not fit."""
    email = door.email.lower()
    rows = await ask.fetch(_PERSON, {"email": email, "device": key_hash(door.device)})
    user_id, stored, known = rows[0] if rows else (None, None, False)
    counters = _counters(door, email, known=known)
    if over := await count_try(ask, *counters):
        await _note(ask, over, user_id, email)
        return over
    if not await verify_password(stored, door.password) or user_id is None:
        return None
    return Entry(user_id, counters)


async def settle(act: ActContext, entry: Entry) -> None:
    """Somebody came in: the account's, or the device's, count begins anew.

    The address keeps the count of its failures, or one's own account would pay for many others.
    """
    for counter in reversed(entry.counted):
        if counter.limit is ADDRESS:
            await give_back(act, counter)
        else:
            await forget(act, counter)


def _counters(door: Knock, email: str, *, known: bool) -> tuple[Counter, ...]:
    # By address first: an address that is over its limit cannot lock further accounts.
    if known:
        return (DEVICE.of(f"{door.device}:{email}"),)
    return (ADDRESS.of(neighbourhood(door.address)), ACCOUNT.of(email))


async def _note(ask: AskContext, over: Over, user_id: int | None, email: str) -> None:
    """Once a window."""
    if not over.just_now:
        return
    if over.counter.limit is ADDRESS:
        log.warning("an address has reached the limit of tries to sign in")
        return
    subject = f"email:{email}" if user_id is None else f"user:{user_id}"
    async with ask.act() as act:
        await act.audit("sign_in.limited", subject, None, {"minutes": over.minutes})
