"""Files of references: kept as they came, read, looked at, then applied as a whole, once.

A short file is read while the page waits, a long one by a task of the worker, some thousand rows in
a transaction; nobody but this module looks at rows before all are there. Applying is one
transaction, whole or nothing, whatever the number of rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    Uuid,
    bindparam,
    text,
)

from fondaco_analogues import judging
from fondaco_analogues.file_rows import COLUMNS, WRONG, FileRow, rows_of
from fondaco_sdk.context import Act, AnyRow, Ask, Job
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason

RECENT = 10
MOST_ROWS = 1_000_000
SHORT_BYTES = 200_000
"""A file up to this size, some thousand rows, is read while the page waits."""
SHORT_ROWS = 20_000
"""So many rows are applied while the page waits."""
READ_TASK, APPLY_TASK = "analogues.read", "analogues.apply"

_COLUMNS: Mapping[str, Any] = {
    "row_number": Integer(),
    "article": Text(),
    "article_key": Text(),
    "other": Text(),
    "other_key": Text(),
    "brand": Text(),
    "number": Text(),
    "number_key": Text(),
    "branded_key": Text(),
    "kind": Text(),
    "both_ways": Boolean(),
    "starts_on": Date(),
    "ends_on": Date(),
    "note_ru": Text(),
    "note_en": Text(),
    "confidence": Numeric(3, 2),
    "source": Text(),
    "wrong": Text(),
}
_KEEP = text(
    """
    with forgotten as (
        delete from plugin_analogues.upload where made_at < now() - interval '90 days'
    )
    insert into plugin_analogues.upload (uuid, user_id, name, content, state)
    values (:uuid, :user, :name, :content, 'reading')
    """
).bindparams(bindparam("uuid", type_=Uuid), bindparam("content", type_=LargeBinary))
_CONTENT = text(
    """
    select id, content from plugin_analogues.upload
     where uuid = :uuid and state = 'reading' for update
    """
).bindparams(bindparam("uuid", type_=Uuid))
_BEGIN = text(
    """
    with before as (delete from plugin_analogues.upload_row where upload_id = :upload)
    update plugin_analogues.upload set rows = 0, total = 0 where id = :upload
    """
)
_KEEP_ROWS = text(
    f"""
    with counted as (
        update plugin_analogues.upload set rows = rows + :counted, total = :total
         where id = :upload
    )
    insert into plugin_analogues.upload_row (upload_id, {", ".join(_COLUMNS)})
    select :upload, {", ".join(_COLUMNS)}
      from unnest({", ".join(f":{name}" for name in _COLUMNS)}) as added ({", ".join(_COLUMNS)})
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()))
_READ = text(
    """
    update plugin_analogues.upload
       set state = 'read', content = null, added = :added, changed = :changed, same = :same,
           refused = :refused
     where id = :upload
    """
)
_UNREADABLE = text(
    """
    update plugin_analogues.upload
       set state = 'unreadable', content = null, said_ru = :ru, said_en = :en
     where uuid = :uuid and state = 'reading'
    """
).bindparams(bindparam("uuid", type_=Uuid))
_HEAD = """
    select uuid, name, made_at, applied_at, state, rows, total, added, changed, same, refused,
           said_ru, said_en
      from plugin_analogues.upload
"""
_FIND = text(f"{_HEAD} where uuid = :uuid").bindparams(bindparam("uuid", type_=Uuid))
_RECENT = text(f"{_HEAD} order by id desc limit :most")
_REFUSED = text(
    """
    select r.row_number, r.article, r.other, r.brand, r.number, r.kind, r.both_ways, r.starts_on,
           r.ends_on, r.note_ru, r.note_en, r.confidence, r.source, r.verdict
      from plugin_analogues.upload u
      join plugin_analogues.upload_row r
        on r.upload_id = u.id and r.verdict not in ('', '+', '~', '=')
     where u.uuid = :uuid order by r.row_number limit :most
    """
).bindparams(bindparam("uuid", type_=Uuid))
_APPLYING = text(
    "update plugin_analogues.upload set state = 'applying' where uuid = :uuid and state = 'read'"
).bindparams(bindparam("uuid", type_=Uuid))
_LOCK = text(
    "select id, state from plugin_analogues.upload where uuid = :uuid for update"
).bindparams(bindparam("uuid", type_=Uuid))
# Two files at once would add one pair twice; whoever looks analogues up is not kept waiting.
_ALONE = text("lock table plugin_analogues.reference in share row exclusive mode")
_APPLIED = text(
    """
    update plugin_analogues.upload
       set state = 'applied', applied_at = now(), added = :added, changed = :changed, same = :same,
           refused = :refused
     where id = :upload
    """
)


class Upload(Struct, frozen=True):
    """A file. `state`: "reading", "unreadable" (why stands in `said_ru`, `said_en`), "read",
    "applying" or "applied".

    `rows` grow while it is read, up to `total`, which is 0 as long as nobody knows it; rows without
    a word count in `total` only. `added`, `changed`, `same` and `refused` count what applying would
    come to; once it is applied, what it came to. Times are aware UTC.
    """

    uuid: UUID
    name: str
    made_at: datetime
    applied_at: datetime | None
    state: str
    rows: int
    total: int
    added: int
    changed: int
    same: int
    refused: int
    said_ru: str
    said_en: str

    @property
    def busy(self) -> bool:
        """Whether the worker is at it."""
        return self.state in ("reading", "applying")

    def said(self, locale: str) -> str:
        """Why it cannot be read."""
        return self.said_ru if locale == "ru" else self.said_en


