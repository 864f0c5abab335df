"""Reading and writing carts: every statement takes the whole cart or names one line of it."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    TextClause,
    bindparam,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import UUID

from fondaco.cart.tables import cart
from fondaco.db.columns import QUANTITY

_MINE = (cart.c.company_id == bindparam("company")) & (cart.c.user_id == bindparam("user"))

CART_OF: Select[Any] = select(cart.c.id, cart.c.uuid, cart.c.version).where(_MINE)
LOCK_CART: Select[Any] = CART_OF.with_for_update()

# `parts` are the ids of the outlets, or of the deliveries, that get `shares` of the line.
LINES: TextClause = sql(
    """
    select l.id, l.uuid, l.product_id, l.quantity, l.source, l.source_ref, l.seen_price,
           l.seen_available, l.seen_promised, c.shown_total, c.way, dealt.parts, dealt.shares,
           l.replaced_product_id
      from fondaco.cart_line l
      join fondaco.cart c on c.id = l.cart_id
      left join lateral (
          select array_agg(part) as parts, array_agg(quantity) as shares
            from (select outlet_id as part, quantity from fondaco.cart_share
                   where c.way = 'outlets' and cart_line_id = l.id
                   union all
                  select cart_delivery_id, quantity from fondaco.cart_delivery_share
                   where c.way = 'deliveries' and cart_line_id = l.id) of_parts
      ) dealt on true
     where c.company_id = :company and c.user_id = :user
     order by l.id
    """
)

OPEN_CART: TextClause = sql(
    """
    insert into fondaco.cart (uuid, company_id, user_id) values (:uuid, :company, :user)
    on conflict (company_id, user_id)
    do update set version = fondaco.cart.version + 1, changed_at = now()
    returning id
    """
)

# A line that grows was just looked at elsewhere, so it counts as not seen in the cart yet.
ADD_LINES: TextClause = sql(
    """
    insert into fondaco.cart_line
        (uuid, cart_id, product_id, quantity, source, replaced_product_id, source_ref)
    select uuid, :cart, product_id, quantity, source, replaced, :ref
      from unnest(:uuids, :products, :quantities, :sources, :replaced)
           with ordinality as added (uuid, product_id, quantity, source, replaced, place)
     order by place
    on conflict (cart_id, product_id)
    do update set quantity = fondaco.cart_line.quantity + excluded.quantity,
                  seen_price = null, seen_available = null, seen_promised = null
    returning id
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
    bindparam("sources", type_=ARRAY(Text)),
    bindparam("replaced", type_=ARRAY(BigInteger)),
)

# The cart before its lines, as a checkout in another tab locks them: the other way round the two
# would wait for each other.
_LOCKED = """
    mine as (
        select id, shown_total, way from fondaco.cart
         where company_id = :company and user_id = :user
           for no key update
    )"""

# Of a cart that is locked. The line as it was before comes back, to tell a change of ours from one
# of the world.
SET_QUANTITY: TextClause = sql(
    """
    with mine as (
        select id, shown_total, way from fondaco.cart
         where company_id = :company and user_id = :user
    ), parts as (
        select s.outlet_id as part, s.quantity
          from fondaco.cart_share s join fondaco.cart_line l on l.id = s.cart_line_id
          join mine on mine.id = l.cart_id and mine.way = 'outlets'
         where l.uuid = :line
        union all
        select s.cart_delivery_id, s.quantity
          from fondaco.cart_delivery_share s join fondaco.cart_line l on l.id = s.cart_line_id
          join mine on mine.id = l.cart_id and mine.way = 'deliveries'
         where l.uuid = :line
    )
    update fondaco.cart_line l set quantity = :quantity
      from fondaco.cart_line before
      join mine c on c.id = before.cart_id
     where before.id = l.id and before.uuid = :line
    returning before.id, before.uuid, before.product_id, before.quantity, before.source,
              before.source_ref, before.seen_price, before.seen_available, before.seen_promised,
              c.shown_total, c.way, (select array_agg(part order by part) from parts),
              (select array_agg(quantity order by part) from parts), before.replaced_product_id
    """
).bindparams(bindparam("quantity", type_=QUANTITY))

