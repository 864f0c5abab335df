"""Payments in SQL; whoever asks has found the order in its scope."""

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, Numeric, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID

# What tells of the same money: what came, and what was struck of it as a mistake (see `Receipt`).
ONE_MONEY = """e.source, case e.kind when 'struck' then regexp_replace(e.reference, '^strike:', '')
                       else e.reference end"""
OF_ORDERS: TextClause = text(
    """
    select order_id, id, uuid, way, ru, en, amount, received, before, provider
      from fondaco.payment where order_id = any(cast(:ids as bigint[]))
     order by order_id, position
    """
)
INSERT_PARTS: TextClause = text(
    """
    insert into fondaco.payment
           (uuid, order_id, position, way, provider, ru, en, before, amount, currency)
    select uuid, :order, position, way, provider, ru, en, before, amount, :currency
      from unnest(:uuids, :ways, :providers, :ru, :en, :before, :amounts) with ordinality
           as added (uuid, way, provider, ru, en, before, amount, position)
    """
).bindparams(
    bindparam("order", type_=BigInteger),
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("before", type_=ARRAY(Boolean)),
    bindparam("amounts", type_=ARRAY(Numeric(15, 2))),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("ways", "providers", "ru", "en")),
)
SET_AMOUNTS: TextClause = text(
    """
    update fondaco.payment p set amount = said.amount
      from unnest(:payments, :amounts) as said (payment, amount)
     where p.id = said.payment and p.amount <> said.amount
    """
).bindparams(
    bindparam("payments", type_=ARRAY(BigInteger)),
    bindparam("amounts", type_=ARRAY(Numeric(15, 2))),
)
TOLD: TextClause = text(
    """
    select 1 from fondaco.payment_entry e join fondaco.payment p on p.id = e.payment_id
     where p.order_id = :order and e.source = :source and e.reference = :reference limit 1
    """
)
ADD_ENTRIES: TextClause = text(
    """
    with added as (
        insert into fondaco.payment_entry
               (payment_id, paid_on, kind, amount, source, reference, user_id)
        select payment, :paid_on, :kind, amount, :source, :reference, cast(:user as bigint)
          from unnest(:payments, :amounts) as one (payment, amount)
        returning payment_id, amount
    )
    update fondaco.payment p set received = p.received + added.amount
      from added where p.id = added.payment_id
    """
).bindparams(
    bindparam("paid_on", type_=Date),
    bindparam("payments", type_=ARRAY(BigInteger)),
    bindparam("amounts", type_=ARRAY(Numeric(15, 2))),
)
# The part as it was chosen until now goes into the journal in the same statement.
SET_WAY: TextClause = text(
    """
    with former as (
        insert into fondaco.payment_way_change
               (payment_id, way_before, way_after, amount, user_id)
        select id, way, :way, amount, cast(:user as bigint)
          from fondaco.payment where uuid = :payment
    )
    update fondaco.payment
       set way = :way, provider = :provider, ru = :ru, en = :en, before = :before
     where uuid = :payment
    """
).bindparams(
    bindparam("payment", type_=UUID(as_uuid=True)),
    bindparam("before", type_=Boolean),
    *(bindparam(name, type_=Text) for name in ("way", "provider", "ru", "en")),
)
