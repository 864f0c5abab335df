"""Passwords: Argon2id, off the event loop, and the same work for an unknown person."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from fondaco_sdk.types.reason import Reason

SHORTEST = 10
LONGEST = 200
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """The hash to store."""
    return _HASHER.hash(password)


def unfit(password: str, email: str) -> Reason | None:
    """Why this cannot be a new password."""
    if len(password) < SHORTEST:
        return Reason(
            "password.short",
            f"Нужно не меньше {SHORTEST} знаков",
            f"At least {SHORTEST} characters are needed",
        )
    if len(password) > LONGEST:
        return Reason(
            "password.long",
            f"Нужно не больше {LONGEST} знаков",
            f"At most {LONGEST} characters, please",
        )
    if password.strip().lower() == email.strip().lower():
        return Reason(
            "password.is_email",
            "Пароль не может совпадать с почтой",
            "The password cannot be the e-mail",
        )
    return None


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; without a stored hash the same time passes."""
    return await asyncio.to_thread(_verify, stored, password)


def _verify(stored: str | None, password: str) -> bool:
    try:
        fits = _HASHER.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return fits and bool(stored)
