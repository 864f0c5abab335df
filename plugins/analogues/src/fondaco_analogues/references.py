"""The references of one product: read, added, ended and brought back."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Date, Text, Uuid, bindparam, text

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.reason import Reason

MOST = 500

_FIND = text(
    "select id, uuid, sku, name, active from fondaco_api.product_v1 where uuid = :uuid"
).bindparams(bindparam("uuid", type_=Uuid))
_BY_KEY = text(
    """
    select distinct p.id, p.uuid, p.sku, p.name, p.active
      from fondaco_api.product_code_v1 c join fondaco_api.product_v1 p on p.id = c.product_id
     where c.key = :key order by p.active desc, p.sku limit 20
    """
).bindparams(bindparam("key", type_=Text))
_ALL = text(
    """
    select r.uuid, r.product_id <> :product as back, o.uuid as other, o.sku, o.name,
           r.brand, r.number, r.kind, r.both_ways, r.starts_on, r.ends_on, r.note_ru, r.note_en,
           r.confidence, r.source, r.made_at, r.ended_at
      from plugin_analogues.reference r
      left join fondaco_api.product_v1 o
        on o.id = case when r.product_id = :product then r.other_id else r.product_id end
     where (r.product_id = :product or r.other_id = :product)
       and (r.ended_at is null or r.uuid = cast(:ended as uuid))
     order by r.other_id is null, r.product_id <> :product, o.sku, r.brand, r.number, r.id
     limit :most
    """
)
_ADD = text(
    """
    insert into plugin_analogues.reference
        (product_id, other_id, brand, number, number_key, branded_key, kind, both_ways, starts_on,
         ends_on, note_ru, note_en, confidence, source)
    values (:product, :other, :brand, :number, :number_key, :branded_key, :kind, :both_ways, :since,
            :until, :note_ru, :note_en, :confidence, :source)
    on conflict do nothing
    """
).bindparams(bindparam("since", type_=Date), bindparam("until", type_=Date))
_END = text(
    """
    update plugin_analogues.reference set ended_at = now()
     where uuid = :uuid and product_id = :product and ended_at is null
    """
).bindparams(bindparam("uuid", type_=Uuid))
_RESUME = text(
    """
    update plugin_analogues.reference r set ended_at = null
     where r.uuid = :uuid and r.product_id = :product
       and not exists (select from plugin_analogues.reference o
                        where o.ended_at is null and o.product_id = r.product_id
                          and o.other_id is not distinct from r.other_id
                          and o.number_key = r.number_key and o.branded_key = r.branded_key)
    """
).bindparams(bindparam("uuid", type_=Uuid))
_HOW_MANY = text(
    "select count(*) filter (where other_id is not null), count(*) filter (where other_id is null)"
    " from plugin_analogues.reference where ended_at is null"
)


class Goods(Struct, frozen=True):
    """A product as staff name it."""

    id: int
    uuid: UUID
    sku: str
    name: str
    active: bool


class Reference(Struct, frozen=True):
    """A reference as the page of its product shows it; `back`: it begins at the other product."""

    uuid: UUID
    back: bool
    other: UUID | None
    sku: str | None
    name: str | None
    brand: str
    number: str
    kind: str
    both_ways: bool
    starts_on: date | None
    ends_on: date | None
    note_ru: str
    note_en: str
    confidence: Decimal
    source: str
    made_at: datetime
    ended_at: datetime | None


async def goods(ask: Ask, uuid: UUID) -> Goods:
    """A product. Raises `NotFound`."""
    found = await ask.fetch(_FIND, {"uuid": uuid})
    if not found:
        raise NotFound(_NO_PRODUCT)
    return Goods(*found[0])


async def goods_by_key(ask: Ask, key: str) -> Sequence[Goods]:
    """Products with an article, a barcode or another code of this key."""
    return [Goods(*row) for row in await ask.fetch(_BY_KEY, {"key": key})]


async def references_of(ask: Ask, product: int, ended: UUID | None = None) -> Sequence[Reference]:
    """Those in force, from either side; and one that was just `ended`."""
    parameters = {"product": product, "ended": str(ended) if ended else None, "most": MOST}
    return [Reference(*row) for row in await ask.fetch(_ALL, parameters)]


async def how_many(ask: Ask) -> tuple[int, int]:
    """References between products, and from foreign numbers."""
    pairs, numbers = (await ask.fetch(_HOW_MANY))[0]
    return pairs, numbers


async def add(act: Act, product: int, values: dict[str, Any]) -> None:
    """A new reference of a product. Raises `Conflict` where there is such a one."""
    if not await act.execute(_ADD, {"product": product, **values}):
        raise Conflict(_THERE)
    await act.audit("analogues.add", f"product:{product}", None, values)


async def end(act: Act, product: int, reference: UUID) -> None:
    """It answers nothing from here on. Raises `NotFound`."""
    if not await act.execute(_END, {"uuid": reference, "product": product}):
        raise NotFound(_ABSENT)
    await act.audit("analogues.end", f"reference:{reference}", "in force", "ended")


async def resume(act: Act, product: int, reference: UUID) -> None:
    """It is in force again. Raises `Conflict` where another one took its place."""
    if not await act.execute(_RESUME, {"uuid": reference, "product": product}):
        raise Conflict(_THERE)
    await act.audit("analogues.resume", f"reference:{reference}", "ended", "in force")


_NO_PRODUCT = Reason("analogues.no_product", "Такого товара нет", "There is no such product")
_ABSENT = Reason("analogues.absent", "Такой ссылки уже нет", "There is no such reference any more")
_THERE = Reason("analogues.there", "Такая ссылка уже есть", "There is such a reference already")
