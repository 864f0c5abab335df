"""What the played 1C remembers, in a file of its own: a 1C that forgets over a restart is none."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

_TABLES = (
    "create table if not exists fact (name text primary key, value text not null)",
    """
    create table if not exists document (
        id text primary key, number text not null, serial integer not null, state text not null,
        version integer not null default 0, sent integer not null default 0,
        heard integer not null default 0, due real)
    """,
    # What the portal has told of an order; `amended`: its lines are those of 1C.
    """
    create table if not exists told (
        id text primary key, order_number text not null, content text not null,
        amended integer not null default 0)
    """,
    # What 1C has to say besides states; its text is dropped when the portal has it.
    """
    create table if not exists letter (
        serial integer primary key autoincrement, id text not null unique, name text not null,
        entity text not null, at text not null, record text not null,
        sent integer not null default 0, said text not null default '')
    """,
    "create table if not exists account (tax_id text primary key, content text not null)",
    """
    create table if not exists stock (
        product text not null, place text not null, quantity text not null,
        primary key (product, place))
    """,
    "create table if not exists goods (product text primary key, sku text not null, vat text)",
    """
    create table if not exists price_list (
        id text primary key, currency text not null, vat_included integer not null)
    """,
    # `now` is 0 for what was a price once.
    """
    create table if not exists priced (
        product text not null, list text not null, min_quantity text not null, price text not null,
        now integer not null, primary key (product, list, min_quantity, price))
    """,
    "create table if not exists place (id text primary key, name text not null)",
    # What has changed since the last export of goods: a product, and its list or place.
    """
    create table if not exists unsaid (
        name text not null, product text not null, at text not null,
        primary key (name, product, at))
    """,
)
_FIELDS = "id, number, serial, state, version, sent, heard, due"


class Impossible(Exception):
    """What was asked for cannot be done; its text says why."""


class Kept(Struct, frozen=True):
    """A document as 1C has it. `version` grows with each change made here, `sent` is the newest
    that the portal has answered for. `heard` counts how often the portal has told of it; `due` is
    when it moves on, in seconds of the epoch, None for never.
    """

    id: str
    number: str
    serial: int
    state: str
    version: int
    sent: int
    heard: int
    due: float | None


class Books:
    """The file; each call is a transaction, so processes may share it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._base: sqlite3.Connection | None = None
        with self.together() as base:
            for table in _TABLES:
                base.execute(table)

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """All within counts as one, or not at all; one inside of another is a part of it."""
        if self._base is not None:
            yield self._base
            return
        base = sqlite3.connect(self._path, timeout=30)
        self._base = base
        try:
            with base:
                base.execute("begin immediate")
                yield base
        finally:
            self._base = None
            base.close()

    @property
    def asleep(self) -> bool:
        """Whether it calls nobody."""
        return self.fact("asleep") == "yes"

    def fact(self, name: str) -> str:
        """Something noted; "" for nothing."""
        with self.together() as base:
            row = base.execute("select value from fact where name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, name: str, value: str) -> None:
        """Note something over what was noted."""
        with self.together() as base:
            base.execute("insert or replace into fact values (?, ?)", (name, value))

    def store(self, documents: Sequence[tuple[str, str, str, float | None]]) -> None:
        """Orders that the portal told of, as (id, number, state, due).

        One that is known already stays one. It keeps its state, unless the portal tells of an end,
        of a payment that it waited for, or that it is being picked.
        """
        with self.together() as base:
            for one in documents:
                base.execute(
                    "insert into document (id, number, state, due, heard, serial)"
                    " values (?, ?, ?, ?, 1, (select count(*) + 1 from document))"
                    " on conflict (id) do update set heard = heard + 1,"
                    " state = case when excluded.state = 'cancelled'"
                    "  or document.state = 'awaiting_payment' or excluded.state = 'picking'"
                    "  and document.state in ('placed', 'confirmed') then excluded.state"
                    "  else document.state end,"
                    " due = case when excluded.state = 'cancelled' then null"
                    "  when document.state = 'awaiting_payment' or excluded.state = 'picking'"
                    "  and document.state in ('placed', 'confirmed') then excluded.due"
                    "  else document.due end",
                    one,
                )

    def documents(self) -> Sequence[Kept]:
        """All of them, in the order they came."""
        return self._found("order by serial", ())

    def due(self, now: float) -> Sequence[Kept]:
        """Those that move on now."""
        return self._found("where due <= ? order by serial", (now,))

    def untold(self) -> Sequence[Kept]:
        """Those whose newest version the portal does not have."""
        return self._found("where version > sent order by serial", ())

    def move(self, one: Kept, state: str, due: float | None) -> None:
        """A new version of a document, unless it has changed meanwhile."""
        with self.together() as base:
            base.execute(
                "update document set state = ?, due = ?, version = version + 1"
                " where id = ? and version = ? and state = ?",
                (state, due, one.id, one.version, one.state),
            )

    def told(self, documents: Sequence[Kept]) -> None:
        """The portal has these versions."""
        with self.together() as base:
            base.executemany(
                "update document set sent = max(sent, ?) where id = ?",
                [(one.version, one.id) for one in documents],
            )

    def _found(self, where: str, values: tuple[float, ...]) -> Sequence[Kept]:
        with self.together() as base:
            rows = base.execute(f"select {_FIELDS} from document {where}", values).fetchall()
        return [Kept(*row) for row in rows]