class ThisFile(Struct, frozen=True):
    """The payload of both tasks: which file, and who has uploaded or applied it."""

    uuid: UUID
    user: str = ""


async def keep(act: Act, name: str, content: bytes) -> UUID:
    """Keep a file as it came, to be read next; its id."""
    uuid = uuid4()
    await act.execute(
        _KEEP, {"uuid": uuid, "user": act.actor.user_id, "name": name, "content": content}
    )
    return uuid


async def read_file(job: Job, payload: ThisFile) -> None:
    """Read a file that was kept, from its beginning, be it for the second time."""
    async with job.act() as act:
        content = await _begun(act, payload.uuid)
    if content is None:
        return
    upload, data = content
    try:
        async for part in job.ask().sheets.parts(data, COLUMNS, rows=MOST_ROWS):
            async with job.act() as act:
                await _keep_rows(act, upload, rows_of(part.rows), part.total)
    except UserError as mistake:
        async with job.act() as act:
            await refuse(act, payload.uuid, mistake.reason)
        return
    async with job.act() as act:
        await _judge_read(act, upload)


async def keep_rows(act: Act, name: str, rows: Sequence[FileRow]) -> UUID:
    """Keep what was read of a short file; its id."""
    uuid = await keep(act, name, b"")
    begun = await act.fetch(_CONTENT, {"uuid": uuid})
    await _keep_rows(act, begun[0].id, rows, len(rows))
    await _judge_read(act, begun[0].id)
    return uuid


async def refuse(act: Act, uuid: UUID, why: Reason) -> None:
    """A file is no table that can be read."""
    await act.execute(_UNREADABLE, {"uuid": uuid, "ru": why.ru, "en": why.en})


async def apply_later(act: Act, uuid: UUID) -> None:
    """Hand a file to the worker; a second press changes nothing."""
    if await act.execute(_APPLYING, {"uuid": uuid}):
        await act.enqueue(APPLY_TASK, ThisFile(uuid, act.actor.name), key=str(uuid))


async def apply_file(job: Job, payload: ThisFile) -> None:
    """Take a file in one transaction; a second run of the task changes nothing."""
    async with job.act() as act:
        await apply(act, payload.uuid, payload.user)


async def apply(act: Act, uuid: UUID, user: str = "") -> None:
    """Take all that can be taken in one transaction, once. Constant statements. Raises `NotFound`.

    `user` is the person, where a task does it for them.
    """
    locked = await act.fetch(_LOCK, {"uuid": uuid})
    if not locked:
        raise NotFound(_ABSENT)
    upload, state = locked[0]
    if state not in ("read", "applying"):
        return
    await act.execute(_ALONE)
    figures = await _judged(act, upload)
    await act.execute(judging.CHANGE, {"upload": upload})
    await act.execute(judging.ADD, {"upload": upload})
    await act.execute(_APPLIED, {"upload": upload, **figures})
    await act.audit("analogues.file", f"upload:{uuid}", None, {**figures, "user": user})


async def find(ask: Ask, uuid: UUID) -> Upload:
    """A file that was kept. Raises `NotFound`."""
    found = await ask.fetch(_FIND, {"uuid": uuid})
    if not found:
        raise NotFound(_ABSENT)
    return Upload(*found[0])


async def recent(ask: Ask) -> Sequence[Upload]:
    """The newest files."""
    return [Upload(*row) for row in await ask.fetch(_RECENT, {"most": RECENT})]


async def refused(ask: Ask, uuid: UUID, most: int) -> Sequence[tuple[AnyRow, Reason]]:
    """The rows that are not taken, with the reason. One statement."""
    found = await ask.fetch(_REFUSED, {"uuid": uuid, "most": most})
    return [(row, WRONG[row[-1]]) for row in found]


async def _begun(act: Act, uuid: UUID) -> tuple[int, bytes] | None:
    """The file, without the rows of a reading that was broken off; None: it is read already."""
    found = await act.fetch(_CONTENT, {"uuid": uuid})
    if not found:
        return None
    await act.execute(_BEGIN, {"upload": found[0].id})
    return found[0].id, bytes(found[0].content)


async def _keep_rows(act: Act, upload: int, rows: Sequence[FileRow], total: int) -> None:
    columns = {column: [getattr(row, column) for row in rows] for column in _COLUMNS}
    await act.execute(
        _KEEP_ROWS, {"upload": upload, "counted": len(rows), "total": total, **columns}
    )


async def _judge_read(act: Act, upload: int) -> None:
    await act.execute(_READ, {"upload": upload, **await _judged(act, upload)})


async def _judged(act: Act, upload: int) -> dict[str, int]:
    """Judge the rows by the catalogue and the references of now; how many of each kind."""
    await act.execute(judging.JUDGE, {"upload": upload})
    counts = {row[0]: row[1] for row in await act.fetch(judging.COUNTS, {"upload": upload})}
    added, changed, same = (counts.pop(verdict, 0) for verdict in ("+", "~", "="))
    figures = {"added": added, "changed": changed, "same": same}
    return {**figures, "refused": sum(counts.values())}


_ABSENT = Reason("analogues.upload_absent", "Такой загрузки нет", "There is no such upload")
