"""What the played acquirer remembers, in a file: payments, refunds, and their keys."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

_TABLES = """
create table if not exists thing (id text primary key, kind text not null, body text not null,
    back text not null default '');
create table if not exists asked (key text primary key, request text not null, thing text not null);
"""
_KEPT = ("amount", "description", "metadata")


class Refused(Exception):
    """The call is wrong; its text is YooKassa's code for it."""


class Bank:
    """The file; `home` is where its pages are, such as "http://127.0.0.1:8499"."""

    def __init__(self, path: Path, home: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._home = home
        with closing(sqlite3.connect(path)) as base:
            base.executescript(_TABLES)

    def start(self, key: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        """A payment; the same key gives the same one. Raises `Refused`."""
        with self._open() as base:
            if (known := _asked(base, key, wanted)) is not None:
                return known
            id = str(uuid4())
            payment = {
                "id": id,
                "status": "pending",
                "paid": False,
                "test": True,
                **{name: wanted[name] for name in _KEPT if name in wanted},
                "confirmation": {"type": "redirect", "confirmation_url": f"{self._home}/pay/{id}"},
            }
            _keep(base, key, wanted, "payment", payment, wanted["confirmation"]["return_url"])
            return payment

    def refund(self, key: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        """A refund, of no more than was paid. Raises `Refused`."""
        with self._open() as base:
            if (known := _asked(base, key, wanted)) is not None:
                return known
            payment = _body(base, "payment", wanted["payment_id"])
            if payment is None or payment["status"] != "succeeded":
                raise Refused("invalid_request")
            rows = base.execute("select body from thing where kind = 'refund'").fetchall()
            gone = sum(
                Decimal(one["amount"]["value"])
                for one in map(json.loads, (row[0] for row in rows))
                if one["payment_id"] == payment["id"]
            )
            if gone + Decimal(wanted["amount"]["value"]) > Decimal(payment["amount"]["value"]):
                raise Refused("invalid_request")
            refund = {
                "id": str(uuid4()),
                "status": "succeeded",
                "amount": wanted["amount"],
                "payment_id": payment["id"],
            }
            _keep(base, key, wanted, "refund", refund, "")
            return refund

    def read(self, kind: str, id: str) -> Mapping[str, Any] | None:
        """A payment or a refund as it stands."""
        with self._open() as base:
            return _body(base, kind, id)

    def back(self, id: str) -> str:
        """Where the buyer of a payment goes back to; "" for none."""
        with self._open() as base:
            row = base.execute("select back from thing where id = ?", (id,)).fetchone()
        return str(row[0]) if row else ""

    def end(self, id: str, *, paid: bool) -> None:
        """The buyer has decided; a payment that has ended stays as it is."""
        with self._open() as base:
            payment = _body(base, "payment", id)
            if payment is None or payment["status"] != "pending":
                return
            if paid:
                payment |= {"status": "succeeded", "paid": True}
            else:
                details = {"party": "payment_network", "reason": "insufficient_funds"}
                payment |= {"status": "canceled", "cancellation_details": details}
            base.execute("update thing set body = ? where id = ?", (json.dumps(payment), id))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as base:
            base.execute("begin immediate")
            with base:
                yield base


def _asked(
    base: sqlite3.Connection, key: str, wanted: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    row = base.execute(
        "select request, body from asked join thing on thing.id = asked.thing where key = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    if json.loads(row[0]) != wanted:
        raise Refused("invalid_request")
    found: Mapping[str, Any] = json.loads(row[1])
    return found


def _keep(
    base: sqlite3.Connection,
    key: str,
    wanted: Mapping[str, Any],
    kind: str,
    body: Mapping[str, Any],
    back: str,
) -> None:
    written = json.dumps(body)
    base.execute("insert into thing values (?, ?, ?, ?)", (body["id"], kind, written, back))
    base.execute("insert into asked values (?, ?, ?)", (key, json.dumps(wanted), body["id"]))


def _body(base: sqlite3.Connection, kind: str, id: str) -> dict[str, Any] | None:
    row = base.execute("select body from thing where id = ? and kind = ?", (id, kind)).fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row else None
    return found
