"""What was agreed with one customer, and the floors and caps of products: one reading statement.

Which discount rule counts, in words. All rules that fit a product are ranked, and the first wins:
1. A rule of the agreement comes before one of the whole company.
2. Then the rule that names more of brand, category and price group.
3. Of rules that name equally many: one with a brand first, then one with a category.
4. A rule for a category holds for everything below it; the nearer category comes first.
5. Then the rule that began later, and of those the one that was written later.
The first one wins whether it is good for the buyer or not: a rule of 0 % switches a wider one off.

Which margin rule counts: by points 2 to 4.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Date, TextClause, bindparam, text

from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId

ZERO = Decimal(0)


class Agreed(Struct, frozen=True, gc=False):
    """An individual price of a product from the quantity `tier` on.

    `own`: of the legal entity itself, not of its whole company.
    """

    tier: Decimal
    price: Decimal
    currency: str
    vat_included: bool
    own: bool


class Rule(Struct, frozen=True, gc=False):
    """A rule of the discount matrix; "" names no brand, category or group.

    `percent` is taken off, or added where it is below zero; `own`: of the agreement itself.
    """

    id: int
    own: bool
    brand: str
    category: str
    price_group: str
    percent: Decimal
    valid_from: date


class Fitting(Struct, frozen=True, gc=False):
    """A rule that fits a product; `distance`: levels between its category and the product's."""

    rule: Rule
    distance: int

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts as the rule of specificity says, the first to win first."""
        rule = self.rule
        return (
            not rule.own,
            *specificity(rule.brand, rule.category, rule.price_group, self.distance),
            -rule.valid_from.toordinal(),
            -rule.id,
        )


class Margin(Struct, frozen=True, gc=False):
    """The floor and the cap of a product, for a base unit; None where there is none.

    They tell what the product costs us: nothing of it may reach a customer but a price it made.
    """

    rule: int
    floor: Decimal | None
    cap: Decimal | None
    currency: str
    vat_included: bool


Scopes: TypeAlias = tuple[tuple[Agreed, ...], ...]
"""The legal entity's tiers and the company's, of each the highest first."""


class Conditions(Struct, frozen=True):
    """Everything agreed, by product; rules in the order in which they count."""

    prices: Mapping[ProductId, Scopes]
    rules: Mapping[ProductId, Sequence[Rule]]
    margins: Mapping[ProductId, Margin]


# Few rows, each with its products side by side in arrays: one per rule, and at most two of prices.
# Products are looked at only where there is a rule that asks what they are.
CONDITIONS: TextClause = text(
    """
    with recursive rule as materialized (
        select id, agreement_id is not null as own, brand, category_id, price_group, percent,
               valid_from
          from fondaco.discount_rule
         where company_id = :company and (agreement_id is null or agreement_id = :agreement)
           and ended_at is null and valid_from <= :on and (valid_to is null or valid_to >= :on)
    ), margin as materialized (
        select id, category_id, price_group, min_percent, max_percent from fondaco.margin_rule
         where ended_at is null
    ), within (top, id, distance) as (
        select category_id, category_id, 0
          from (select category_id from rule union select category_id from margin) named
         where category_id is not null
         union all
        select w.top, c.id, w.distance + 1
          from within w join fondaco.category c on c.parent_id = w.id
         where w.distance < 50
    ), wanted as materialized (
        select p.id, p.brand, p.category_id, coalesce(x.price_group, '') as price_group,
               x.cost, x.cost_currency, x.cost_vat_included
          from fondaco.product p
          left join fondaco.product_pricing x on x.product_id = p.id
         where p.id = any(:products)
           and (exists (select from rule) or exists (select from margin))
    )
    select 'price' as kind, 0::bigint as id, legal_entity_id is not null as own,
           '' as brand, '' as category, '' as price_group,
           null::numeric as low, null::numeric as high, null::date as valid_from,
           array_agg(product_id) as products, null::integer[] as distances,
           array_agg(price) as amounts, array_agg(nullif(min_quantity, 0)) as tiers,
           array_agg(currency::text) as currencies, array_agg(vat_included) as vat_included
      from fondaco.individual_price
     where company_id = :company and (legal_entity_id is null or legal_entity_id = :entity)
       and product_id = any(:products) and ended_at is null
       and valid_from <= :on and (valid_to is null or valid_to >= :on)
     group by legal_entity_id
     union all
    select 'rule', r.id, r.own, r.brand, coalesce(c.name, ''), r.price_group,
           r.percent, null, r.valid_from,
           array_agg(w.id), array_agg(coalesce(d.distance, 0)), null, null, null, null
      from rule r
      left join fondaco.category c on c.id = r.category_id
      join wanted w on r.brand in ('', w.brand) and r.price_group in ('', w.price_group)
      left join within d on d.top = r.category_id and d.id = w.category_id
     where r.category_id is null or d.top is not null
     group by r.id, r.own, r.brand, c.name, r.price_group, r.percent, r.valid_from
     union all
    select 'margin', m.id, false, '', coalesce(c.name, ''), m.price_group,
           m.min_percent, m.max_percent, null,
           array_agg(w.id), array_agg(coalesce(d.distance, 0)), array_agg(w.cost), null,
           array_agg(w.cost_currency::text), array_agg(w.cost_vat_included)
      from margin m
      left join fondaco.category c on c.id = m.category_id
      join wanted w on w.cost is not null and m.price_group in ('', w.price_group)
      left join within d on d.top = m.category_id and d.id = w.category_id
     where m.category_id is null or d.top is not null
     group by m.id, c.name, m.price_group, m.min_percent, m.max_percent
    """
).bindparams(
    bindparam("products", type_=ARRAY(BigInteger)),
    bindparam("company", type_=BigInteger),
    bindparam("entity", type_=BigInteger),
    bindparam("agreement", type_=BigInteger),
    bindparam("on", type_=Date),
)


async def conditions_of(
    ask: Ask, customer: Customer, products: Sequence[ProductId], on: date
) -> Conditions:
    """What holds for a customer's products on a day. One statement."""
    rows = await ask.fetch(
        CONDITIONS,
        {
            "products": list(dict.fromkeys(products)),
            "company": customer.company_id,
            "entity": customer.legal_entity_id,
            "agreement": customer.agreement_id,
            "on": on,
        },
    )
    by_kind: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        by_kind[row[0]].append(row)
    return Conditions(
        _prices(by_kind["price"]), _rules(by_kind["rule"]), _margins(by_kind["margin"])
    )