# Of a cart that is locked. What is another product was not seen yet.
REPLACE: TextClause = sql(
    """
    update fondaco.cart_line l
       set product_id = :product, quantity = :quantity, replaced_product_id = :replaced,
           seen_price = null, seen_available = null, seen_promised = null
      from fondaco.cart c
     where c.id = l.cart_id and c.company_id = :company and c.user_id = :user and l.uuid = :line
    """
).bindparams(bindparam("quantity", type_=QUANTITY), bindparam("replaced", type_=BigInteger))

# Takes lines out with their shares, keeps them for undoing, and forgets what is long out.
REMOVE: TextClause = sql(
    f"""
    with {_LOCKED}, gone as (
        delete from fondaco.cart_line l using mine
         where l.cart_id = mine.id and (:everything or l.uuid = any(:lines))
        returning l.*
    ), kept as (
        select gone.id, gone.cart_id,
               to_jsonb(gone) || jsonb_build_object('shares', (
                   select coalesce(jsonb_agg(to_jsonb(s)), '[]') from fondaco.cart_share s
                    where s.cart_line_id = gone.id), 'deliveries', (
                   select coalesce(jsonb_agg(to_jsonb(s)), '[]')
                     from fondaco.cart_delivery_share s
                    where s.cart_line_id = gone.id)) as line
          from gone
    ), forgotten as (
        delete from fondaco.cart_removed r using mine
         where r.cart_id = mine.id and r.removed_at < now() - interval '1 hour'
    )
    insert into fondaco.cart_removed (uuid, cart_id, lines)
    select :uuid, cart_id, jsonb_agg(line order by id) from kept group by cart_id
    returning jsonb_array_length(lines)
    """
).bindparams(bindparam("lines", type_=ARRAY(UUID(as_uuid=True))))

PUT_BACK: TextClause = sql(
    f"""
    with {_LOCKED}, back as (
        delete from fondaco.cart_removed r using mine
         where mine.id = r.cart_id and r.uuid = :uuid
        returning r.lines
    ), lines as (
        insert into fondaco.cart_line as here
        select line.* from back, jsonb_populate_recordset(null::fondaco.cart_line, back.lines) line
        on conflict (cart_id, product_id) do update set quantity = here.quantity + excluded.quantity
        returning here.id
    ), shares as (
        insert into fondaco.cart_share
        select share.* from back, jsonb_array_elements(back.lines) line,
               jsonb_populate_recordset(null::fondaco.cart_share, line -> 'shares') share
         where share.cart_line_id in (select id from lines)
           and exists (select from fondaco.outlet o where o.id = share.outlet_id)
    ), of_deliveries as (
        insert into fondaco.cart_delivery_share
        select share.* from back, jsonb_array_elements(back.lines) line,
               jsonb_populate_recordset(
                   null::fondaco.cart_delivery_share, line -> 'deliveries') share
         where share.cart_line_id in (select id from lines)
           and exists (select from fondaco.cart_delivery d where d.id = share.cart_delivery_id)
    )
    select id from lines
    """
)

# The next order begins for one address, and is sent together.
CLEAR: TextClause = sql(
    f"""
    with {_LOCKED}, gone as (
        delete from fondaco.cart_line l using mine where l.cart_id = mine.id
    ), delivered as (
        delete from fondaco.cart_delivery d using mine where d.cart_id = mine.id
    )
    update fondaco.cart c set way = 'together', checkout = '{{}}'
      from mine where c.id = mine.id and (mine.way <> 'together' or c.checkout <> '{{}}')
    """
)

SET_WAY: TextClause = sql(
    """
    insert into fondaco.cart (uuid, company_id, user_id, way)
    values (gen_random_uuid(), :company, :user, :way)
    on conflict (company_id, user_id)
    do update set way = excluded.way, version = fondaco.cart.version + 1, changed_at = now()
    """
)

SEE: TextClause = sql(
    f"""
    with {_LOCKED}, seen as (
        update fondaco.cart_line l
           set seen_price = s.price, seen_available = s.available, seen_promised = s.promised
          from unnest(cast(:lines as bigint[]), cast(:prices as numeric[]),
                      cast(:available as numeric[]), cast(:promised as date[]))
               as s (id, price, available, promised)
          cross join mine
         where l.id = s.id and l.cart_id = mine.id
    )
    update fondaco.cart c set shown_total = :total from mine where c.id = mine.id
    """
)
