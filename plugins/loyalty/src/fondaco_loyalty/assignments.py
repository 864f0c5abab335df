"""Statuses given by the ERP or by a person: they win over the computed one while they hold.

Of several that hold today the newest wins: the last word counts, whoever said it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, Text, TextClause, Uuid, bindparam, text

from fondaco_loyalty.holders import SAID_AGAIN, Client, Clients, clients_of, per_holder
from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import CompanyId, LegalEntityId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

_TIERS: TextClause = text(
    "select id, lower(name_ru), lower(name_en) from plugin_loyalty.tier where removed_at is null"
)
_TOLD: TextClause = text(
    """
    select distinct on (holder) holder, tier_id, valid_from, valid_to
      from plugin_loyalty.assignment
     where holder = any(cast(:holders as text[])) and source = 'erp' and ended_at is null
     order by holder, id desc
    """
)
_END_TOLD: TextClause = text(
    """
    update plugin_loyalty.assignment set ended_at = now()
     where holder = any(cast(:holders as text[])) and source = 'erp' and ended_at is null
    """
)
_COLUMNS: Mapping[str, Any] = {
    "uuid": Uuid(),
    "holder": Text(),
    "company_id": BigInteger(),
    "tier_id": BigInteger(),
    "valid_from": Date(),
    "valid_to": Date(),
}
_ADD = text(
    f"""
    insert into plugin_loyalty.assignment ({", ".join(_COLUMNS)}, source)
    select *, 'erp' from unnest({", ".join(f":{name}" for name in _COLUMNS)})
    """
).bindparams(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _COLUMNS.items()))
_LIST = per_holder(
    """
    select n.uuid, t.name_ru, t.name_en, n.valid_from, n.valid_to, n.source, n.reason,
           n.ended_at is not null, t.removed_at is not null
      from {asked}
      join plugin_loyalty.assignment n on n.holder = {holder}
      join plugin_loyalty.tier t on t.id = n.tier_id
     order by n.id desc
     limit 20
    """
)
_GIVE = per_holder(
    """
    insert into plugin_loyalty.assignment
           (uuid, holder, company_id, tier_id, valid_from, valid_to, source, reason, user_id)
    select :uuid, {holder}, q.company_id, t.id, :valid_from, cast(:valid_to as date), 'staff',
           :reason, cast(:user as bigint)
      from {asked}
      join plugin_loyalty.tier t on t.uuid = :tier and t.removed_at is null
     where {holder} is not null
    """
)
_SET_ENDED = per_holder(
    """
    update plugin_loyalty.assignment n
       set ended_at = case when :ended then now() end
      from {asked}
     where n.uuid = :uuid and n.holder = {holder}
    """
)


class StatusRecord(Struct, frozen=True):
    """The status of a customer, by the ERP's id of the company, by tax id, or by both.

    `status` is its name in either language; empty: the ERP gives none any more, and turnover
    decides. It holds from `valid_from`, by default today, up to and with `valid_to`, by default for
    good.
    """

    status: str
    company: str = ""
    tax_id: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Assignment(Struct, frozen=True):
    """A status that was given, as staff see it. `gone`: the status itself was removed."""

    uuid: UUID
    name_ru: str
    name_en: str
    valid_from: date
    valid_to: date | None
    source: Literal["erp", "staff"]
    reason: str
    ended: bool
    gone: bool

    def name(self, locale: str) -> str:
        """The status' name in `locale`."""
        return self.name_ru if locale == "ru" else self.name_en


class Given(Struct, frozen=True, kw_only=True):
    """What a person decides: a status, its days, and why."""

    uuid: UUID
    tier: UUID
    valid_from: date
    valid_to: date | None
    reason: str


class Told(Struct, frozen=True):
    """A status and its days, as the ERP tells it."""

    tier_id: int
    valid_from: date
    valid_to: date | None


class Wanted(Struct, frozen=True):
    """What a record tells of a client, None: no status any more; `place` is the record's."""

    client: Client
    told: Told | None
    place: int


async def take_statuses(act: Act, records: Sequence[StatusRecord]) -> Report:
    """Give the statuses that the ERP names. Six statements, whatever the number of records.

    Told again, a status stays as it was given first.
    """
    await act.execute(BESIDE_MERGES)
    clients = await clients_of(act, [(record.company, record.tax_id) for record in records])
    today = act.now.astimezone(act.zone).date()
    wanted, unmatched = checked(records, clients, await tiers_by_name(act), today)
    holders = {"holders": list(wanted)}
    known = {row[0]: Told(*row[1:]) for row in await act.fetch(_TOLD, holders)}
    changed = {h: w for h, w in wanted.items() if differs(known.get(h), w.told, records[w.place])}
    if changed:
        await act.execute(_END_TOLD, {"holders": list(changed)})
        await _add(act, changed)
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def tiers_by_name(ask: Ask) -> Mapping[str, int]:
    """The ids of the statuses by their names in both languages, in small letters."""
    return {name: row[0] for row in await ask.fetch(_TIERS) for name in row[1:]}


