"""Price lists with quantity tiers: the agreement's lists, in its order."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias, cast

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, func, select, true

from fondaco.db.generations import generation
from fondaco.hooks.context import AskContext
from fondaco.pricing.tables import price_list, price_row
from fondaco.pricing.tiers import reached_and_next
from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.ids import PriceListId, ProductId
from fondaco_sdk.types.price import Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

ZERO = Decimal(0)
MOST_REMEMBERED = 30_000


class Listed(Struct, frozen=True, gc=False):
    """What a list says of a product from the quantity `tier` on; `rank`: of the list."""

    tier: Decimal
    price: Decimal
    rank: int
    currency: str
    vat_included: bool
    reason: Reason


Tiers: TypeAlias = tuple[tuple[Listed, ...], ...]
"""By list, in the order of the agreement; of a list the highest tier first."""

_rows = (
    select(
        price_row.c.price_list_id,
        func.array_agg(price_row.c.product_id).label("products"),
        func.array_agg(func.nullif(price_row.c.min_quantity, 0)).label("tiers"),
        func.array_agg(price_row.c.price).label("prices"),
    )
    .where(
        price_row.c.product_id == any_(bindparam("products", type_=ARRAY(BigInteger))),
        price_row.c.price_list_id == any_(bindparam("lists", type_=ARRAY(BigInteger))),
    )
    .group_by(price_row.c.price_list_id)
    .subquery("rows")
)

# A row a list, its prices side by side in arrays: a row a price would take twice as long to read,
# and so would its zeros. There is a row also where nothing has a price: that is true of a
# generation, too.
LISTS: Select[Any] = (
    select(
        generation.c.number,
        price_list.c.id,
        price_list.c.name,
        price_list.c.currency,
        price_list.c.vat_included,
        _rows.c.products,
        _rows.c.tiers,
        _rows.c.prices,
    )
    .select_from(
        generation.outerjoin(
            _rows.join(
                price_list, (price_list.c.id == _rows.c.price_list_id) & price_list.c.active
            ),
            true(),
        )
    )
    .where(generation.c.subject == "prices")
)


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """Per line and list the tier that the quantity reaches, and the one after it."""
    if ask.customer is None or not ask.customer.price_lists:
        return ()
    tiers = await _tiers(
        cast("AskContext", ask), ask.customer.price_lists, [line.product_id for line in lines]
    )
    offers: list[Offer] = []
    for line in lines:
        number, quantity = line.line, line.quantity
        for listed in tiers[line.product_id]:
            for found in reached_and_next(listed, quantity):
                offers.append(
                    Offer(
                        number,
                        Stage.LIST,
                        found.price,
                        found.currency,
                        found.vat_included,
                        found.reason,
                        found.rank,
                        False,
                        found.tier,
                    )
                )
    return offers


async def _tiers(
    ask: AskContext, lists: tuple[PriceListId, ...], products: Iterable[ProductId]
) -> Mapping[ProductId, Tiers]:
    """What the lists say of each product.

    One statement for what this process does not remember. The memory is by lists, so that all
    customers of the same ones share it.
    """
    remembered = ask.remembered("prices", "price_lists", MOST_REMEMBERED)
    found: dict[ProductId, Tiers] = {}
    missing: list[ProductId] = []
    for product in dict.fromkeys(products):
        known: Tiers | None = remembered.known.get((lists, product))
        if known is None:
            missing.append(product)
        else:
            found[product] = known
    if missing:
        rows = await ask.fetch(LISTS, {"products": missing, "lists": list(lists)})
        read = _read(lists, missing, rows)
        remembered.keep(rows[0].number, {(lists, id): tiers for id, tiers in read.items()})
        found.update(read)
    return found


def _read(
    lists: tuple[PriceListId, ...], products: Sequence[ProductId], rows: Sequence[AnyRow]
) -> Mapping[ProductId, Tiers]:
    by_product: dict[ProductId, dict[int, list[Listed]]] = {product: {} for product in products}
    for _, list_id, name, currency, vat_included, *columns in rows:
        if list_id is None:
            continue
        rank = lists.index(list_id)
        for product, tier, price in zip(*columns, strict=True):
            listed = Listed(tier or ZERO, price, rank, currency, vat_included, _reason(name, tier))
            by_product[product].setdefault(rank, []).append(listed)
    return {
        product: tuple(_highest_first(by_rank[rank]) for rank in sorted(by_rank))
        for product, by_rank in by_product.items()
    }


def _highest_first(tiers: list[Listed]) -> tuple[Listed, ...]:
    return tuple(sorted(tiers, key=_tier, reverse=True)) if len(tiers) > 1 else tuple(tiers)


_tier = attrgetter("tier")


@lru_cache(maxsize=1_000)
def _reason(name: str, tier: Decimal | None) -> Reason:
    if tier is None:
        return Reason(
            "price_list.price", f"Прайс-лист «{name}»", f"Price list “{name}”", {"list": name}
        )
    amount = f"{tier.normalize():f}"
    return Reason(
        "price_list.tier",
        f"Прайс-лист «{name}», от {amount}",
        f"Price list “{name}”, from {amount}",
        {"list": name, "from": amount},
    )
