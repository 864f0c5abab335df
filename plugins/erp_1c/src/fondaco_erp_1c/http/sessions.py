"""A session of the exchange: who, of which kind, under which pass, and its log."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request
from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco_erp_1c.http.answers import Refused
from fondaco_erp_1c.settings import Erp1cSettings
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.web import MACHINE_COOKIE, Transaction

KINDS = ("catalog", "sale")

_COLUMNS = "id, uuid, login, kind, version, step, partial, final_run"
# Who begins anew has given up what was before: 1C was restarted, or somebody pressed twice.
_CLOSE: TextClause = text(
    """
    update plugin_erp_1c.session set closed_at = clock_timestamp(), ended = 'replaced'
     where login = :login and kind = :kind and closed_at is null
    """
)
_OPEN: TextClause = text(
    f"""
    insert into plugin_erp_1c.session (uuid, login, kind, pass_hash)
    values (:uuid, :login, :kind, :hash) returning {_COLUMNS}
    """
)
_FIND: TextClause = text(
    f"""
    update plugin_erp_1c.session set seen_at = clock_timestamp()
     where login = :login and kind = :kind and closed_at is null
       and (pass_hash = :hash or not cast(:by_pass as boolean))
       and opened_at > clock_timestamp() - make_interval(hours => :hours)
    returning {_COLUMNS}
    """
)
_LOCK: TextClause = text(f"select {_COLUMNS} from plugin_erp_1c.session where id = :id for update")
_ALONE: TextClause = text(
    "select pg_advisory_xact_lock(hashtextextended('erp_1c:' || :login || ':' || :kind, 0))"
)
_VERSION: TextClause = text("update plugin_erp_1c.session set version = :version where id = :id")
_NOTE: TextClause = text(
    """
    insert into plugin_erp_1c.entry (session_id, mode, name, size, answer, said)
    select :id, :mode, :name, :size, :answer, :said
     where not exists (
        select 1 from (select mode, name, answer, said from plugin_erp_1c.entry
                        where session_id = :id order by id desc limit 1) last
         where last.mode = :mode and last.name = :name and last.answer = :answer
           and (:answer = 'progress' or :mode = 'query' and last.said = :said))
    """
)


class Session(Struct, frozen=True):
    """`version` is the schema that 1C named in `init`, "" where it named none."""

    id: int
    uuid: UUID
    login: str
    kind: str
    version: str
    step: int
    partial: bool
    final_run: UUID | None

    @property
    def modern(self) -> bool:
        """Whether 1C speaks the protocol that came with 2.09: containers, imports of orders."""
        return is_modern(self.version)


def is_modern(version: str) -> bool:
    """Whether a version is 2.09 or newer."""
    numbers = [int(part) if part.isdecimal() else 0 for part in version.split(".")[:2]]
    return numbers >= [2, 9]


async def open_session(act: Act, kind: str) -> tuple[Session, str]:
    """A new session with its pass; an open one of the same 1C and kind is over."""
    login = act.actor.name
    await act.fetch(_ALONE, {"login": login, "kind": kind})
    await act.execute(_CLOSE, {"login": login, "kind": kind})
    hours = act.settings(Erp1cSettings).session_hours
    key = await act.machine_pass(timedelta(hours=hours))
    values = {"uuid": uuid7(), "login": login, "kind": kind, "hash": _hash(key)}
    return Session(*(await act.fetch(_OPEN, values))[0]), key


async def find_session(
    ask: Ask, transaction: Transaction, request: Request[Any, Any, Any], kind: str
) -> Session:
    """The session of a call, by the pass in its cookie; without one, the open one of this 1C.

    Raises `Refused` where it is over.
    """
    key = request.cookies.get(MACHINE_COOKIE, "")
    values = {
        "login": ask.actor.name,
        "kind": kind,
        "hash": _hash(key),
        "by_pass": bool(key),
        "hours": ask.settings(Erp1cSettings).session_hours,
    }
    async with transaction() as act:
        rows = await act.fetch(_FIND, values)
    if not rows:
        raise Refused("Сеанс обмена закончился: он устарел или обмен начат заново. Повторите обмен")
    return Session(*rows[0])


async def lock(act: Act, session: Session) -> Session:
    """The session as it is now; calls of one session wait for each other here."""
    return Session(*(await act.fetch(_LOCK, {"id": session.id}))[0])


async def set_version(act: Act, session: Session, version: str) -> None:
    """What 1C named in `init`."""
    await act.execute(_VERSION, {"id": session.id, "version": version[:20]})


async def note(
    act: Act,
    session: Session,
    mode: str,
    answer: str,
    *,
    name: str = "",
    size: int = 0,
    said: str = "",
) -> None:
    """A line of the log; of answers that only ask for patience, and of polls that bring the same
    as the one before, the first."""
    await act.execute(
        _NOTE,
        {
            "id": session.id,
            "mode": mode[:40],
            "name": name[:500],
            "size": size,
            "answer": answer,
            "said": said[:4_000],
        },
    )


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