def specificity(brand: str, category: str, price_group: str, distance: int) -> tuple[Any, ...]:
    """Points 2 to 4 of the rule: sorts the most specific first."""
    named = bool(brand) + bool(category) + bool(price_group)
    return -named, not brand, not category, distance


def _prices(rows: Sequence[AnyRow]) -> Mapping[ProductId, Scopes]:
    found: defaultdict[ProductId, list[Agreed]] = defaultdict(list)
    for row in rows:
        for product, tier, price, currency, vat_included in zip(
            row.products, row.tiers, row.amounts, row.currencies, row.vat_included, strict=True
        ):
            found[product].append(Agreed(tier or ZERO, price, currency, vat_included, row.own))
    return {product: _scopes(agreed) for product, agreed in found.items()}


def _scopes(agreed: Sequence[Agreed]) -> Scopes:
    highest = sorted(agreed, key=lambda one: one.tier, reverse=True) if agreed[1:] else agreed
    own = tuple(one for one in highest if one.own)
    shared = tuple(one for one in highest if not one.own)
    return own, shared


def _rules(rows: Sequence[AnyRow]) -> Mapping[ProductId, Sequence[Rule]]:
    found: defaultdict[ProductId, list[Fitting]] = defaultdict(list)
    for row in rows:
        rule = Rule(
            row.id, row.own, row.brand, row.category, row.price_group, row.low, row.valid_from
        )
        for product, distance in zip(row.products, row.distances, strict=True):
            found[product].append(Fitting(rule, distance))
    return {product: _first_to_win(fitting) for product, fitting in found.items()}


def _first_to_win(fitting: Sequence[Fitting]) -> Sequence[Rule]:
    ranked = sorted(fitting, key=lambda one: one.rank) if fitting[1:] else fitting
    return [one.rule for one in ranked]


def _margins(rows: Sequence[AnyRow]) -> Mapping[ProductId, Margin]:
    found: dict[ProductId, tuple[tuple[Any, ...], Margin]] = {}
    for row in rows:
        low, high = _factor(row.low), _factor(row.high)
        ranks = {
            distance: specificity("", row.category, row.price_group, distance)
            for distance in set(row.distances)
        }
        for product, distance, cost, currency, vat_included in zip(
            row.products, row.distances, row.amounts, row.currencies, row.vat_included, strict=True
        ):
            rank = ranks[distance]
            if product not in found or rank < found[product][0]:
                floor = None if low is None else cost * low
                cap = None if high is None else cost * high
                found[product] = rank, Margin(row.id, floor, cap, currency, vat_included)
    return {product: margin for product, (_, margin) in found.items()}


def _factor(percent: Decimal | None) -> Decimal | None:
    """By how much a cost is multiplied to be so many percent higher."""
    return None if percent is None else 1 + percent / 100
