"""What 1C has to say besides the states of orders: records of the portal's inbound names.

A letter is in the books before it is sent, under an id that the same thing always has, so that
nothing is said twice and nothing is forgotten.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_erp_1c.sim.books import Books

# What the demo is furnished with has versions of its own, below.
FIRST_VERSION = 1000
_MOST = 200


class Letter(Struct, frozen=True):
    """A record for `name`; `at` is when it was true, ISO 8601 with its zone."""

    serial: int
    id: str
    name: str
    entity: str
    at: str
    record: Mapping[str, Any]

    @property
    def version(self) -> int:
        """Grows from letter to letter."""
        return FIRST_VERSION + self.serial


def write(
    books: Books, name: str, entity: str, record: Mapping[str, Any], *, at: datetime, id: str = ""
) -> None:
    """Put a letter into the books; with an `id` that was written before, nothing happens.

    Without one it is a new word on the entity, and gets a version that is above all before.
    """
    with books.together() as base:
        serial = _next(base)
        said = dict(record) if id else {**record, "version": FIRST_VERSION + serial}
        base.execute(
            "insert or ignore into letter (serial, id, name, entity, at, record)"
            " values (?, ?, ?, ?, ?, ?)",
            (
                serial,
                id or f"{name}:{entity}:{serial}",
                name,
                entity,
                at.isoformat(),
                msgspec.json.encode(said, enc_hook=str).decode(),
            ),
        )


def unsent(books: Books) -> Sequence[Letter]:
    """The oldest letters that the portal does not have."""
    with books.together() as base:
        rows = base.execute(
            "select serial, id, name, entity, at, record from letter where sent = 0"
            f" order by serial limit {_MOST}"
        ).fetchall()
    return [
        Letter(serial, id, name, entity, at, msgspec.json.decode(record))
        for serial, id, name, entity, at, record in rows
    ]


def sent(books: Books, letters: Sequence[Letter], refused: Mapping[int, str]) -> None:
    """The portal has them; `refused`: why some had no effect, by their places."""
    with books.together() as base:
        base.executemany(
            "update letter set sent = 1, record = '', said = ? where serial = ?",
            [(refused.get(place, ""), one.serial) for place, one in enumerate(letters)],
        )


def refusals(books: Books) -> Sequence[str]:
    """What the portal did not take, the newest five."""
    with books.together() as base:
        rows = base.execute(
            "select id, said from letter where said <> '' order by serial desc limit 5"
        ).fetchall()
    return [f"{row[0]}: {row[1]}" for row in rows]


def waiting(books: Books) -> int:
    """How many letters the portal does not have."""
    with books.together() as base:
        return int(base.execute("select count(*) from letter where sent = 0").fetchone()[0])


def _next(base: sqlite3.Connection) -> int:
    found = base.execute("select coalesce(max(serial), 0) + 1 from letter").fetchone()
    return int(found[0])
