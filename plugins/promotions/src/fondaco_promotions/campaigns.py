"""The campaigns of the site: reading them, and every change with its line in the audit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import TextClause, Uuid, bindparam, insert, text, update

from fondaco_promotions.campaign import Campaign, State, misfits
from fondaco_promotions.tables import campaign
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.reason import Reason

MOST_LISTED = 200

_FIELDS = tuple(campaign.c[name] for name in Campaign.__struct_fields__)
_STORED = f"""
    select {", ".join(f"c.{column.name}" for column in _FIELDS)}, c.id, c.paused_at, c.removed_at,
           (select coalesce(sum(u.weight), 0) from plugin_promotions.use_entry u
             where u.campaign_id = c.id) as used,
           exists (select from plugin_promotions.use_entry u where u.campaign_id = c.id) as ever
      from plugin_promotions.campaign c
"""
_LIST: TextClause = text(
    f"{_STORED} where c.removed_at is null order by c.starts_at desc, c.id desc limit :most"
)
_ONE: TextClause = text(f"{_STORED} where c.uuid = :uuid").bindparams(bindparam("uuid", type_=Uuid))
_LOCK: TextClause = text(
    "select id from plugin_promotions.campaign where uuid = :uuid for update"
).bindparams(bindparam("uuid", type_=Uuid))
_MOST_OF_COMPANY: TextClause = text(
    """
    select coalesce(max(used), 0)
      from (select sum(weight) as used from plugin_promotions.use_entry
             where campaign_id = :id group by company_id) s
    """
)
_USES: TextClause = text(
    """
    select u.kind, u.at, u.order_uuid, o.number as order_number, c.name as company, d.label as code,
           count(*) over () as entries
      from plugin_promotions.use_entry u
      join fondaco_api.company_v1 c on c.id = u.company_id
      join fondaco_api.order_v1 o on o.uuid = u.order_uuid
      left join plugin_promotions.code d on d.id = u.code_id
     where u.campaign_id = :id
     order by u.id desc
     limit 50
    """
)


class Stored(Struct, frozen=True):
    """A campaign as stored. `used` counts its uses now, `ever`: it was used, even if given back."""

    campaign: Campaign
    id: int
    paused: bool
    removed: bool
    used: int
    ever: bool

    def state(self, now: datetime) -> State:
        """Where it stands."""
        return self.campaign.state(now, self.paused)

    @property
    def exhausted(self) -> bool:
        """Whether nobody can use it any more."""
        limit = self.campaign.limit_total
        return limit is not None and self.used >= limit


class Use(Struct, frozen=True):
    """An entry of the journal of uses."""

    kind: str
    at: datetime
    order: UUID
    number: str
    company: str
    code: str | None
    entries: int


async def all_campaigns(ask: Ask) -> Sequence[Stored]:
    """Every campaign that was not removed, the latest first. One statement."""
    return [_stored(row) for row in await ask.fetch(_LIST, {"most": MOST_LISTED})]


async def stored(ask: Ask, uuid: UUID) -> Stored:
    """One campaign, also a removed one. Raises `NotFound`."""
    rows = await ask.fetch(_ONE, {"uuid": uuid})
    if not rows:
        raise NotFound(Reason("promotions.absent", "Такой акции нет", "There is no such promotion"))
    return _stored(rows[0])


async def uses_of(ask: Ask, found: Stored) -> Sequence[Use]:
    """The latest entries about one campaign."""
    return [Use(*row) for row in await ask.fetch(_USES, {"id": found.id})]


async def add(act: Act, wanted: Campaign) -> None:
    """A new campaign. Raises `UserError` with its fields."""
    _refuse(dict(misfits(wanted)))
    await act.execute(insert(campaign).values(_values(wanted)))
    await act.audit("promotions.add", _subject(wanted.uuid), None, wanted)


async def change(act: Act, wanted: Campaign) -> None:
    """Another shape for a campaign. Raises `NotFound`, and `UserError` with its fields.

    A limit cannot fall below what is used up already.
    """
    before = await _locked(act, wanted.uuid)
    mistakes = dict(misfits(wanted))
    if wanted.limit_total is not None and wanted.limit_total < before.used:
        mistakes.setdefault("limit_total", _below(before.used))
    if wanted.limit_company is not None:
        most = int((await act.fetch(_MOST_OF_COMPANY, {"id": before.id}))[0][0])
        if wanted.limit_company < most:
            mistakes.setdefault("limit_company", _below(most))
    _refuse(mistakes)
    await _set(act, before, "change", _values(wanted), before.campaign, wanted)


async def pause(act: Act, uuid: UUID) -> None:
    """Nobody gets it until it is resumed; again changes nothing."""
    before = await _locked(act, uuid)
    if not before.paused:
        await _set(act, before, "pause", {"paused_at": act.now})


async def resume(act: Act, uuid: UUID) -> None:
    """It holds again."""
    before = await _locked(act, uuid)
    if before.paused:
        await _set(act, before, "resume", {"paused_at": None})


async def end(act: Act, uuid: UUID) -> None:
    """It holds no longer. One that has not begun is removed instead: raises `Conflict`."""
    before = await _locked(act, uuid)
    if before.state(act.now) is State.ENDED:
        return
    if act.now <= before.campaign.starts_at:
        raise Conflict(_NOT_BEGUN)
    ended = structs.replace(before.campaign, ends_at=act.now)
    await _set(act, before, "end", {"ends_at": act.now}, before.campaign, ended)


async def remove(act: Act, uuid: UUID) -> None:
    """Take one away that was never used. Raises `Conflict` for one that was: it can be ended."""
    before = await _locked(act, uuid)
    if before.ever:
        raise Conflict(_WAS_USED)
    if not before.removed:
        await _set(act, before, "remove", {"removed_at": act.now})


async def restore(act: Act, uuid: UUID) -> None:
    """Put a removed one back."""
    before = await _locked(act, uuid)
    if before.removed:
        await _set(act, before, "restore", {"removed_at": None})


async def _locked(act: Act, uuid: UUID) -> Stored:
    await act.fetch(_LOCK, {"uuid": uuid})
    return await stored(act, uuid)


async def _set(
    act: Act,
    before: Stored,
    what: str,
    values: dict[str, Any],
    was: object = None,
    now: object = None,
) -> None:
    await act.execute(update(campaign).where(campaign.c.id == before.id).values(values))
    await act.audit(f"promotions.{what}", _subject(before.campaign.uuid), was, now)


def _stored(row: Any) -> Stored:
    *values, id_, paused_at, removed_at, used, ever = row
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in zip(Campaign.__struct_fields__, values, strict=True)
    }
    found = Campaign(**fields)
    return Stored(found, id_, paused_at is not None, removed_at is not None, int(used), ever)


def _values(wanted: Campaign) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in structs.asdict(wanted).items()
    }


def _subject(uuid: UUID) -> str:
    return f"promotion:{uuid}"


def _refuse(mistakes: dict[str, Reason]) -> None:
    if mistakes:
        raise UserError(
            Reason("promotions.misfit", "Акция не сохранена", "The promotion is not saved"),
            mistakes,
        )


def _below(used: int) -> Reason:
    return Reason(
        "promotions.limit_below",
        f"Уже использовано {used}: меньше этого лимит быть не может",
        f"{used} are used already: the limit cannot be below that",
        {"used": str(used)},
    )


_WAS_USED = Reason(
    "promotions.was_used",
    "Акцию уже применяли: её можно завершить, но не удалить",
    "The promotion was used: it can be ended, not removed",
)
_NOT_BEGUN = Reason(
    "promotions.end_not_begun",
    "Акция ещё не началась: её можно приостановить или удалить",
    "The promotion has not begun: it can be paused or removed",
)
