"""Passwords: Argon2id, off the event loop, and the same work for an unknown person."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to store."""
    return _HASHER.hash(password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; without a stored hash the same time passes."""
    return await asyncio.to_thread(_verify, stored, password)


def _verify(stored: str | None, password: str) -> bool:
    try:
        fits = _HASHER.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return fits and stored is not None
