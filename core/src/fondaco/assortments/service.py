"""The verbs of staff: assortments, their rules, and for whom they count.

Each begins with `alone_soon` and leaves an audit line. Whatever changes what an assortment holds is
settled in the same transaction, so that no request sees one without the other.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.assortments.settle import alone_soon, settle, single_out
from fondaco.hooks.context import ActContext
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.events import ProductsChangedV1
from fondaco_sdk.types.ids import CompanyId, ProductId
from fondaco_sdk.types.reason import Reason

EFFECTS = ("hidden", "not_orderable")

_ADD: TextClause = text(
    "insert into fondaco.assortment (uuid, name, description) values (:uuid, :name, :description)"
)
_RENAME: TextClause = text(
    """
    update fondaco.assortment a set name = :name, description = :description
      from fondaco.assortment old
     where old.id = a.id and a.uuid = :uuid and a.removed_at is null
    returning old.name
    """
)
_SAME_NAME: TextClause = text(
    """
    select 1 from fondaco.assortment
     where lower(name) = lower(:name) and removed_at is null
       and uuid is distinct from cast(:uuid as uuid)
    """
)
_FIND: TextClause = text(
    "select id, name from fondaco.assortment where uuid = :uuid and removed_at is null"
)
_BOUND: TextClause = text(
    "select count(*) from fondaco.assortment_binding where assortment_id = :id"
)
_REMOVE: TextClause = text("update fondaco.assortment set removed_at = now() where id = :id")
_RESTORE: TextClause = text(
    "update fondaco.assortment set removed_at = null"
    " where uuid = :uuid and removed_at is not null returning name"
)
_ADD_RULE: TextClause = text(
    """
    insert into fondaco.assortment_rule
           (uuid, assortment_id, excludes, category_id, brand, product_id)
    values (:uuid, :id, :excludes, cast(:category as bigint), :brand, cast(:product as bigint))
    on conflict (assortment_id, category_id, brand, product_id)
    do update set excludes = excluded.excludes
    """
)
_DROP_RULE: TextClause = text(
    """
    delete from fondaco.assortment_rule where uuid = :rule and assortment_id = :id
    returning excludes, category_id, brand, product_id
    """
)
_BIND: TextClause = text(
    """
    insert into fondaco.assortment_binding (uuid, assortment_id, company_id, outlet_id, effect)
    select :uuid, :id, cast(:company as bigint), o.id, :effect
      from (select cast(:outlet as uuid) as uuid) wanted
      left join fondaco.outlet o on o.uuid = wanted.uuid and o.company_id = :company
     where wanted.uuid is null or o.id is not null
    on conflict (assortment_id, company_id, outlet_id) do update set effect = excluded.effect
    """
)
_UNBIND: TextClause = text(
    """
    delete from fondaco.assortment_binding b using fondaco.assortment a
     where b.uuid = :binding and a.id = b.assortment_id
       and b.company_id is not distinct from cast(:company as bigint)
    returning a.name, b.effect
    """
)
_DROP_GRANT: TextClause = text(
    """
    delete from fondaco.assortment_grant g using fondaco.product p
     where g.company_id = :company and p.id = g.product_id and p.uuid = :product
    returning p.sku
    """
)
# Only what was granted before: somebody took it back, or it is there again already.
_GRANTED_BEFORE: TextClause = text(
    """
    select p.id, p.sku from fondaco.product p
     where p.uuid = :product
       and exists (select 1 from fondaco.audit_entry a
                    where a.action = 'assortment.grant_drop' and a.company_id = :company
                      and a.subject = 'product:' || p.sku)
    """
)
_GENERATION: TextClause = text("select generation from fondaco.catalogue_state")
_GRANT: TextClause = text(
    "insert into fondaco.assortment_grant (company_id, product_id) values (:company, :product)"
    " on conflict do nothing"
)


class Goods(Struct, frozen=True):
    """What a rule is about: a category with all below it, a brand, both, or a single product."""

    category: int | None = None
    brand: str = ""
    product: ProductId | None = None


async def add_assortment(act: ActContext, name: str, description: str) -> UUID:
    """A new one, which holds everything until it has rules. Raises `UserError` for a known name."""
    await alone_soon(act.connection)
    await _refuse_same_name(act, name, None)
    uuid = uuid7()
    await act.execute(_ADD, {"uuid": uuid, "name": name, "description": description})
    await settle(act.connection)
    await act.audit("assortment.add", f"assortment:{name}", None, {"description": description})
    return uuid


async def rename_assortment(act: ActContext, uuid: UUID, name: str, description: str) -> None:
    """Another name and description. Raises `UserError` for a known name, and `NotFound`."""
    await alone_soon(act.connection)
    await _refuse_same_name(act, name, uuid)
    values = {"uuid": uuid, "name": name, "description": description}
    rows = await act.fetch(_RENAME, values)
    if not rows:
        raise no_assortment()
    await act.audit("assortment.rename", f"assortment:{name}", rows[0].name, name)


async def remove_assortment(act: ActContext, uuid: UUID) -> None:
    """Take it away, to be brought back by `restore_assortment`.

    Raises `Conflict` while it counts for somebody: they would see more than before, unasked.
    """
    id, name = await _changing(act, uuid)
    [(bound,)] = await act.fetch(_BOUND, {"id": id})
    if bound:
        raise Conflict(_STILL_BOUND)
    await act.execute(_REMOVE, {"id": id})
    await act.audit("assortment.remove", f"assortment:{name}", None, None)


async def restore_assortment(act: ActContext, uuid: UUID) -> None:
    """Bring it back as it was."""
    await alone_soon(act.connection)
    rows = await act.fetch(_RESTORE, {"uuid": uuid})
    if not rows:
        raise no_assortment()
    await act.audit("assortment.restore", f"assortment:{rows[0].name}", None, None)


async def add_rule(act: ActContext, uuid: UUID, goods: Goods, *, excludes: bool) -> None:
    """Goods that belong to it, or do not; a rule about the same goods is replaced."""
    id, name = await _changing(act, uuid)
    values = {
        "id": id,
        "uuid": uuid7(),
        "excludes": excludes,
        "category": goods.category,
        "brand": goods.brand,
        "product": goods.product,
    }
    await act.execute(_ADD_RULE, values)
    if goods.product is not None:
        await _single_out(act, goods.product)
    await settle(act.connection)
    await act.audit("assortment.rule", f"assortment:{name}", None, _said(values))


async def drop_rule(act: ActContext, uuid: UUID, rule: UUID) -> None:
    """Take a rule away. Raises `NotFound`."""
    id, name = await _changing(act, uuid)
    rows = await act.fetch(_DROP_RULE, {"id": id, "rule": rule})
    if not rows:
        raise no_assortment()
    await settle(act.connection)
    await act.audit("assortment.rule_drop", f"assortment:{name}", dict(rows[0]._mapping), None)


async def bind(
    act: ActContext,
    uuid: UUID,
    effect: str,
    company: CompanyId | None = None,
    outlet: UUID | None = None,
) -> None:
    """Let it count for an outlet of a company, for all of it, or for everybody who has none.

    Raises `NotFound` for an outlet of somebody else.
    """
    id, name = await _changing(act, uuid)
    values = {"id": id, "uuid": uuid7(), "company": company, "outlet": outlet, "effect": effect}
    if not await act.execute(_BIND, values):
        raise no_assortment()
    after = {"effect": effect, "outlet": outlet and str(outlet)}
    await act.audit("assortment.bind", f"assortment:{name}", None, after, company)


async def unbind(act: ActContext, binding: UUID, company: CompanyId | None = None) -> None:
    """Let it count no longer for the company, or for everybody. Raises `NotFound`."""
    await alone_soon(act.connection)
    rows = await act.fetch(_UNBIND, {"binding": binding, "company": company})
    if not rows:
        raise no_assortment()
    name, effect = rows[0]
    await act.audit("assortment.unbind", f"assortment:{name}", effect, None, company)


async def grant(act: ActContext, company: CompanyId, product: ProductId) -> None:
    """Let a company order a single product, whatever its assortments say."""
    await alone_soon(act.connection)
    await act.execute(_GRANT, {"company": company, "product": product})
    await _single_out(act, product)
    await settle(act.connection)


async def drop_grant(act: ActContext, company: CompanyId, product: UUID) -> None:
    """Take back what was granted. Raises `NotFound`."""
    await alone_soon(act.connection)
    rows = await act.fetch(_DROP_GRANT, {"company": company, "product": product})
    if not rows:
        raise no_assortment()
    await act.audit("assortment.grant_drop", f"product:{rows[0].sku}", None, None, company)


async def restore_grant(act: ActContext, company: CompanyId, product: UUID) -> None:
    """Grant again what was taken back. Raises `NotFound` for what never was."""
    rows = await act.fetch(_GRANTED_BEFORE, {"company": company, "product": product})
    if not rows:
        raise no_assortment()
    await grant(act, company, ProductId(rows[0].id))
    subject = f"product:{rows[0].sku}"
    await act.audit("assortment.grant_restore", subject, None, None, company)


async def _single_out(act: ActContext, product: int) -> None:
    """Engines outside keep the cell of a product, so they hear of its move."""
    if await single_out(act.connection, [product]):
        [(generation,)] = await act.fetch(_GENERATION)
        changed = ProductsChangedV1(product_ids=(ProductId(product),), generation=generation)
        await act.emit(changed)


async def _changing(act: ActContext, uuid: UUID) -> tuple[int, str]:
    await alone_soon(act.connection)
    rows = await act.fetch(_FIND, {"uuid": uuid})
    if not rows:
        raise no_assortment()
    return rows[0].id, rows[0].name


async def _refuse_same_name(act: ActContext, name: str, uuid: UUID | None) -> None:
    if await act.fetch(_SAME_NAME, {"name": name, "uuid": uuid}):
        raise UserError(_SAME, {"name": _SAME})


def _said(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: values[name] for name in ("excludes", "category", "brand", "product")}


def no_assortment() -> NotFound:
    """Absent, removed, or of somebody else."""
    return NotFound(
        Reason("assortment.absent", "Такого ассортимента нет", "There is no such assortment")
    )


_SAME = Reason(
    "assortment.same_name",
    "Ассортимент с таким названием уже есть",
    "There is an assortment of that name already",
)
_STILL_BOUND = Reason(
    "assortment.bound",
    "Ассортимент действует для клиентов: сначала снимите его с них, иначе они увидят лишнее",
    "It counts for customers: take it off them first, or they would see more than they should",
)
