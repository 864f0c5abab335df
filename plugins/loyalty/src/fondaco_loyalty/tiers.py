"""The statuses of the site: reading them, and changing them under one lock."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import TextClause, func, insert, select, text, update

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import period
from fondaco_loyalty.status import Tier, misfits
from fondaco_loyalty.tables import tier
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason

_TIER = (
    tier.c.uuid,
    tier.c.name_ru,
    tier.c.name_en,
    tier.c.threshold,
    tier.c.percent,
    tier.c.points_percent,
)
ALL = select(*_TIER).where(tier.c.removed_at.is_(None)).order_by(tier.c.threshold)
ONE = select(*_TIER, tier.c.removed_at)
LOCK: TextClause = text("lock table plugin_loyalty.tier in share row exclusive mode")
HOLDERS = per_holder(
    """
    with member as (
        select {holder} as holder,
               (select sum(e.amount) from plugin_loyalty.turnover e
                 where {members_own} and e.currency = :currency
                   and e.counted_on > :since and e.counted_on <= :today) as amount
          from ({members}) q
    )
    select tier.uuid, count(*) as number
      from (select holder, greatest(coalesce(sum(amount), 0), 0) as amount
              from member group by holder) m
     cross join lateral (
           select coalesce(
               (select d.uuid from plugin_loyalty.assignment n
                  join plugin_loyalty.tier d on d.id = n.tier_id and d.removed_at is null
                 where n.holder = m.holder and n.ended_at is null and n.valid_from <= :today
                   and (n.valid_to is null or n.valid_to >= :today)
                 order by n.id desc limit 1),
               (select t.uuid from plugin_loyalty.tier t
                 where t.removed_at is null and t.threshold <= m.amount
                 order by t.threshold desc limit 1)) as uuid
           ) tier
     where tier.uuid is not null
     group by tier.uuid
    """
)


class StoredTier(Struct, frozen=True):
    """A status as stored, also a removed one."""

    tier: Tier
    removed: bool


async def all_tiers(ask: Ask) -> Sequence[Tier]:
    """Every status in force, from the lowest up."""
    return [Tier(*row) for row in await ask.fetch(ALL)]


async def holders(ask: Ask) -> Mapping[UUID, int]:
    """How many customers hold each status now. One statement."""
    by = ask.settings(LoyaltySettings).by
    rows = await ask.fetch(HOLDERS[by], {"currency": ask.currency, **period(ask)})
    return {row.uuid: int(row.number) for row in rows}


async def any_stored(ask: Ask) -> bool:
    """Whether the site has, or once had, a status."""
    return bool(await ask.fetch(select(tier.c.id).limit(1)))


async def stored(ask: Ask, uuid: UUID) -> StoredTier:
    """One status. Raises `NotFound`."""
    rows = await ask.fetch(ONE.where(tier.c.uuid == uuid))
    if not rows:
        raise NotFound(
            Reason("loyalty.tier_absent", "Такого статуса нет", "There is no such status")
        )
    *values, removed_at = rows[0]
    return StoredTier(Tier(*values), removed_at is not None)


async def save(act: Act, wanted: Tier) -> None:
    """Add a status, change it, or put a removed one back.

    Raises `UserError` with its fields where it does not fit beside the others.
    """
    await act.execute(LOCK)
    others = [other for other in await all_tiers(act) if other.uuid != wanted.uuid]
    mistakes = misfits(wanted, others)
    if mistakes:
        raise UserError(
            Reason(
                "loyalty.misfit",
                "Статус не сохранён: он не сочетается с другими",
                "The status is not saved: it does not fit beside the others",
            ),
            mistakes,
        )
    rows = await act.fetch(ONE.where(tier.c.uuid == wanted.uuid))
    if rows:
        changed = {**structs.asdict(wanted), "removed_at": None}
        await act.execute(update(tier).where(tier.c.uuid == wanted.uuid).values(changed))
    else:
        await act.execute(insert(tier).values(structs.asdict(wanted)))
    before = Tier(*rows[0][:-1]) if rows else None
    await act.audit("loyalty.tier.save", f"loyalty_tier:{wanted.uuid}", before, wanted)


async def remove(act: Act, uuid: UUID) -> Tier:
    """Take a status out of force; it can be put back. Raises `NotFound`."""
    await act.execute(LOCK)
    found = await stored(act, uuid)
    if not found.removed:
        await act.execute(update(tier).where(tier.c.uuid == uuid).values(removed_at=func.now()))
        await act.audit("loyalty.tier.remove", f"loyalty_tier:{uuid}", found.tier, None)
    return found.tier
