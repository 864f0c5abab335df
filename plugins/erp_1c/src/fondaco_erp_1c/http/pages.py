"""The sessions of the exchange for staff: who called, what came, what was answered."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page

PAGE = 50
_NEWEST = 2**62
_MOST = 500

_LIST: TextClause = text(
    """
    select s.id, s.uuid, s.login, s.kind, s.version, s.opened_at, s.seen_at, s.ended,
           (select count(*) from plugin_erp_1c.file f where f.session_id = s.id) as files,
           (select count(*) from plugin_erp_1c.entry e
             where e.session_id = s.id and e.answer in ('failure', 'refused')) as failures
      from plugin_erp_1c.session s
     where s.id < :before order by s.id desc limit :most
    """
)
_ONE: TextClause = text(
    """
    select s.id, s.uuid, s.login, s.kind, s.version, s.opened_at, s.seen_at, s.ended, 0, 0
      from plugin_erp_1c.session s where s.uuid = :uuid
    """
)
_FILES: TextClause = text(
    "select name, archive, size, state, run, refused, said from plugin_erp_1c.file"
    " where session_id = :id order by id limit :most"
)
_ENTRIES: TextClause = text(
    "select at, mode, name, size, answer, said from plugin_erp_1c.entry"
    " where session_id = :id order by id limit :most"
)


class SessionRow(Struct, frozen=True):
    """A session; times are aware UTC. `ended` is "", "complete" or "replaced"."""

    id: int
    uuid: UUID
    login: str
    kind: str
    version: str
    opened_at: datetime
    seen_at: datetime
    ended: str
    files: int
    failures: int


class FileRow(Struct, frozen=True):
    """A file, and what came of it."""

    name: str
    archive: str
    size: int
    state: str
    run: UUID | None
    refused: int
    said: str


class EntryRow(Struct, frozen=True):
    """A call and its answer."""

    at: datetime
    mode: str
    name: str
    size: int
    answer: str
    said: str


async def sessions(ask: Ask, before: int = _NEWEST) -> Page:
    """The sessions, newest first. One statement."""
    rows = await ask.fetch(_LIST, {"before": before, "most": PAGE + 1})
    found = [SessionRow(*row) for row in rows]
    older = f"?before={found[PAGE - 1].id}" if len(found) > PAGE else ""
    newest = "?" if before != _NEWEST else ""
    context = {"sessions": found[:PAGE], "older": older, "newest": newest}
    return Page("erp_1c/sessions.html", context)


async def session(ask: Ask, uuid: UUID) -> Page:
    """One session with its files and its log. Three statements."""
    rows = await ask.fetch(_ONE, {"uuid": uuid})
    if not rows:
        raise NotFound(Reason("erp_1c.session", "Такого сеанса нет", "There is no such session"))
    one = SessionRow(*rows[0])
    wanted = {"id": one.id, "most": _MOST}
    files = [FileRow(*row) for row in await ask.fetch(_FILES, wanted)]
    entries = [EntryRow(*row) for row in await ask.fetch(_ENTRIES, wanted)]
    context = {"session": one, "files": files, "entries": entries, "most": _MOST}
    return Page("erp_1c/session.html", context)
