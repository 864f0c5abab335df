"""Attempts with acquirers in SQL; whoever asks for an order's has found it in its scope."""

from sqlalchemy import TextClause, text

_ONE = """
    select c.id, c.uuid, c.provider, c.external_id, c.state, c.amount, c.currency, c.url, c.ru,
           c.en, p.uuid as payment, p.order_id, c.started_at,
           extract(epoch from clock_timestamp() - c.started_at)::double precision as age,
           extract(epoch from clock_timestamp() - c.read_at)::double precision as unread,
           extract(epoch from clock_timestamp() - c.ended_at)::double precision as ended
      from fondaco.charge c join fondaco.payment p on p.id = c.payment_id
"""
OF_ORDER: TextClause = text(f"{_ONE} where p.order_id = :order order by c.id")
OF_PART: TextClause = text(f"{_ONE} where p.uuid = :payment order by c.id")
LOCKED: TextClause = text(f"{_ONE} where c.id = :id for update of c")
FOUND: TextClause = text(
    f"""{_ONE}
     where c.provider = :provider
       and (c.external_id = :external or c.external_id is null and c.uuid = cast(:key as uuid))
     order by c.external_id nulls last limit 1
    """
)
# The longer nothing happened, the longer the pauses: up to a quarter of an hour. What was given up
# here may still be paid at the acquirer's page: it is asked about once an hour for a day.
DUE: TextClause = text(
    f"""{_ONE}
     where (c.state in ('starting', 'pending')
            or (c.state = 'expired' and c.external_id is not null
                and c.ended_at > clock_timestamp()
                   - make_interval(secs => cast(:watched as double precision))))
       and (c.state = 'starting' or c.read_at is null
            or c.read_at < clock_timestamp()
               - make_interval(secs => case c.state when 'expired' then 3600
                   else greatest(20, least(900,
                     extract(epoch from clock_timestamp() - c.started_at) / 6)) end))
     order by c.state = 'expired', c.read_at nulls first, c.id limit :most
    """
)
INSERT: TextClause = text(
    """
    insert into fondaco.charge (uuid, payment_id, provider, amount, currency)
    select cast(:uuid as uuid), p.id, p.provider, cast(:amount as numeric), p.currency
      from fondaco.payment p where p.uuid = :payment
    returning id
    """
)
TELL: TextClause = text(
    """
    update fondaco.charge
       set state = :state, external_id = coalesce(external_id, cast(:external as text)),
           url = case when :url = '' then url else :url end, ru = :ru, en = :en,
           read_at = clock_timestamp(),
           ended_at = case when :state in ('starting', 'pending') then null
                           else coalesce(ended_at, clock_timestamp()) end
     where id = :id
    """
)
EXPIRE: TextClause = text(
    """
    update fondaco.charge set state = 'expired', ended_at = clock_timestamp()
     where id = :id and state in ('starting', 'pending')
    """
)
ASKED: TextClause = text(
    "update fondaco.charge set read_at = clock_timestamp() where id = :id and read_at is not null"
)
STRAY: TextClause = text(
    """
    insert into fondaco.stray_charge (uuid, provider, external_id, charge_id, amount, currency)
    values (:uuid, :provider, :external, cast(:charge as bigint), cast(:amount as numeric),
            :currency)
    on conflict (provider, external_id) do nothing
    """
)
PAYER: TextClause = text(
    """
    select coalesce(nullif(e.full_name, ''), e.name), e.tax_id, coalesce(u.email, '')
      from fondaco.customer_order o
      join fondaco.legal_entity e on e.id = o.legal_entity_id
      left join fondaco.user_account u on u.id = o.user_id
     where o.id = :order
    """
)
ORDER_OF: TextClause = text(
    """
    select p.order_id, o.uuid from fondaco.charge c
      join fondaco.payment p on p.id = c.payment_id
      join fondaco.customer_order o on o.id = p.order_id
     where c.id = :id
    """
)
ENTRIES: TextClause = text(
    """
    select e.id, p.uuid as payment, e.at, e.kind, e.amount, e.source, e.reference,
           exists (select 1 from fondaco.payment_entry s
                     join fondaco.payment part on part.id = s.payment_id
                    where part.order_id = p.order_id and s.source = e.source and s.kind = 'struck'
                      and s.reference = 'strike:' || e.reference) as struck
      from fondaco.payment_entry e join fondaco.payment p on p.id = e.payment_id
     where p.order_id = :order order by e.id
    """
)
STRUCK_BEFORE: TextClause = text(
    """
    select count(*) from fondaco.payment_entry e join fondaco.payment p on p.id = e.payment_id
     where p.order_id = :order and e.source = 'staff' and e.kind = 'struck'
       and (e.reference = 'strike:' || :base or e.reference like 'strike:' || :pattern || '#%')
    """
)
# With a rate of VAT that a receipt can name, where the lines are all taken off.
LINES: TextClause = text(
    """
    select name, unit, case when vat <> 'novat' then vat_rate end as rate
      from fondaco.order_line where order_id = :order order by position, id
    """
)
REFUNDS: TextClause = text(
    """
    select r.uuid, r.charge_id, r.external_id, r.state, r.amount, r.reason, r.ru, r.en,
           r.started_at, c.provider, c.external_id as charge, c.amount as charged, c.currency,
           p.uuid as payment, p.order_id, p.way,
           extract(epoch from clock_timestamp() - r.started_at)::double precision as age
      from fondaco.charge_refund r
      join fondaco.charge c on c.id = r.charge_id
      join fondaco.payment p on p.id = c.payment_id
     where p.order_id = :order or r.uuid = cast(:refund as uuid)
     order by r.id
    """
)
INSERT_REFUND: TextClause = text(
    """
    insert into fondaco.charge_refund (uuid, charge_id, amount, reason, user_id)
    values (:uuid, :charge, cast(:amount as numeric), :reason, cast(:user as bigint))
    """
)
TELL_REFUND: TextClause = text(
    """
    update fondaco.charge_refund
       set state = :state, external_id = coalesce(external_id, cast(:external as text)),
           ru = :ru, en = :en,
           ended_at = case when :state = 'starting' then null else clock_timestamp() end
     where uuid = :uuid and state = 'starting'
    """
)
CLEAR_UP: TextClause = text(
    """
    update fondaco.charge_refund set state = :state, ru = :ru, en = :en
     where uuid = :uuid and state = 'unknown'
    """
)
