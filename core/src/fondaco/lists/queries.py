"""Reading and writing lists: every statement says whose they are.

`_MINE` are those of the person, `_SEEN` with those that colleagues let them see, `_CHANGED` with
those that colleagues let them change.
"""

from sqlalchemy import ARRAY, BigInteger, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import UUID

from fondaco.db.columns import QUANTITY

_PERSON = "l.company_id = :company and l.user_id = :user"
_MINE = f"{_PERSON} and l.removed_at is null"
_SEEN = "l.company_id = :company and l.removed_at is null and (l.user_id = :user{shared})"
SEEN = _SEEN.format(shared=" or l.sharing <> 'own'")
CHANGED = _SEEN.format(shared=" or l.sharing = 'change'")

_COLUMNS = """
    l.id, l.uuid, l.name, l.favourites, l.sharing, l.user_id = :user as mine,
    l.user_id = :user or l.sharing = 'change' as may_change, u.name as owner, l.changed_at,
    (select count(*) from fondaco.product_list_line n
      where n.list_id = l.id and n.removed_at is null) as lines
"""
_FROM = "from fondaco.product_list l join fondaco.user_account u on u.id = l.user_id"

# One's favourites first, then one's own lists, then those of colleagues.
LISTS: TextClause = text(
    f"""
    select {_COLUMNS} {_FROM}
     where {SEEN}
     order by l.user_id <> :user, not l.favourites, lower(l.name), l.id
    """
)
HEAD: TextClause = text(f"select {_COLUMNS} {_FROM} where l.uuid = :uuid and {SEEN}")
LINES: TextClause = text(
    """
    select n.uuid, n.product_id, n.quantity from fondaco.product_list_line n
     where n.list_id = :list and n.removed_at is null
     order by n.position, n.id
    """
)

# Lists are counted and made by one after the other.
LOCK_PERSON: TextClause = text(
    "select id from fondaco.user_account where id = :user for no key update"
)
CREATE: TextClause = text(
    f"""
    insert into fondaco.product_list (uuid, company_id, user_id, name)
    select :uuid, :company, :user, :name
     where (select count(*) from fondaco.product_list l where {_MINE}) < :most
    returning id
    """
)
FAVOURITES: TextClause = text(
    """
    insert into fondaco.product_list (uuid, company_id, user_id, favourites)
    values (:uuid, :company, :user, true)
    on conflict (user_id, company_id) where favourites do update set changed_at = now()
    returning id, uuid
    """
)
CHANGE: TextClause = text(
    f"""
    update fondaco.product_list l set name = :name, sharing = :sharing, changed_at = now()
     where l.uuid = :uuid and {_MINE} and not l.favourites
    """
)
REMOVE: TextClause = text(
    f"""
    update fondaco.product_list l set removed_at = now()
     where l.uuid = :uuid and {_MINE} and not l.favourites
    """
)
RESTORE: TextClause = text(
    f"""
    update fondaco.product_list l set removed_at = null
     where l.uuid = :uuid and {_PERSON} and l.removed_at is not null
       and (select count(*) from fondaco.product_list l where {_MINE}) < :most
    """
)
REMOVED: TextClause = text(
    f"""
    select l.name from fondaco.product_list l
     where l.uuid = :uuid and {_PERSON} and l.removed_at is not null
    """
)
PURGE: TextClause = text(
    f"""
    delete from fondaco.product_list l
     where {_PERSON} and l.removed_at < now() - interval '1 hour'
    """
)

# Whoever changes lines holds the list, so that they are counted and placed one after the other.
LOCK: TextClause = text(
    f"""
    update fondaco.product_list l set changed_at = now()
     where l.uuid = :uuid and {CHANGED}
    returning l.id
    """
)
# What is there already stays in its place and takes the new quantity.
ADD: TextClause = text(
    """
    with gone as (
        delete from fondaco.product_list_line
         where list_id = :list and removed_at is not null and not product_id = any(:products)
           and removed_at < now() - interval '1 hour'
    )
    insert into fondaco.product_list_line as here (uuid, list_id, product_id, quantity, position)
    select a.uuid, :list, a.product_id, a.quantity,
           (select coalesce(max(position), 0) from fondaco.product_list_line
             where list_id = :list) + a.place
      from unnest(:uuids, :products, :quantities)
           with ordinality as a (uuid, product_id, quantity, place)
     order by a.place
    on conflict (list_id, product_id)
    do update set quantity = excluded.quantity,
                  position = case when here.removed_at is null then here.position
                                  else excluded.position end,
                  removed_at = null
    """
).bindparams(
    bindparam("uuids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("quantities", type_=ARRAY(QUANTITY)),
)
COUNT: TextClause = text(
    """
    select count(*) from fondaco.product_list_line where list_id = :list and removed_at is null
    """
)
_LINE = f"""
    from fondaco.product_list l
    where l.id = n.list_id and l.uuid = :uuid and {CHANGED} and n.uuid = :line
"""
SET_QUANTITY: TextClause = text(
    f"""
    update fondaco.product_list_line n set quantity = :quantity {_LINE} and n.removed_at is null
    """
).bindparams(bindparam("quantity", type_=QUANTITY))
TAKE_OUT: TextClause = text(
    f"update fondaco.product_list_line n set removed_at = now() {_LINE} and n.removed_at is null"
)
PUT_BACK: TextClause = text(
    f"""
    update fondaco.product_list_line n set removed_at = null {_LINE} and n.removed_at is not null
    """
)
# All lines are numbered anew around the one that moves.
MOVE: TextClause = text(
    """
    with others as (
        select id, row_number() over (order by position, id) as place
          from fondaco.product_list_line
         where list_id = :list and removed_at is null and uuid <> :line
    )
    update fondaco.product_list_line n
       set position = coalesce(
           (select o.place + case when o.place >= :place then 1 else 0 end
              from others o where o.id = n.id), :place)
     where n.list_id = :list and n.removed_at is null
       and exists (select from fondaco.product_list_line m
                    where m.list_id = :list and m.uuid = :line and m.removed_at is null)
    """
)
TAKE_OUT_PRODUCT: TextClause = text(
    f"""
    update fondaco.product_list_line n set removed_at = now()
      from fondaco.product_list l
     where l.id = n.list_id and l.uuid = :uuid and {CHANGED}
       and n.product_id = :product and n.removed_at is null
    """
)
UNMARK: TextClause = text(
    f"""
    update fondaco.product_list_line n set removed_at = now()
      from fondaco.product_list l
     where l.id = n.list_id and l.favourites and {_MINE}
       and n.product_id = :product and n.removed_at is null
    """
)

MARKED: TextClause = text(
    f"""
    select n.product_id
      from fondaco.product_list l join fondaco.product_list_line n on n.list_id = l.id
     where l.favourites and {_MINE} and n.removed_at is null and n.product_id = any(:products)
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))
HOLDING: TextClause = text(
    f"""
    select {_COLUMNS}, (select n.quantity from fondaco.product_list_line n
                         where n.list_id = l.id and n.product_id = :product
                           and n.removed_at is null) as held
      {_FROM}
     where {CHANGED}
     order by l.user_id <> :user, not l.favourites, lower(l.name), l.id
    """
)
NAMES: TextClause = text(
    f"select l.name from fondaco.product_list l where {_MINE} and l.name = any(:names)"
).bindparams(bindparam("names", type_=ARRAY(Text)))
