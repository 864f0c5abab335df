"""When companies are merged, what the one has used counts for the other."""

from sqlalchemy import BigInteger, bindparam, text

from fondaco_promotions.uses import MOVING
from fondaco_sdk.context import Act
from fondaco_sdk.events import CompaniesMergedV1

_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:room, 0))").bindparams(room=MOVING)
# Mergers arrive in lanes by the company that stays: of two in a row the later may come first.
_NOTE = text(
    """
    insert into plugin_promotions.merger (company_id, into_company_id)
    select :company, coalesce((select m.into_company_id from plugin_promotions.merger m
                                where m.company_id = :into), :into)
        on conflict do nothing
    returning into_company_id
    """
).bindparams(bindparam("company", type_=BigInteger), bindparam("into", type_=BigInteger))
_FOLLOW = text(
    "update plugin_promotions.merger set into_company_id = :into where into_company_id = :company"
)
_MOVE = text(
    """
    with held as (
        select campaign_id, code_id, min(user_id) as user_id, order_uuid
          from plugin_promotions.use_entry
         where company_id = :company
         group by campaign_id, code_id, order_uuid
        having sum(weight) > 0
    )
    insert into plugin_promotions.use_entry
           (campaign_id, code_id, company_id, user_id, order_uuid, kind, weight)
    select h.campaign_id, h.code_id, to_.company_id, h.user_id, h.order_uuid, to_.kind, to_.weight
      from held h
     cross join (values (cast(:company as bigint), 'moved_out', -1),
                        (cast(:into as bigint), 'moved_in', 1)) as to_(company_id, kind, weight)
    """
)
# A code in the cart goes with the cart; where both have one, that of the company that stays.
_MOVE_CODES = text(
    """
    update plugin_promotions.cart_code k set company_id = :into
     where k.company_id = :company
       and not exists (select from plugin_promotions.cart_code o
                        where o.company_id = :into and o.user_id = k.user_id)
    """
)
_DROP_CODES = text("delete from plugin_promotions.cart_code where company_id = :company")


async def follow_merge(act: Act, event: CompaniesMergedV1) -> None:
    """Move the uses by entries that cancel each other out; told twice, they move once.

    Constant statements. A limit per company then counts what both have used, even beyond it: what
    was ordered stays ordered.
    """
    await act.execute(_ALONE)
    noted = await act.fetch(_NOTE, {"company": event.company_id, "into": event.into_company_id})
    if not noted:
        return
    pair = {"company": event.company_id, "into": noted[0].into_company_id}
    await act.execute(_FOLLOW, pair)
    await act.execute(_MOVE, pair)
    await act.execute(_MOVE_CODES, pair)
    await act.execute(_DROP_CODES, {"company": event.company_id})
