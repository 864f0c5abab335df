"""Files of statuses and balances: kept as they were read, looked at, then applied as a whole, once.

A file says of no moment, so the moment of its first upload counts: what was earned and spent since
then stays, and the same rows again change nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct
from sqlalchemy import LargeBinary, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import BigInteger, DateTime
from sqlalchemy.types import Text as SqlText

from fondaco_loyalty.assignments import (
    Told,
    differs,
    take_statuses,
    tiers_by_name,
)
from fondaco_loyalty.assignments import (
    checked as checked_statuses,
)
from fondaco_loyalty.balances import STALE, take_balances
from fondaco_loyalty.balances import checked as checked_balances
from fondaco_loyalty.file_rows import FileRow, What
from fondaco_loyalty.holders import Client, clients_of
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.inbound import Unmatched
from fondaco_sdk.types.reason import Reason

RECENT = 10

_KEEP = text(
    """
    with forgotten as (
        delete from plugin_loyalty.upload where made_at < now() - interval '90 days'
    )
    insert into plugin_loyalty.upload (uuid, user_id, name, what, digest, at, rows)
    select :uuid, :user, :name, :what, :digest,
           coalesce((select before.at from plugin_loyalty.upload before
                      where before.digest = :digest and before.what = :what
                        and before.applied_at is not null
                      order by before.applied_at desc limit 1), :now),
           :rows
    """
).bindparams(
    bindparam("uuid", type_=Uuid),
    bindparam("user", type_=BigInteger),
    bindparam("what", type_=SqlText),
    bindparam("digest", type_=LargeBinary),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("rows", type_=JSONB),
)
_FIND = text(
    """
    select u.uuid, u.name, u.what, u.at, u.made_at, u.rows, u.applied_at, u.accepted, u.refused,
           (select max(before.applied_at) from plugin_loyalty.upload before
             where before.digest = u.digest and before.what = u.what and before.id < u.id)
      from plugin_loyalty.upload u
     where u.uuid = :uuid
    """
).bindparams(bindparam("uuid", type_=Uuid))
_LOCK = text(
    "select id from plugin_loyalty.upload where uuid = :uuid for no key update"
).bindparams(bindparam("uuid", type_=Uuid))
_APPLIED = text(
    """
    update plugin_loyalty.upload
       set applied_at = now(), accepted = :accepted, refused = :refused
     where uuid = :uuid
    """
).bindparams(bindparam("uuid", type_=Uuid), bindparam("refused", type_=JSONB))
_RECENT = text(
    """
    select uuid, name, what, made_at, jsonb_array_length(rows), applied_at
      from plugin_loyalty.upload order by id desc limit :most
    """
)
_NOW = text(
    """
    select q.holder, c.name, coalesce(a.balance, 0) as balance, s.had, s.last,
           n.tier_id, n.valid_from, n.valid_to, t.name_ru, t.name_en
      from unnest(:holders, :companies) as q(holder, company_id)
      join fondaco_api.company_v1 c on c.id = q.company_id
      left join plugin_loyalty.points_account a on a.holder = q.holder
      left join lateral (
           select coalesce(sum(e.amount) filter (where e.counted_at <= :at), 0) as had,
                  max(e.counted_at) filter (where e.kind = 'import') as last
             from plugin_loyalty.points e where e.account_id = a.id) s on true
      left join lateral (
           select l.* from plugin_loyalty.assignment l
            where l.holder = q.holder and l.source = 'erp' and l.ended_at is null
            order by l.id desc limit 1) n on true
      left join plugin_loyalty.tier t on t.id = n.tier_id
    """
).bindparams(
    bindparam("holders", type_=ARRAY(SqlText)),
    bindparam("companies", type_=ARRAY(BigInteger)),
    bindparam("at", type_=DateTime(timezone=True)),
)


class Upload(Struct, frozen=True):
    """A file that was read; `refused` is by the place of a row, known once it is applied.

    `before` is when the same rows were applied the last time.
    """

    uuid: UUID
    name: str
    what: What
    at: datetime
    made_at: datetime
    rows: tuple[FileRow, ...]
    applied_at: datetime | None
    accepted: int
    refused: Mapping[str, Reason]
    before: datetime | None


class RecentUpload(Struct, frozen=True):
    """A line of the list of files."""

    uuid: UUID
    name: str
    what: What
    made_at: datetime
    rows: int
    applied_at: datetime | None


class Change(Struct, frozen=True):
    """What a row changes: for points numbers, for statuses their names, None: no status."""

    row: FileRow
    customer: str
    before: Decimal | str | None
    after: Decimal | str | None


class Plan(Struct, frozen=True):
    """What applying a file would do now; `same` rows change nothing."""

    changes: Sequence[Change]
    same: int
    refused: Sequence[tuple[FileRow, Reason]]


class _Now(Struct, frozen=True):
    customer: str
    balance: Decimal
    had: Decimal
    last: datetime | None
    tier_id: int | None
    valid_from: date | None
    valid_to: date | None
    name_ru: str | None
    name_en: str | None

    @property
    def told(self) -> Told | None:
        """The status that the ERP has told last."""
        if self.tier_id is None or self.valid_from is None:
            return None
        return Told(self.tier_id, self.valid_from, self.valid_to)

    def name(self, locale: str) -> str | None:
        return self.name_ru if locale == "ru" else self.name_en


async def keep(act: Act, what: What, name: str, rows: Sequence[FileRow]) -> UUID:
    """Keep what was read of a file; its id. One statement."""
    uuid = uuid4()
    await act.execute(
        _KEEP,
        {
            "uuid": uuid,
            "user": act.actor.user_id,
            "name": name,
            "what": what,
            "digest": hashlib.sha256(msgspec.json.encode([row.said for row in rows])).digest(),
            "now": act.now,
            "rows": msgspec.to_builtins(rows),
        },
    )
    return uuid


async def find(ask: Ask, uuid: UUID) -> Upload:
    """A file that was read. Raises `NotFound`. One statement."""
    found = await ask.fetch(_FIND, {"uuid": uuid})
    if not found:
        raise NotFound(_ABSENT)
    uuid, name, what, at, made_at, rows, applied_at, accepted, refused, before = found[0]
    return Upload(
        uuid,
        name,
        what,
        at,
        made_at,
        msgspec.convert(rows, tuple[FileRow, ...]),
        applied_at,
        accepted,
        msgspec.convert(refused, dict[str, Reason]),
        before,
    )


async def recent(ask: Ask) -> Sequence[RecentUpload]:
    """The newest files. One statement."""
    return [RecentUpload(*row) for row in await ask.fetch(_RECENT, {"most": RECENT})]


async def plan(ask: Ask, upload: Upload) -> Plan:
    """What would change now. Three statements at most, whatever the number of rows."""
    good = [row for row in upload.rows if row.wrong is None]
    refused = {id(row): row.wrong for row in upload.rows if row.wrong is not None}
    changes, unmatched = await (
        _plan_balances(ask, upload, good)
        if upload.what == "balances"
        else _plan_statuses(ask, upload, good)
    )
    refused |= {id(good[found.record]): found.reason for found in unmatched}
    return Plan(
        changes,
        len(upload.rows) - len(refused) - len(changes),
        [(row, refused[id(row)]) for row in upload.rows if id(row) in refused],
    )


async def apply(act: Act, uuid: UUID) -> None:
    """Take all that can be taken, once: applied already, it does nothing. Raises `NotFound`."""
    await act.fetch(_LOCK, {"uuid": uuid})
    upload = await find(act, uuid)
    if upload.applied_at is not None:
        return
    places = [n for n, row in enumerate(upload.rows) if row.wrong is None]
    good = [upload.rows[place] for place in places]
    if upload.what == "balances":
        report = await take_balances(act, [row.balance(upload.at) for row in good])
    else:
        report = await take_statuses(act, [row.status() for row in good])
    refused = {str(n): row.wrong for n, row in enumerate(upload.rows) if row.wrong is not None}
    refused |= {str(places[found.record]): found.reason for found in report.unmatched}
    await act.execute(
        _APPLIED,
        {"uuid": uuid, "accepted": report.accepted, "refused": msgspec.to_builtins(refused)},
    )
    await act.audit(f"loyalty.{upload.what}.file", f"upload:{uuid}", None, report.accepted)


async def _plan_balances(
    ask: Ask, upload: Upload, rows: Sequence[FileRow]
) -> tuple[list[Change], list[Unmatched]]:
    records = [row.balance(upload.at) for row in rows]
    clients = await clients_of(ask, [(record.company, record.tax_id) for record in records])
    asked, unmatched = checked_balances(ask, records, clients)
    now = await _now(ask, upload, {holder: one.client for holder, one in asked.items()})
    changes = []
    for holder, one in asked.items():
        stands = now[holder]
        if stands.last is not None and upload.at < stands.last:
            unmatched.append(Unmatched(one.place, one.name, STALE))
        elif difference := one.record.points - stands.had:
            after = max(stands.balance + difference, Decimal(0))
            changes.append(Change(rows[one.place], stands.customer, stands.balance, after))
    return changes, unmatched


async def _plan_statuses(
    ask: Ask, upload: Upload, rows: Sequence[FileRow]
) -> tuple[list[Change], list[Unmatched]]:
    records = [row.status() for row in rows]
    clients = await clients_of(ask, [(record.company, record.tax_id) for record in records])
    today = ask.now.astimezone(ask.zone).date()
    wanted, unmatched = checked_statuses(records, clients, await tiers_by_name(ask), today)
    now = await _now(ask, upload, {holder: one.client for holder, one in wanted.items()})
    return [
        Change(
            rows[one.place],
            now[holder].customer,
            now[holder].name(ask.locale),
            records[one.place].status.strip() or None,
        )
        for holder, one in wanted.items()
        if differs(now[holder].told, one.told, records[one.place])
    ], unmatched


async def _now(ask: Ask, upload: Upload, clients: Mapping[str, Client]) -> Mapping[str, _Now]:
    found = await ask.fetch(
        _NOW,
        {
            "holders": list(clients),
            "companies": [client.company_id for client in clients.values()],
            "at": upload.at,
        },
    )
    return {holder: _Now(*rest) for holder, *rest in found}


_ABSENT = Reason("loyalty.upload_absent", "Такой загрузки нет", "There is no such upload")
