"""The journal of uses: taken in the order's transaction, given back once when it is cancelled."""

from sqlalchemy import BigInteger, Uuid, bindparam, text

from fondaco_promotions.matching import ROOM
from fondaco_promotions.wording import APPLIED
from fondaco_sdk.context import Act
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import OrderCancelledV1
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

MOVING = "plugin_promotions:moving"

# Whoever counts a limited campaign waits for whoever is counting it. Unlimited ones hold up nobody.
LOCK = text(
    """
    select c.id from plugin_promotions.campaign c
     where c.uuid = any(cast(:campaigns as uuid[]))
       and (c.limit_total is not null or c.limit_company is not null or exists (
               select from plugin_promotions.code d
                where d.uuid = any(cast(:codes as uuid[])) and d.campaign_id = c.id
                  and d.most is not null))
     order by c.id
       for no key update
    """
)
TAKE = text(
    f"""
    with taken as (
        insert into plugin_promotions.use_entry
               (campaign_id, code_id, company_id, user_id, order_uuid, kind, weight)
        select c.id, d.id, :company, :user, :order, 'use', 1
          from unnest(cast(:campaigns as uuid[]), cast(:codes as uuid[])) as a(campaign, code)
          join plugin_promotions.campaign c on c.uuid = a.campaign
          left join plugin_promotions.code d on d.uuid = a.code
         where c.paused_at is null and c.removed_at is null and {ROOM}
        returning campaign_id
    ), spent as (
        delete from plugin_promotions.cart_code k using plugin_promotions.code d
         where k.company_id = :company and k.user_id = :user
           and d.id = k.code_id and d.uuid = any(cast(:codes as uuid[]))
    )
    select c.uuid from taken t join plugin_promotions.campaign c on c.id = t.campaign_id
    """
).bindparams(
    bindparam("company", type_=BigInteger),
    bindparam("user", type_=BigInteger),
    bindparam("order", type_=Uuid),
)
# Merges of companies wait until it is given back, and the other way round.
BESIDE_MERGES = text("select pg_advisory_xact_lock_shared(hashtextextended(:room, 0))").bindparams(
    room=MOVING
)
# To the company that has the use now: it may have been moved by a merge.
GIVE_BACK = text(
    """
    insert into plugin_promotions.use_entry
           (campaign_id, code_id, company_id, user_id, order_uuid, kind, weight)
    select campaign_id, code_id, company_id, min(user_id), order_uuid, 'back', -1
      from plugin_promotions.use_entry
     where order_uuid = :order
     group by campaign_id, code_id, company_id, order_uuid
    having sum(weight) > 0
        on conflict do nothing
    """
).bindparams(bindparam("order", type_=Uuid))


async def take_uses(act: Act, order: Order, priced: PricedCart) -> None:
    """Use every campaign that made this order cheaper, once. Two statements; none without any.

    Raises `Conflict` where one has no room any more: somebody else took the last use meanwhile.
    """
    used = used_by(priced)
    if not used:
        return
    pairs = {
        "campaigns": list(used),
        "codes": [reason.params["code"] or None for reason in used.values()],
    }
    await act.fetch(LOCK, pairs)
    taken = await act.fetch(
        TAKE,
        {
            **pairs,
            "company": order.company_id,
            "user": act.actor.user_id,
            "order": order.uuid,
        },
    )
    gone = used.keys() - {str(row.uuid) for row in taken}
    if gone:
        raise Conflict(_gone(used[min(gone)]))


async def follow_cancellation(act: Act, event: OrderCancelledV1) -> None:
    """What a cancelled order used is free again; told twice, it is given back once."""
    await act.execute(BESIDE_MERGES)
    await act.execute(GIVE_BACK, {"order": event.order_uuid})


def used_by(priced: PricedCart) -> dict[str, Reason]:
    """The campaigns that a cart's prices rest on, with what was said of each."""
    return {
        step.reason.params["campaign"]: step.reason
        for line in priced.lines
        for step in line.price.steps
        if step.applied and step.plugin == "promotions" and step.reason.code == APPLIED
    }


def _gone(reason: Reason) -> Reason:
    return Reason(
        "promotions.used_up_meanwhile",
        f"{reason.ru}. Она только что закончилась, заказ не оформлен: проверьте цены ещё раз",
        f"{reason.en}. It has just ended and nothing was ordered: look at the prices again",
        reason.params,
    )