def checked(
    records: Sequence[StatusRecord], clients: Clients, tiers: Mapping[str, int], today: date
) -> tuple[dict[str, Wanted], list[Unmatched]]:
    """What is told of each holder, and which records cannot be taken."""
    unmatched: list[Unmatched] = []
    wanted: dict[str, Wanted] = {}
    for place, record in enumerate(records):
        client = clients.find(record.company, record.tax_id)
        told = _told(record, tiers, today)
        refusal = next((r for r in (client, told) if isinstance(r, Reason)), None)
        if isinstance(client, Reason) or isinstance(told, Reason):
            assert refusal is not None
            unmatched.append(Unmatched(place, _name(record), refusal))
            continue
        before = wanted.get(client.holder)
        if before is not None:
            unmatched.append(Unmatched(before.place, _name(records[before.place]), SAID_AGAIN))
        wanted[client.holder] = Wanted(client, told, place)
    unmatched.sort(key=lambda found: found.record)
    return wanted, unmatched


def _name(record: StatusRecord) -> str:
    return record.tax_id or record.company


def _told(record: StatusRecord, tiers: Mapping[str, int], today: date) -> Told | Reason | None:
    """What a record gives, None: nothing any more; or why it cannot be taken."""
    if not record.status.strip():
        return None
    tier = tiers.get(record.status.strip().lower())
    if tier is None:
        return Reason(
            "loyalty.status_unknown",
            f"Статуса «{record.status}» на портале нет",
            f"The portal has no status “{record.status}”",
            {"status": record.status},
        )
    since = record.valid_from or today
    if record.valid_to is not None and record.valid_to < since:
        return DAYS
    return Told(tier, since, record.valid_to)


def differs(known: Told | None, told: Told | None, record: StatusRecord) -> bool:
    """Whether a record says something new; without a first day it leaves that as it was."""
    if known is None or told is None:
        return known is not told
    if record.valid_from is None:
        return (known.tier_id, known.valid_to) != (told.tier_id, told.valid_to)
    return known != told


async def _add(act: Act, changed: Mapping[str, Wanted]) -> None:
    given = [(h, w.client, w.told) for h, w in changed.items() if w.told is not None]
    if given:
        await act.execute(
            _ADD,
            {
                "uuid": [uuid4() for _ in given],
                "holder": [holder for holder, _, _ in given],
                "company_id": [client.company_id for _, client, _ in given],
                "tier_id": [told.tier_id for _, _, told in given],
                "valid_from": [told.valid_from for _, _, told in given],
                "valid_to": [told.valid_to for _, _, told in given],
            },
        )


async def assignments_of(
    ask: Ask, company_id: CompanyId, entity: LegalEntityId | None
) -> Sequence[Assignment]:
    """The newest statuses that were given to a customer. One statement."""
    rows = await ask.fetch(_LIST[_by(ask)], {"company": company_id, "entity": entity})
    return [Assignment(*row) for row in rows]


async def give(act: Act, company_id: CompanyId, entity: LegalEntityId | None, given: Given) -> None:
    """Give a status. Raises `NotFound` where there is no such status."""
    await act.execute(BESIDE_MERGES)
    written = await act.execute(
        _GIVE[_by(act)],
        {
            "company": company_id,
            "entity": entity,
            "uuid": given.uuid,
            "tier": given.tier,
            "valid_from": given.valid_from,
            "valid_to": given.valid_to,
            "reason": given.reason,
            "user": act.actor.user_id,
        },
    )
    if not written:
        raise NotFound(ABSENT)
    await act.audit("loyalty.status.give", f"company:{company_id}", None, given)


async def set_ended(
    act: Act, company_id: CompanyId, entity: LegalEntityId | None, uuid: UUID, *, ended: bool
) -> None:
    """End a status that was given, or put it in force again. Raises `NotFound`."""
    touched = await act.execute(
        _SET_ENDED[_by(act)],
        {"company": company_id, "entity": entity, "uuid": uuid, "ended": ended},
    )
    if not touched:
        raise NotFound(ABSENT)
    action = "loyalty.status.end" if ended else "loyalty.status.resume"
    await act.audit(action, f"company:{company_id}", not ended, ended)


def _by(ask: Ask) -> Literal["company", "legal_entity"]:
    return ask.settings(LoyaltySettings).by


ABSENT = Reason("loyalty.tier_absent", "Такого статуса нет", "There is no such status")
DAYS = Reason(
    "loyalty.days",
    "Последний день раньше первого",
    "The last day is before the first one",
)
