"""Reading and writing carts: every statement takes the whole cart or names one line of it."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Delete,
    Select,
    Text,
    TextClause,
    Update,
    bindparam,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.sql.dml import ReturningDelete

from fondaco.cart.tables import cart, cart_line
from fondaco.db.columns import QUANTITY

_MINE = (cart.c.company_id == bindparam("company")) & (cart.c.user_id == bindparam("user"))

CART_OF: Select[Any] = select(cart.c.id, cart.c.uuid, cart.c.version).where(_MINE)
LOCK_CART: Select[Any] = CART_OF.with_for_update()

LINES: Select[Any] = (
    select(
        cart_line.c.id,
        cart_line.c.uuid,
        cart_line.c.product_id,
        cart_line.c.quantity,
        cart_line.c.source,
        cart_line.c.source_ref,
        cart_line.c.seen_price,
        cart_line.c.seen_available,
        cart_line.c.seen_promised,
        cart_line.c.added_at,
    )
    .select_from(cart_line.join(cart, cart.c.id == cart_line.c.cart_id))
    .where(_MINE)
    .order_by(cart_line.c.id)
)

OPEN_CART: TextClause = text(
    """
    insert into fondaco.cart (uuid, company_id, user_id) values (:uuid, :company, :user)
    on conflict (company_id, user_id)
    do update set version = fondaco.cart.version + 1, changed_at = now()
    returning id
    """
)

ADD_LINES: TextClause = text(
    """
    insert into fondaco.cart_line (uuid, cart_id, product_id, quantity, source, source_ref)
    select uuid, :cart, product_id, quantity, source, :ref
      from unnest(:uuids, :products, :quantities, :sources)
           with ordinality as added (uuid, product_id, quantity, source, place)
     order by place
    on conflict (cart_id, product_id)
    do update set quantity = fondaco.cart_line.quantity + excluded.quantity
    returning id
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
    bindparam("sources", type_=ARRAY(Text)),
)

_MINE_BY_LINE = cart_line.c.cart_id.in_(select(cart.c.id).where(_MINE))

SET_QUANTITY: Update = (
    update(cart_line)
    .where(cart_line.c.uuid == bindparam("line"), _MINE_BY_LINE)
    .values(quantity=bindparam("new_quantity", type_=QUANTITY))
)
REMOVE: ReturningDelete[Any, Any, Any] = (
    delete(cart_line)
    .where(
        cart_line.c.uuid
        == text("any(:lines)").bindparams(bindparam("lines", type_=ARRAY(UUID(as_uuid=True)))),
        _MINE_BY_LINE,
    )
    .returning(cart_line.c.product_id, cart_line.c.quantity, cart_line.c.source)
)
CLEAR: Delete = delete(cart_line).where(_MINE_BY_LINE)

SEE: TextClause = text(
    """
    with seen as (
        update fondaco.cart_line l
           set seen_price = s.price, seen_available = s.available, seen_promised = s.promised
          from unnest(cast(:lines as bigint[]), cast(:prices as numeric[]),
                      cast(:available as numeric[]), cast(:promised as date[]))
               as s (id, price, available, promised)
          join fondaco.cart_line own on own.id = s.id
          join fondaco.cart c on c.id = own.cart_id
         where l.id = s.id and c.company_id = :company and c.user_id = :user
           and (cast(:only_new as boolean) is false or l.seen_available is null)
    )
    update fondaco.cart set shown_total = :total where company_id = :company and user_id = :user
    """
)
