"""Doors with a counter on the hash function, and with one guard taken off.

Each comparison with a password's hash adds a byte to the file named by `HASHES_FILE`, which all
processes share. A door without its guard is a negative control: it must fail its promise.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from litestar.types import ASGIApp
from sqlalchemy import text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity import door, reset, reset_pages
from fondaco.identity.passwords import verify_password
from fondaco.serve import application
from fondaco.web.limits import Counter, Over

HASHES_FILE = "HASHES_FILE"

_READ = text("select tries from fondaco.attempt where kind = :kind and subject = :subject")
_WRITE = text(
    "insert into fondaco.attempt (kind, subject, tries, ends_at)"
    " values (:kind, :subject, :tries, now() + interval '15 minutes')"
    " on conflict (kind, subject) do update set tries = excluded.tries"
)


def counted() -> ASGIApp:
    """S09: every guard is on."""
    real = PasswordHasher.verify
    file = Path(os.environ[HASHES_FILE])

    def verify(self: PasswordHasher, stored: Any, password: Any) -> Any:
        with file.open("ab") as counter:
            counter.write(b".")
        return real(self, stored, password)

    PasswordHasher.verify = verify  # type: ignore[method-assign]
    return application()


def without_limits() -> ASGIApp:
    """S09: nobody counts."""

    async def count_try(ask: AskContext, *counters: Counter) -> Over | None:
        return None

    door.count_try = count_try
    return counted()


def counting_in_two_steps() -> ASGIApp:
    """S09: reads the count, thinks, and writes what it read plus one."""

    async def count_try(ask: AskContext, *counters: Counter) -> Over | None:
        for counter in counters:
            rows = await ask.fetch(_READ, counter.key)
            tries = rows[0].tries if rows else 0
            if tries >= counter.limit.most:
                return Over(counter, 60, just_now=False)
            await asyncio.sleep(0.01)
            async with ask.act() as act:
                await act.execute(_WRITE, {**counter.key, "tries": tries + 1})
        return None

    door.count_try = count_try
    return counted()


def without_work_for_nobody() -> ASGIApp:
    """S10: where there is no account, no hash is computed."""

    async def verify(stored: str | None, password: str) -> bool:
        return stored is not None and await verify_password(stored, password)

    door.verify_password = verify
    return application()


def saying_who_is_there() -> ASGIApp:
    """S10: where there is no account, /forgot says so, as an error."""
    real = reset.ask_for_link

    async def ask_for_link(act: ActContext, email: str) -> None:
        if not await act.fetch(reset._KNOWN, {"email": email}):
            raise LookupError("nobody has this e-mail")
        await real(act, email)

    reset_pages.ask_for_link = ask_for_link
    return application()


def looking_at_links_first() -> ASGIApp:
    """S08: looks whether the link was used, thinks, and marks it then."""

    async def set_password(act: ActContext, token: str, password_hash: str) -> int | None:
        found = await reset.owner_of(act, token)
        if found is None:
            return None
        await asyncio.sleep(0.5)
        await act.execute(reset._USE_OTHERS, {"user": found.id})
        await act.execute(reset._SET, {"hash": password_hash, "user": found.id})
        return int(found.id)

    reset_pages.set_password = set_password
    return application()
