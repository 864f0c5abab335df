"""Sessions: a random key in a cookie, its hash in the database, a new key at every sign-in.

A key that the database does not know is nobody's: it is never taken over. Only the hash is stored,
so a dump of the database opens no session.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause, bindparam, delete, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from fondaco.identity.tables import user_session

COOKIE = "sid"
_REMEMBER: TextClause = text(
    "update fondaco.user_session set data = data || :data where key_hash = :hash"
).bindparams(bindparam("data", type_=JSONB))


def key_hash(key: str) -> bytes:
    """What is stored of a session key."""
    return hashlib.sha256(key.encode()).digest()


async def open_session(
    connection: AsyncConnection,
    user_id: int,
    days: int,
    *,
    replaces: str | None,
    data: Mapping[str, Any] | None = None,
) -> str:
    """A new session of a user; the one it replaces dies. Returns the key for the cookie.

    `data` is what it remembers from the start; nothing of the one it replaces is taken over.
    """
    if replaces:
        await close_session(connection, replaces)
    key = secrets.token_urlsafe(32)
    await connection.execute(
        insert(user_session).values(
            key_hash=key_hash(key),
            user_id=user_id,
            data=dict(data or {}),
            expires_at=text("now() + make_interval(days => :days)").bindparams(days=days),
        )
    )
    return key


async def close_session(connection: AsyncConnection, key: str) -> None:
    """End a session, on every process at once."""
    await connection.execute(delete(user_session).where(user_session.c.key_hash == key_hash(key)))


async def close_all_sessions(connection: AsyncConnection, user_id: int) -> None:
    """End every session of a user: sign-out everywhere, password change, blocking."""
    await connection.execute(delete(user_session).where(user_session.c.user_id == user_id))


async def remember(connection: AsyncConnection, key: str, data: Mapping[str, Any]) -> None:
    """Keep something for the session beside the rest: the acting legal entity or outlet."""
    await connection.execute(_REMEMBER, {"hash": key_hash(key), "data": dict(data)})
