"""Known devices: a browser in which somebody signed in before, told by a key in a cookie.

Strangers' tries count against the account. The owner's device has a count of its own, so that
nobody is locked out by others. The key opens nothing: the password is asked for all the same.
"""

import secrets

from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco.identity.sessions import key_hash

COOKIE = "device"
DAYS = 400

_MOVE: TextClause = text(
    "update fondaco.known_device set key_hash = :new where key_hash = :old and expires_at > now()"
)
_KNOW: TextClause = text(
    """
    insert into fondaco.known_device (key_hash, user_id, expires_at)
    values (:new, :user, now() + make_interval(days => cast(:days as int)))
    on conflict (key_hash, user_id) do update set expires_at = excluded.expires_at
    """
)
_FORGET: TextClause = text("delete from fondaco.known_device where user_id = :user")


async def know_device(act: ActContext, user_id: int, old: str | None) -> str:
    """From now on this browser is known for the user; returns its new key.

    The key changes each time, for everybody the browser is known for: one that was planted, or
    copied, is worth nothing after the next sign-in.
    """
    new = secrets.token_urlsafe(32)
    if old:
        await act.execute(_MOVE, {"old": key_hash(old), "new": key_hash(new)})
    await act.execute(_KNOW, {"new": key_hash(new), "user": user_id, "days": DAYS})
    return new


async def forget_devices(act: ActContext, user_id: int) -> None:
    """No device is known for the user any more."""
    await act.execute(_FORGET, {"user": user_id})
