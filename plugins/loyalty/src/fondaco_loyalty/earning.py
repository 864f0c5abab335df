"""Points that orders bring, and what a cancelled order gives back; each once."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.ledger import (
    TODAY,
    Account,
    Entry,
    Owner,
    credit,
    opened,
    with_lots,
    withdrawal,
    write,
)
from fondaco_loyalty.merging import BESIDE_MERGES
from fondaco_loyalty.orders import ALONE
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import standing
from fondaco_loyalty.status import Tier
from fondaco_sdk.context import Act
from fondaco_sdk.events import OrderCancelledV1, OrderEvent, OrderStateChangedV1
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.order import Order, OrderState

_NO_BRANDS: TextClause = text(
    """
    select id from fondaco_api.product_v1
     where id = any(cast(:products as bigint[])) and brand = any(cast(:brands as text[]))
    """
)
_HISTORY: TextClause = text(
    f"""
    select e.kind, e.amount, {TODAY} as today,
           coalesce((select -sum(x.amount) from plugin_loyalty.points_part x
                       join plugin_loyalty.points f on f.id = x.entry_id and f.kind = 'expire'
                      where x.lot_id = e.id), 0) as expired
      from plugin_loyalty.points e
     where e.order_uuid = :order and e.kind in ('earn', 'spend', 'return', 'take_back')
    """
)
_SPENT: TextClause = text(
    """
    select l.expires_on, -sum(p.amount) as amount
      from plugin_loyalty.points e
      join plugin_loyalty.points_part p on p.entry_id = e.id
      join plugin_loyalty.points l on l.id = p.lot_id
     where e.order_uuid = :order and e.kind = 'spend'
     group by l.expires_on
     order by l.expires_on nulls last
    """
)


class _History(Struct, frozen=True):
    kind: str
    amount: Decimal
    today: date
    expired: Decimal


async def follow_points(act: Act, event: OrderEvent) -> None:
    """Earn where the order has come so far; give back and take back where it was cancelled.

    One subscriber for both, so that they come one after the other; out of a dead letter they may
    not, hence the lock and the look at the order as it is now.
    """
    cancelled = isinstance(event, OrderCancelledV1)
    reached = isinstance(event, OrderStateChangedV1) and _brings_points(act, event)
    if not cancelled and not reached:
        return
    await act.execute(BESIDE_MERGES)
    await act.execute(ALONE, {"document": str(event.order_uuid)})
    orders = await act.orders.orders([event.order_id], Scope.all_companies())
    order = orders[event.order_id]
    history = [_History(*row) for row in await act.fetch(_HISTORY, _of(act, order))]
    if cancelled:
        await _undo(act, order, history)
    elif order.state is not OrderState.CANCELLED and not _has(history, "earn"):
        await _earn(act, order)


def _brings_points(act: Act, event: OrderStateChangedV1) -> bool:
    """Whether the order is paid or shipped by this, as the settings ask.

    An order that waited for its payment and goes on was paid; one on credit when it is completed.
    """
    if act.settings(LoyaltySettings).points_on == "shipment":
        return event.after is OrderState.SHIPPED
    waited = event.before is OrderState.AWAITING_PAYMENT
    return event.after is OrderState.COMPLETED or (
        waited and event.after is not OrderState.CANCELLED
    )


async def _earn(act: Act, order: Order) -> None:
    settings = act.settings(LoyaltySettings)
    if order.currency != act.currency:
        return
    tier = (await standing(act, order.company_id, order.legal_entity_id)).tier
    earned = points_for(await _counting(act, order), percent_for(settings, tier))
    if not earned:
        return
    (account,) = (await opened(act, [_owner(order)])).values()
    entry = Entry(
        account_id=account.id,
        company_id=order.company_id,
        kind="earn",
        amount=earned,
        expires_on=act.now.astimezone(act.zone).date() + timedelta(days=settings.points_days),
        order_uuid=order.uuid,
        label=order.number,
    )
    await credit(act, [account], [entry])


def percent_for(settings: LoyaltySettings, tier: Tier | None) -> Decimal:
    """How much of what is paid comes back as points: what the status says, else the site."""
    if tier is not None and tier.points_percent is not None:
        return tier.points_percent
    return settings.points_percent


def earns_anywhere(settings: LoyaltySettings, tiers: Sequence[Tier]) -> bool:
    """Whether anybody earns points on this site."""
    return any(percent_for(settings, tier) for tier in (None, *tiers))


def points_for(paid: Decimal, percent: Decimal) -> Decimal:
    """Whole points, rounded down, for what was paid."""
    return (paid * percent / 100).to_integral_value(ROUND_FLOOR)


async def _counting(act: Act, order: Order) -> Decimal:
    """What was paid for goods that bring points; points themselves bring none."""
    brands = act.settings(LoyaltySettings).points_without_brands
    without: set[int] = set()
    if brands:
        asked = {"products": [ln.product_id for ln in order.lines], "brands": list(brands)}
        without = {row.id for row in await act.fetch(_NO_BRANDS, asked)}
    return sum((ln.total for ln in order.lines if ln.product_id not in without), Decimal(0))


async def _undo(act: Act, order: Order, history: Sequence[_History]) -> None:
    """Return what the order was paid with, then take back what it has brought."""
    returns = _has(history, "spend") and not _has(history, "return")
    takes_back = _has(history, "earn") and not _has(history, "take_back")
    if not returns and not takes_back:
        return
    (account,) = (await opened(act, [_owner(order)])).values()
    if returns:
        await credit(act, [account], await _returned(act, order, account, history[0].today))
    if takes_back:
        (account,) = await with_lots(act, [account])
        earned = next(entry for entry in history if entry.kind == "earn")
        await write(act, _taken_back(order, account, earned))


async def _returned(act: Act, order: Order, account: Account, today: date) -> Sequence[Entry]:
    """Points come back with the day on which they would have expired, or some days of grace."""
    grace = today + timedelta(days=act.settings(LoyaltySettings).points_return_days)
    lots: dict[date | None, Decimal] = {}
    for expires_on, amount in await act.fetch(_SPENT, {"order": order.uuid}):
        until = max(expires_on, grace) if expires_on else None
        lots[until] = lots.get(until, Decimal(0)) + amount
    return [
        Entry(
            account_id=account.id,
            company_id=order.company_id,
            kind="return",
            amount=amount,
            expires_on=until,
            order_uuid=order.uuid,
            part=part,
            label=order.number,
        )
        for part, (until, amount) in enumerate(lots.items(), 1)
    ]


def _taken_back(order: Order, account: Account, earned: _History) -> Sequence[Entry]:
    """What the order has brought, but for what has expired unused; what was spent is owed."""
    amount, owed, takes = withdrawal(account, earned.amount - earned.expired, order=order.uuid)
    if not amount and not owed:
        return ()
    return (
        Entry(
            account_id=account.id,
            company_id=order.company_id,
            kind="take_back",
            amount=amount,
            owed=owed,
            takes=takes,
            order_uuid=order.uuid,
            label=order.number,
        ),
    )


def _has(history: Sequence[_History], kind: str) -> bool:
    """Whether an entry of that kind was made for the order."""
    return any(entry.kind == kind for entry in history)


def _owner(order: Order) -> Owner:
    return Owner(order.company_id, order.legal_entity_id)


def _of(act: Act, order: Order) -> dict[str, object]:
    return {"order": order.uuid, "zone": act.zone.key}
