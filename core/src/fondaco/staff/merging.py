"""Merging a client without a tax id into another: one transaction, and no way back."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.mergeable import Side, why_not
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.merging_prices import Clash, clashes, end_clashing
from fondaco_sdk.errors import Conflict
from fondaco_sdk.events import CompaniesMergedV1
from fondaco_sdk.types.ids import CompanyId, LegalEntityId

# Every table of the kernel that belongs to a company: moved here, or by a statement of its own. A
# test compares this with the tables there are.
MOVED = (
    "user_account",
    "outlet",
    "legal_entity",
    "customer_order",
    "earlier_order",
    "document",
    "article_list",
    "product_list",
    "reservation",
    "registration",
    "individual_price",
    "discount_rule",
    "manual_price",
    "spending_limit",
)
MOVED_APART = (
    "cart",
    "idempotency_key",
    "invitation",
    "assortment_binding",
    "assortment_request",
    "analogue_wanted",
    "company",
)
# What was agreed with the one is not promised to the other.
STAYING = ("assortment_grant",)

_LOCK: TextClause = text(
    "select id from fondaco.company where id in (:one, :other) order by id for update"
)
_SIDES: TextClause = text(
    """
    select c.id, c.state, c.merged_into is not null as merged,
           array(select e.tax_id from fondaco.legal_entity e
                  where e.company_id = c.id and e.tax_id <> '') as tax_ids,
           array(select s.name from fondaco.seller s
                  where s.id in (select g.seller_id from fondaco.agreement g
                                   join fondaco.legal_entity e on e.id = g.legal_entity_id
                                  where e.company_id = c.id)
                     or s.id in (select o.seller_id from fondaco.customer_order o
                                  where o.company_id = c.id)) as sellers,
           (select count(*) from fondaco.agreement g
              join fondaco.legal_entity e on e.id = g.legal_entity_id
             where e.company_id = c.id and g.active) as agreements
      from fondaco.company c where c.id in (:one, :other)
    """
)
_COUNTS: TextClause = text(
    """
    select (select count(*) from fondaco.user_account where company_id = :company) as people,
           (select count(*) from fondaco.outlet where company_id = :company) as outlets,
           (select count(*) from fondaco.legal_entity where company_id = :company) as entities,
           (select count(*) from fondaco.customer_order where company_id = :company)
           + (select count(*) from fondaco.earlier_order where company_id = :company) as orders,
           (select count(*) from fondaco.document where company_id = :company) as documents,
           (select count(*) from fondaco.article_list where company_id = :company)
           + (select count(*) from fondaco.product_list where company_id = :company) as lists,
           (select count(*) from fondaco.cart_line l join fondaco.cart c on c.id = l.cart_id
             where c.company_id = :company) as cart_lines,
           (select count(*) from fondaco.individual_price
             where company_id = :company and ended_at is null)
           + (select count(*) from fondaco.discount_rule
               where company_id = :company and ended_at is null)
           + (select count(*) from fondaco.manual_price
               where company_id = :company and ended_at is null) as conditions
    """
)
# Staff who acted for both have two carts: their lines come together in one.
_JOIN_LINES: TextClause = text(
    """
    insert into fondaco.cart_line as here
        (uuid, cart_id, product_id, quantity, source, source_ref, replaced_product_id)
    select gen_random_uuid(), kept.id, l.product_id, l.quantity, l.source, l.source_ref,
           l.replaced_product_id
      from fondaco.cart_line l
      join fondaco.cart gone on gone.id = l.cart_id and gone.company_id = :company
      join fondaco.cart kept on kept.user_id = gone.user_id and kept.company_id = :into
     order by l.id
    on conflict (cart_id, product_id)
    do update set quantity = here.quantity + excluded.quantity,
                  seen_price = null, seen_available = null, seen_promised = null
    """
)
_DROP_CARTS: TextClause = text(
    """
    delete from fondaco.cart gone using fondaco.cart kept
     where gone.company_id = :company and kept.company_id = :into and kept.user_id = gone.user_id
    """
)
_MOVE_CARTS: TextClause = text(
    "update fondaco.cart set company_id = :into, version = version + 1 where company_id = :company"
)
_MOVE_KEYS: TextClause = text(
    """
    update fondaco.idempotency_key k set company_id = :into
     where k.company_id = :company
       and not exists (select from fondaco.idempotency_key o
                        where o.company_id = :into and o.route = k.route and o.key = k.key)
    """
)
# Where both have invited the same e-mail, the invitation of the one that stays is the good one.
_DROP_INVITATIONS: TextClause = text(
    """
    delete from fondaco.invitation i
     where i.company_id = :company
       and exists (select from fondaco.invitation o
                    where o.company_id = :into and lower(o.email) = lower(i.email))
    """
)
_MOVE_INVITATIONS: TextClause = text(
    "update fondaco.invitation set company_id = :into where company_id = :company"
)
# What narrows an outlet goes with it; what narrows the company as a whole stays behind.
_MOVE_BINDINGS: TextClause = text(
    "update fondaco.assortment_binding set company_id = :into"
    " where company_id = :company and outlet_id is not null"
)
_MOVE_REQUESTS: TextClause = text(
    """
    update fondaco.assortment_request r set company_id = :into
     where r.company_id = :company
       and not (r.state = 'open' and exists (
           select from fondaco.assortment_request o
            where o.company_id = :into and o.product_id = r.product_id and o.state = 'open'))
    """
)
# What both have wanted on one day counts once.
_JOIN_WANTED: TextClause = text(
    """
    with gone as (delete from fondaco.analogue_wanted where company_id = :company returning *)
    insert into fondaco.analogue_wanted (product_id, company_id, day, at)
    select product_id, :into, day, at from gone on conflict do nothing
    """
)
# Staff who acted for both have favourites in both: they come together in one list.
_JOIN_FAVOURITES: TextClause = text(
    """
    with joined as (
        insert into fondaco.product_list_line (uuid, list_id, product_id, quantity, position)
        select gen_random_uuid(), kept.id, n.product_id, n.quantity, 1000000 + n.position
          from fondaco.product_list_line n
          join fondaco.product_list gone
            on gone.id = n.list_id and gone.favourites and gone.company_id = :company
          join fondaco.product_list kept
            on kept.user_id = gone.user_id and kept.favourites and kept.company_id = :into
         where n.removed_at is null
        on conflict (list_id, product_id) do nothing
    )
    delete from fondaco.product_list gone using fondaco.product_list kept
     where gone.favourites and gone.company_id = :company
       and kept.user_id = gone.user_id and kept.favourites and kept.company_id = :into
    """
)
_END_AGREEMENTS: TextClause = text(
    """
    update fondaco.agreement g set active = false
      from fondaco.legal_entity e where e.id = g.legal_entity_id and e.company_id = :company
    """
)
_ENTITIES: TextClause = text(
    "select id from fondaco.legal_entity where company_id = :company order by id"
)
_CLOSE: TextClause = text(
    """
    update fondaco.company
       set merged_into = :into, state = 'closed'
     where id = :company or merged_into = :company
    """
)
_MOVE: Mapping[str, TextClause] = {
    table: text(f"update fondaco.{table} set company_id = :into where company_id = :company")
    for table in MOVED
}


class Moving(Struct, frozen=True):
    """How much of a client will move, and what was agreed with it that will not hold."""

    people: int
    outlets: int
    entities: int
    orders: int
    documents: int
    lists: int
    cart_lines: int
    conditions: int
    clashes: tuple[Clash, ...]


async def what_moves(ask: AskContext, client: CompanyId, into: CompanyId) -> Moving:
    """What a merge would move. Raises `Conflict` where it is refused. Three statements."""
    await _check(ask, client, into)
    return await _moving(ask, {"company": client, "into": into})


async def merge(act: ActContext, client: CompanyId, into: CompanyId) -> Moving:
    """Move everything of `client`. Raises `Conflict`, and nothing has moved.

    Constant statements. Whoever places an order at this moment holds the cart: it is waited for, or
    finds the cart gone and orders nothing.
    """
    pair = {"company": client, "into": into}
    await act.fetch(_LOCK, {"one": client, "other": into})
    sides = await _check(act, client, into)
    moving = await _moving(act, pair)
    entities = await act.fetch(_ENTITIES, {"company": client})
    await act.execute(_JOIN_LINES, pair)
    await act.execute(_DROP_CARTS, pair)
    await act.execute(_MOVE_CARTS, pair)
    await act.execute(_MOVE_KEYS, pair)
    await act.execute(_DROP_INVITATIONS, pair)
    await act.execute(_MOVE_INVITATIONS, pair)
    await act.execute(_MOVE_BINDINGS, pair)
    await act.execute(_MOVE_REQUESTS, pair)
    await act.execute(_JOIN_WANTED, pair)
    await act.execute(_JOIN_FAVOURITES, pair)
    if sides[into].agreements:
        await act.execute(_END_AGREEMENTS, {"company": client})
    await end_clashing(act, pair)
    for statement in _MOVE.values():
        await act.execute(statement, pair)
    await act.execute(_CLOSE, pair)
    await act.audit("customer.merge", f"company:{client}", {"company": client}, moving, into)
    await act.emit(
        CompaniesMergedV1(
            company_id=client,
            into_company_id=into,
            legal_entity_ids=tuple(LegalEntityId(row.id) for row in entities),
            at=act.now,
        )
    )
    return moving


async def _check(ask: AskContext, client: CompanyId, into: CompanyId) -> Mapping[int, Side]:
    rows = await ask.fetch(_SIDES, {"one": client, "other": into})
    sides = {row.id: _side(row) for row in rows}
    if refusal := why_not(sides[client], sides[into]):
        raise Conflict(refusal)
    return sides


async def _moving(ask: AskContext, pair: Mapping[str, CompanyId]) -> Moving:
    counts = (await ask.fetch(_COUNTS, {"company": pair["company"]}))[0]
    return Moving(**counts._mapping, clashes=await clashes(ask, pair))


def _side(row: Any) -> Side:
    return Side(
        row.id, row.state, row.merged, tuple(row.tax_ids), frozenset(row.sellers), row.agreements
    )
