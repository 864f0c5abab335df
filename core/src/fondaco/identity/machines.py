"""Machines: programs with a login and a password of their own, as an ERP that calls the portal.

The password is made here, shown once and stored as a hash. It has 144 random bits, so a quick hash
is enough, and tries are limited by address alone: who does not know it could otherwise lock out
the machine that does. After the first call a pass in a cookie takes its place.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, func, insert, select, text, update
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext, AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import MACHINE_SIDE
from fondaco.identity.sessions import key_hash
from fondaco.identity.tables import machine
from fondaco.identity.who import GUEST, Identity
from fondaco.web.address import neighbourhood
from fondaco.web.limits import Limit, count_try, give_back
from fondaco_sdk.errors import Conflict, NotFound, TooMany
from fondaco_sdk.types.actor import Actor, ActorKind, Scope
from fondaco_sdk.types.reason import Reason

LONGEST_LOGIN = 60
TRIES = Limit("machine", 10, 15)

# A session may last for days, and each call is a sign of life; once a minute is often enough.
_BY_PASS: TextClause = text(
    """
    with found as (
        select m.id, m.login, m.used_at
          from fondaco.machine_pass p join fondaco.machine m on m.id = p.machine_id
         where p.key_hash = :hash and p.expires_at > clock_timestamp() and m.revoked_at is null
    ), used as (
        update fondaco.machine m set used_at = clock_timestamp() from found
         where m.id = found.id and m.used_at < clock_timestamp() - interval '1 minute'
    )
    select login from found
    """
)
_BY_LOGIN: TextClause = text(
    """
    select login, secret_hash from fondaco.machine
     where lower(login) = lower(:login) and revoked_at is null
    """
)
_PASS: TextClause = text(
    """
    with used as (
        update fondaco.machine set used_at = clock_timestamp()
         where lower(login) = lower(:login) and revoked_at is null returning id
    )
    insert into fondaco.machine_pass (key_hash, machine_id, expires_at)
    select :hash, id,
           clock_timestamp() + make_interval(secs => cast(:seconds as double precision))
      from used
    """
)


class MachineRow(Struct, frozen=True):
    """A machine as the administrator sees it; times are aware UTC."""

    uuid: UUID
    login: str
    name: str
    created_at: datetime
    used_at: datetime | None


class Machines:
    """The passes of the machine that asks."""

    def __init__(self, act: ActContext) -> None:
        self._act = act

    async def new_pass(self, lasts: timedelta) -> str:
        """A pass for the machine that asks; the others of it stay."""
        key = secrets.token_urlsafe(24)
        values = {
            "login": self._act.actor.name,
            "hash": key_hash(key),
            "seconds": lasts.total_seconds(),
        }
        await self._act.execute(_PASS, values)
        return key


async def by_pass(hall: Hall, key: str) -> Identity:
    """The machine of a pass; a guest if it is unknown, over, or of one that was revoked."""
    async with hall.database.reading.connect() as connection:
        row = (await connection.execute(_BY_PASS, {"hash": key_hash(key)})).first()
    return GUEST if row is None else _identity(row.login)


async def by_password(ask: AskContext, header: str, address: str) -> Identity:
    """The machine of an `Authorization: Basic`; a guest if it does not fit.

    Raises `TooMany` where an address has tried too often.
    """
    login, password = _said(header)
    if not login:
        return GUEST
    counter = TRIES.of(neighbourhood(address))
    if over := await count_try(ask, counter):
        raise TooMany(_too_many(over.minutes), over.seconds)
    rows = await ask.fetch(_BY_LOGIN, {"login": login})
    stored = rows[0].secret_hash if rows else b""
    if not hmac.compare_digest(stored, _hash(password)):
        return GUEST
    async with ask.act() as act:
        await give_back(act, counter)
    return _identity(rows[0].login)


async def make_machine(act: ActContext, login: str, name: str) -> str:
    """A new machine; returns its password, which is seen only now. Raises `Conflict`."""
    if await act.fetch(_BY_LOGIN, {"login": login}):
        raise Conflict(_TAKEN)
    password = secrets.token_urlsafe(18)
    await act.execute(
        insert(machine),
        {
            "uuid": uuid7(),
            "login": login,
            "name": name,
            "secret_hash": _hash(password),
            "created_by": act.actor.user_id,
        },
    )
    await act.audit("machine.make", f"machine:{login}", None, {"name": name})
    return password


async def machines_of(ask: AskContext) -> Sequence[MachineRow]:
    """The machines that may call, newest first. One statement."""
    columns = (machine.c[name] for name in MachineRow.__struct_fields__)
    rows = await ask.fetch(
        select(*columns).where(machine.c.revoked_at.is_(None)).order_by(machine.c.id.desc())
    )
    return tuple(MachineRow(*row) for row in rows)


async def revoke_machine(act: ActContext, uuid: UUID) -> None:
    """End its password and its passes, at once and everywhere. Raises `NotFound`."""
    touched = await act.execute(
        update(machine)
        .where(machine.c.uuid == uuid, machine.c.revoked_at.is_(None))
        .values(revoked_at=func.now())
    )
    if not touched:
        raise NotFound(Reason("machine.absent", "Такого доступа нет", "There is no such access"))
    await act.audit("machine.revoke", f"machine:{uuid}", None, None)


def _identity(login: str) -> Identity:
    actor = Actor(ActorKind.ERP, None, login, "", frozenset(MACHINE_SIDE))
    return Identity(actor, Scope.all_companies())


def _hash(password: str) -> bytes:
    return key_hash(f"machine:{password}")


def _said(header: str) -> tuple[str, str]:
    """Login and password; 1C sends them in UTF-8 or in windows-1251."""
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        raw = base64.b64decode(coded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return "", ""
    try:
        plain = raw.decode("utf-8")
    except UnicodeDecodeError:
        plain = raw.decode("windows-1251", "replace")
    login, _, password = plain.replace("\0", "").partition(":")
    return login[:LONGEST_LOGIN], password[:200]


def _too_many(minutes: int) -> Reason:
    return Reason(
        "machine.too_many",
        f"Слишком много попыток входа. Повторите через {minutes} мин",
        f"Too many tries to sign in. Try again in {minutes} min",
    )


_TAKEN = Reason(
    "machine.taken",
    "Доступ с таким логином уже есть",
    "There is an access with this login already",
)
