"""Bank statements in SQL."""

from sqlalchemy import ARRAY, BigInteger, Date, Numeric, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

OWN_ACCOUNTS: TextClause = text(
    """
    select replace(bank ->> 'account', ' ', '') as account, min(id) as seller
      from fondaco.seller where coalesce(bank ->> 'account', '') <> '' group by 1
    """
)
INSERT_STATEMENT: TextClause = text(
    """
    insert into fondaco.bank_statement (uuid, name, user_id) values (:uuid, :name, :user)
    returning id
    """
)
SET_FACTS: TextClause = text(
    "update fondaco.bank_statement set facts = :facts where id = :id"
).bindparams(bindparam("facts", type_=JSONB))
_TEXTS = ("keys", "accounts", "kinds", "numbers", "currencies", "payers", "tax_ids")
_MORE = ("payer_accounts", "purposes")
INSERT_PAYMENTS: TextClause = text(
    """
    insert into fondaco.bank_payment
           (uuid, statement_id, seller_id, key, account, kind, number, day, received_on, amount,
            currency, payer, payer_tax_id, payer_account, purpose)
    select uuid, :statement, seller, key, account, kind, number, day, received_on, amount,
           currency, payer, tax_id, payer_account, purpose
      from unnest(:uuids, :sellers, :keys, :accounts, :kinds, :numbers, :days, :received,
                  :amounts, :currencies, :payers, :tax_ids, :payer_accounts, :purposes)
           with ordinality
           as told (uuid, seller, key, account, kind, number, day, received_on, amount, currency,
                    payer, tax_id, payer_account, purpose, position)
     order by position
    on conflict (key) do nothing
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("sellers", type_=ARRAY(BigInteger)),
    bindparam("days", type_=ARRAY(Date)),
    bindparam("received", type_=ARRAY(Date)),
    bindparam("amounts", type_=ARRAY(Numeric(15, 2))),
    *(bindparam(name, type_=ARRAY(Text)) for name in _TEXTS + _MORE),
)
STATEMENTS: TextClause = text(
    """
    select s.uuid, s.name, s.uploaded_at, s.facts, coalesce(u.name, '') as who,
           count(b.id) filter (where b.state = 'open') as open,
           count(b.id) filter (where b.state = 'booked') as booked,
           count(b.id) filter (where b.state = 'foreign') as set_aside
      from fondaco.bank_statement s
      left join fondaco.user_account u on u.id = s.user_id
      left join fondaco.bank_payment b on b.statement_id = s.id
     where cast(:uuid as uuid) is null or s.uuid = cast(:uuid as uuid)
     group by s.id, u.name order by s.id desc limit :most
    """
)
_PAYMENT = """
    select b.uuid, b.seller_id, b.amount, b.currency, b.payer_tax_id, b.purpose, b.id, b.key,
           b.state, b.struck, b.kind, b.number, b.day, b.received_on, b.payer, b.payer_account,
           b.account, s.uuid as statement
      from fondaco.bank_payment b join fondaco.bank_statement s on s.id = b.statement_id
"""
PAYMENTS: TextClause = text(
    f"""{_PAYMENT}
     where (cast(:statement as uuid) is null or s.uuid = cast(:statement as uuid))
       and b.state = any(:states)
     order by b.id limit :most
    """
).bindparams(bindparam("states", type_=ARRAY(Text)))
PAYMENT: TextClause = text(f"{_PAYMENT} where b.uuid = :uuid")
LOCKED: TextClause = text(
    f"{_PAYMENT} where b.uuid = any(:uuids) order by b.id for update of b"
).bindparams(bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))))
SETTLE: TextClause = text(
    """
    update fondaco.bank_payment
       set state = :state, struck = struck + :struck, settled_by = cast(:user as bigint),
           settled_at = case when :state = 'open' then null else now() end
     where id = any(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

# Orders that a purpose names, and those of the payers that are not paid yet.
ORDERS: TextClause = text(
    """
    select o.uuid, o.id, o.number,
           array(select distinct cast(d.number as text) from fondaco.document d
                  where d.order_id = o.id and d.kind = 'invoice' and d.number <> '') as invoices,
           o.seller_id, c.name as company, e.tax_id, o.state, o.currency
      from fondaco.customer_order o
      join fondaco.company c on c.id = o.company_id
      join fondaco.legal_entity e on e.id = o.legal_entity_id
     where o.seller_id = any(:sellers) and (:everything or o.company_id = :company)
       and (o.number = any(:numbers) or cast(o.uuid as text) = any(:numbers)
            or o.id in (select d.order_id from fondaco.document d
                         where d.kind = 'invoice' and d.number = any(:numbers))
            or e.tax_id = any(:tax_ids) and o.state <> 'cancelled'
               and exists (select 1 from fondaco.payment p
                            where p.order_id = o.id and p.amount > p.received))
     order by o.id
    """
).bindparams(
    bindparam("sellers", type_=ARRAY(BigInteger)),
    bindparam("numbers", type_=ARRAY(Text)),
    bindparam("tax_ids", type_=ARRAY(Text)),
)
PARTS: TextClause = text(
    """
    select order_id, uuid, amount - received as open, provider
      from fondaco.payment where order_id = any(:ids) order by order_id, position
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))
BOOKED: TextClause = text(
    """
    select e.reference, o.id as order_id, o.uuid, o.number, c.name as company,
           p.uuid as payment, e.amount
      from fondaco.payment_entry e
      join fondaco.payment p on p.id = e.payment_id
      join fondaco.customer_order o on o.id = p.order_id
      join fondaco.company c on c.id = o.company_id
     where e.source = 'statement' and e.reference = any(:references)
       and (:everything or o.company_id = :company)
     order by e.id
    """
).bindparams(bindparam("references", type_=ARRAY(Text)))
