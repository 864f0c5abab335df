"""Files of references: kept as they were read, looked at, then applied as a whole, once.

What a row comes to is one question to the database, whatever the number of rows: a pair that is
there as the row says it is the same, another shape of it is a change, and the rest is new. So the
same file again changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import ARRAY, Boolean, Date, Integer, Numeric, Text, Uuid, bindparam, text

from fondaco_analogues.file_rows import WRONG, FileRow
from fondaco_sdk.context import Act, AnyRow, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

RECENT = 10
BATCH = 10_000

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
    insert into plugin_analogues.upload (uuid, user_id, name) values (:uuid, :user, :name)
    returning id
    """
).bindparams(bindparam("uuid", type_=Uuid))
_KEEP_ROWS = text(
    f"""
    insert into plugin_analogues.upload_row (upload_id, {", ".join(_COLUMNS)})
    select :upload, {", ".join(_COLUMNS)}
      from unnest({", ".join(f":{name}" for name in _COLUMNS)}) as added ({", ".join(_COLUMNS)})
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()))
_FIND = text(
    """
    select uuid, name, made_at, applied_at, added, changed,
           (select count(*) from plugin_analogues.upload_row r where r.upload_id = u.id)
      from plugin_analogues.upload u where uuid = :uuid
    """
).bindparams(bindparam("uuid", type_=Uuid))
_LOCK = text(
    "select applied_at is not null from plugin_analogues.upload where uuid = :uuid for update"
).bindparams(bindparam("uuid", type_=Uuid))
_RECENT = text(
    """
    select uuid, name, made_at, applied_at, added, changed,
           (select count(*) from plugin_analogues.upload_row r where r.upload_id = u.id)
      from plugin_analogues.upload u order by id desc limit :most
    """
)

# The articles of the file as products, each row with what it comes to.
_JUDGED = """
    rows as (
        select r.*, row_number() over (
                   partition by article_key, other_key, number_key, branded_key
                   order by row_number desc) > 1 as repeats
          from plugin_analogues.upload_row r
          join plugin_analogues.upload u on u.id = r.upload_id
         where u.uuid = :uuid
    ), known as (
        select c.key, min(c.product_id) as id, count(distinct c.product_id) as number
          from fondaco_api.product_code_v1 c
          join fondaco_api.product_v1 p on p.id = c.product_id
         where c.kind = 'sku'
           and c.key in (select article_key from rows union select other_key from rows)
         group by c.key
    ), judged as (
        select r.*, one.id as product_id, other.id as other_id,
               case when r.wrong <> '' then r.wrong
                    when one.id is null then 'unknown_article'
                    when r.other_key <> '' and other.id is null then 'unknown_other'
                    when greatest(one.number, other.number) > 1 then 'several'
                    when one.id = other.id then 'itself'
                    when r.repeats then 'repeats'
                    when f.id is null then '+'
                    when (f.kind, f.both_ways, f.starts_on, f.ends_on, f.note_ru, f.note_en,
                          f.confidence, f.source)
                         is distinct from
                         (r.kind, r.both_ways, r.starts_on, r.ends_on, r.note_ru, r.note_en,
                          r.confidence, r.source) then '~'
                    else '=' end as verdict
          from rows r
          left join known one on one.key = r.article_key
          left join known other on other.key = r.other_key and r.other_key <> ''
          left join plugin_analogues.reference f
            on f.ended_at is null and f.product_id = one.id
           and (f.other_id = other.id
                or f.other_id is null and f.number_key = r.number_key
                   and f.branded_key = r.branded_key and r.number_key <> '')
    )
"""
_COUNTS = text(f"with {_JUDGED} select verdict, count(*) from judged group by verdict").bindparams(
    bindparam("uuid", type_=Uuid)
)
_REFUSED = text(
    f"""
    with {_JUDGED}
    select row_number, article, other, brand, number, kind, both_ways, starts_on, ends_on, note_ru,
           note_en, confidence, source, verdict
      from judged where verdict not in ('+', '~', '=') order by row_number limit :most
    """
).bindparams(bindparam("uuid", type_=Uuid))
_SHAPE = "kind, both_ways, starts_on, ends_on, note_ru, note_en, confidence, source"
_ADD = text(
    f"""
    with {_JUDGED}
    insert into plugin_analogues.reference
        (product_id, other_id, brand, number, number_key, branded_key, {_SHAPE})
    select product_id, other_id, brand, number, number_key, branded_key, {_SHAPE}
      from judged where verdict = '+' order by product_id, row_number
    """
).bindparams(bindparam("uuid", type_=Uuid))
_CHANGE = text(
    f"""
    with {_JUDGED}
    update plugin_analogues.reference f
       set kind = j.kind, both_ways = j.both_ways, starts_on = j.starts_on, ends_on = j.ends_on,
           note_ru = j.note_ru, note_en = j.note_en, confidence = j.confidence, source = j.source
      from judged j
     where j.verdict = '~' and f.ended_at is null and f.product_id = j.product_id
       and (f.other_id = j.other_id
            or f.other_id is null and f.number_key = j.number_key
               and f.branded_key = j.branded_key and j.number_key <> '')
    """
).bindparams(bindparam("uuid", type_=Uuid))
_APPLIED = text(
    "update plugin_analogues.upload set applied_at = now(), added = :added, changed = :changed"
    " where uuid = :uuid"
).bindparams(bindparam("uuid", type_=Uuid))


class Upload(Struct, frozen=True):
    """A file that was read; `added` and `changed` count once it is applied."""

    uuid: UUID
    name: str
    made_at: datetime
    applied_at: datetime | None
    added: int
    changed: int
    rows: int


class Plan(Struct, frozen=True):
    """What applying a file would do now: rows that are new, changed, the same, and not taken."""

    added: int
    changed: int
    same: int
    refused: int


async def keep(act: Act, name: str, rows: Sequence[FileRow]) -> UUID:
    """Keep what was read of a file; its id. A statement for every ten thousand rows."""
    uuid = uuid4()
    found = await act.fetch(_KEEP, {"uuid": uuid, "user": act.actor.user_id, "name": name})
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        columns = {column: [getattr(row, column) for row in batch] for column in _COLUMNS}
        await act.execute(_KEEP_ROWS, {"upload": found[0][0], **columns})
    return uuid


async def find(ask: Ask, uuid: UUID) -> Upload:
    """A file that was read. Raises `NotFound`."""
    found = await ask.fetch(_FIND, {"uuid": uuid})
    if not found:
        raise NotFound(_ABSENT)
    return Upload(*found[0])


async def recent(ask: Ask) -> Sequence[Upload]:
    """The newest files."""
    return [Upload(*row) for row in await ask.fetch(_RECENT, {"most": RECENT})]


async def plan(ask: Ask, uuid: UUID) -> Plan:
    """What the file comes to now. One statement."""
    counts = {row[0]: row[1] for row in await ask.fetch(_COUNTS, {"uuid": uuid})}
    added, changed, same = (counts.pop(verdict, 0) for verdict in ("+", "~", "="))
    return Plan(added, changed, same, sum(counts.values()))


async def refused(ask: Ask, uuid: UUID, most: int) -> Sequence[tuple[AnyRow, Reason]]:
    """The rows that are not taken, with the reason. One statement."""
    found = await ask.fetch(_REFUSED, {"uuid": uuid, "most": most})
    return [(row, WRONG[row[-1]]) for row in found]


async def apply(act: Act, uuid: UUID) -> None:
    """Take all that can be taken in one transaction, once. Raises `NotFound`."""
    locked = await act.fetch(_LOCK, {"uuid": uuid})
    if not locked:
        raise NotFound(_ABSENT)
    if locked[0][0]:
        return
    changed = await act.execute(_CHANGE, {"uuid": uuid})
    added = await act.execute(_ADD, {"uuid": uuid})
    await act.execute(_APPLIED, {"uuid": uuid, "added": added, "changed": changed})
    await act.audit("analogues.file", f"upload:{uuid}", None, {"added": added, "changed": changed})


_ABSENT = Reason("analogues.upload_absent", "Такой загрузки нет", "There is no such upload")
