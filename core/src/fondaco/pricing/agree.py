"""What a person of ours agrees with a customer: individual prices, matrix rules, floors and caps.

Each verb touches one row and leaves an audit line. Conditions of one company are written one after
another, under the lock of its row, so that two of them cannot overlap. What was ended can be put
back, as long as nothing else has taken its place.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext
from fondaco.web.format import money, percent
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.ids import CompanyId, ProductId
from fondaco_sdk.types.reason import Reason

LOCK: TextClause = text("select id from fondaco.company where id = :company for no key update")

OTHER_PRICE: TextClause = text(
    """
    select price, currency, min_quantity, valid_from, valid_to from fondaco.individual_price
     where company_id = :company and legal_entity_id is not distinct from cast(:entity as bigint)
       and product_id = :product and min_quantity = :tier and ended_at is null
       and valid_from <= coalesce(cast(:to as date), 'infinity')
       and coalesce(valid_to, 'infinity') >= :from and coalesce(valid_to, 'infinity') >= valid_from
     order by valid_from limit 1
    """
)
ADD_PRICE: TextClause = text(
    """
    insert into fondaco.individual_price
           (uuid, company_id, legal_entity_id, product_id, min_quantity, price, currency,
            vat_included, valid_from, valid_to)
    values (:uuid, :company, :entity, :product, :tier, :price, :currency, :vat_included, :from, :to)
    """
)
OTHER_RULE: TextClause = text(
    """
    select percent, valid_from, valid_to from fondaco.discount_rule
     where company_id = :company and agreement_id is not distinct from cast(:agreement as bigint)
       and brand = :brand and category_id is not distinct from cast(:category as bigint)
       and price_group = :price_group and ended_at is null
       and valid_from <= coalesce(cast(:to as date), 'infinity')
       and coalesce(valid_to, 'infinity') >= :from and coalesce(valid_to, 'infinity') >= valid_from
     order by valid_from limit 1
    """
)
ADD_RULE: TextClause = text(
    """
    insert into fondaco.discount_rule
           (uuid, company_id, agreement_id, brand, category_id, price_group, percent, valid_from,
            valid_to)
    values (:uuid, :company, :agreement, :brand, :category, :price_group, :percent, :from, :to)
    """
)
END_PRICE: TextClause = text(
    """
    update fondaco.individual_price set ended_at = now()
     where uuid = :uuid and company_id = :company and ended_at is null
       and (valid_to is null or valid_to >= :today)
    returning price::text as price, valid_to::text as valid_to
    """
)
END_RULE: TextClause = text(
    """
    update fondaco.discount_rule set ended_at = now()
     where uuid = :uuid and company_id = :company and ended_at is null
       and (valid_to is null or valid_to >= :today)
    returning percent::text as percent, valid_to::text as valid_to
    """
)
ENDED_PRICE: TextClause = text(
    """
    select company_id, legal_entity_id, product_id, min_quantity, price, currency::text,
           vat_included, valid_from, valid_to
      from fondaco.individual_price
     where uuid = :uuid and company_id = :company and ended_at is not null
    """
)
ENDED_RULE: TextClause = text(
    """
    select company_id, agreement_id, brand, category_id, price_group, percent, valid_from, valid_to
      from fondaco.discount_rule
     where uuid = :uuid and company_id = :company and ended_at is not null
    """
)
RESUME: Mapping[str, TextClause] = {
    table: text(f"update fondaco.{table} set ended_at = null where uuid = :uuid")
    for table in ("individual_price", "discount_rule")
}
SET_MARGIN: TextClause = text(
    """
    insert into fondaco.margin_rule (uuid, category_id, price_group, min_percent, max_percent)
    values (:uuid, :category, :price_group, :low, :high)
    on conflict (category_id, price_group)
    do update set min_percent = excluded.min_percent, max_percent = excluded.max_percent,
                  ended_at = null
    """
)
DROP_MARGIN: TextClause = text(
    """
    update fondaco.margin_rule set ended_at = now() where uuid = :uuid and ended_at is null
    returning category_id, price_group, min_percent::text as low, max_percent::text as high
    """
)
RESTORE_MARGIN: TextClause = text(
    """
    update fondaco.margin_rule set ended_at = null where uuid = :uuid and ended_at is not null
    returning category_id, price_group, min_percent::text as low, max_percent::text as high
    """
)


class NewPrice(Struct, frozen=True):
    """An individual price of one base unit, from `min_quantity` on, for whole days.

    Without `legal_entity` it is for all of the company's; `valid_to` is the last day.
    """

    company: CompanyId
    legal_entity: int | None
    product: ProductId
    min_quantity: Decimal
    price: Decimal
    currency: str
    vat_included: bool
    valid_from: date
    valid_to: date | None


class NewRule(Struct, frozen=True):
    """A rule of the discount matrix; "" and None name no goods; `percent` below zero adds."""

    company: CompanyId
    agreement: int | None
    brand: str
    category: int | None
    price_group: str
    percent: Decimal
    valid_from: date
    valid_to: date | None


class NewMargin(Struct, frozen=True):
    """Percent above the cost: the floor and the cap of the goods; "" and None name no goods."""

    category: int | None
    price_group: str
    low: Decimal | None
    high: Decimal | None


async def add_price(act: ActContext, new: NewPrice) -> UUID:
    """Agree on a price. Raises `UserError` where another one overlaps, naming it."""
    values = await _free_for_price(act, new)
    uuid = uuid7()
    await act.execute(
        ADD_PRICE,
        {
            **values,
            "uuid": uuid,
            "price": new.price,
            "currency": new.currency,
            "vat_included": new.vat_included,
        },
    )
    await act.audit("price.agree", f"individual_price:{uuid}", {}, new)
    return uuid


async def add_rule(act: ActContext, new: NewRule) -> UUID:
    """Agree on a rule. Raises `UserError` where one for the same goods overlaps, naming it."""
    values = await _free_for_rule(act, new)
    uuid = uuid7()
    await act.execute(ADD_RULE, {**values, "uuid": uuid, "percent": new.percent})
    await act.audit("price.agree", f"discount_rule:{uuid}", {}, new)
    return uuid


async def end_price(act: ActContext, company: CompanyId, uuid: UUID, today: date) -> None:
    """Let an individual price count no longer. Raises `Conflict` if it has ended already."""
    await _end(act, END_PRICE, "individual_price", company, uuid, today)


async def end_rule(act: ActContext, company: CompanyId, uuid: UUID, today: date) -> None:
    """Let a rule count no longer. Raises `Conflict` if it has ended already."""
    await _end(act, END_RULE, "discount_rule", company, uuid, today)


async def resume_price(act: ActContext, company: CompanyId, uuid: UUID) -> None:
    """Put back a price that was ended; again changes nothing.

    Raises `UserError` where another one has taken its place.
    """
    for row in await act.fetch(ENDED_PRICE, {"uuid": uuid, "company": company}):
        ended = NewPrice(*row)
        await _free_for_price(act, ended)
        await act.execute(RESUME["individual_price"], {"uuid": uuid})
        await act.audit("price.resume", f"individual_price:{uuid}", {}, ended)


async def resume_rule(act: ActContext, company: CompanyId, uuid: UUID) -> None:
    """Put back a rule that was ended; again changes nothing.

    Raises `UserError` where another one has taken its place.
    """
    for row in await act.fetch(ENDED_RULE, {"uuid": uuid, "company": company}):
        ended = NewRule(*row)
        await _free_for_rule(act, ended)
        await act.execute(RESUME["discount_rule"], {"uuid": uuid})
        await act.audit("price.resume", f"discount_rule:{uuid}", {}, ended)


async def set_margin(act: ActContext, new: NewMargin) -> None:
    """Set the floor and the cap of some goods; those of the same goods are replaced."""
    await act.execute(
        SET_MARGIN,
        {
            "uuid": uuid7(),
            "category": new.category,
            "price_group": new.price_group,
            "low": new.low,
            "high": new.high,
        },
    )
    await act.audit("price.margin", f"category:{new.category} {new.price_group}".strip(), {}, new)


async def drop_margin(act: ActContext, uuid: UUID) -> None:
    """Take a floor and cap away. Raises `NotFound`."""
    rows = await act.fetch(DROP_MARGIN, {"uuid": uuid})
    if not rows:
        raise NotFound(Reason("margin.absent", "Этого правила уже нет", "This rule is gone"))
    await act.audit("price.margin", f"margin_rule:{uuid}", dict(rows[0]._mapping), {})


async def restore_margin(act: ActContext, uuid: UUID) -> None:
    """Put a floor and cap back that were taken away; again changes nothing."""
    for row in await act.fetch(RESTORE_MARGIN, {"uuid": uuid}):
        await act.audit("price.margin", f"margin_rule:{uuid}", {}, dict(row._mapping))


async def _free_for_price(act: ActContext, new: NewPrice) -> Mapping[str, Any]:
    """What the statements about a price ask for, once nothing stands in its way."""
    await act.execute(LOCK, {"company": new.company})
    values = {
        "company": new.company,
        "entity": new.legal_entity,
        "product": new.product,
        "tier": new.min_quantity,
        "from": new.valid_from,
        "to": new.valid_to,
    }
    for other in await act.fetch(OTHER_PRICE, values):
        raise _overlaps(
            f"{money(other.price, other.currency, 'ru')}{_tier(other.min_quantity, 'от')}",
            f"{money(other.price, other.currency, 'en')}{_tier(other.min_quantity, 'from')}",
            other.valid_from,
            other.valid_to,
        )
    return values


async def _free_for_rule(act: ActContext, new: NewRule) -> Mapping[str, Any]:
    """What the statements about a rule ask for, once nothing stands in its way."""
    await act.execute(LOCK, {"company": new.company})
    values = {
        "company": new.company,
        "agreement": new.agreement,
        "brand": new.brand,
        "category": new.category,
        "price_group": new.price_group,
        "from": new.valid_from,
        "to": new.valid_to,
    }
    for other in await act.fetch(OTHER_RULE, values):
        raise _overlaps(
            percent(other.percent, "ru"),
            percent(other.percent, "en"),
            other.valid_from,
            other.valid_to,
        )
    return values


async def _end(
    act: ActContext, statement: TextClause, what: str, company: CompanyId, uuid: UUID, today: date
) -> None:
    rows = await act.fetch(statement, {"uuid": uuid, "company": company, "today": today})
    if not rows:
        raise Conflict(
            Reason("price.ended", "Это условие уже завершено", "This condition has ended already")
        )
    await act.audit("price.end", f"{what}:{uuid}", {}, dict(rows[0]._mapping))


def _overlaps(ru: str, en: str, start: date, end: date | None) -> UserError:
    """The refusal of what overlaps; it stands at the first day."""
    until_ru = f" по {end:%d.%m.%Y}" if end else ", бессрочно"
    until_en = f" to {end:%d.%m.%Y}" if end else ", without end"
    reason = Reason(
        "price.overlaps",
        f"На эти дни уже действует {ru}, с {start:%d.%m.%Y}{until_ru}."
        " Завершите прежнее условие или выберите другие дни",
        f"On these days there is {en} already, from {start:%d.%m.%Y}{until_en}."
        " End it, or choose other days",
    )
    return UserError(reason, {"valid_from": reason})


def _tier(quantity: Decimal, word: str) -> str:
    return f" {word} {quantity.normalize():f}" if quantity else ""
