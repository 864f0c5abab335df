"""Price lists with quantity tiers: the agreement's lists, in its order."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Numeric, Select, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from fondaco.pricing.tables import price_list, price_row
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

ZERO = Decimal(0)

_wanted = (
    func.unnest(
        bindparam("lines", type_=ARRAY(BigInteger)),
        bindparam("products", type_=ARRAY(BigInteger)),
        bindparam("quantities", type_=ARRAY(Numeric)),
    )
    .table_valued(
        column("line", BigInteger), column("product_id", BigInteger), column("quantity", Numeric)
    )
    .render_derived(name="wanted")
)

# For each line and list the highest tier that the quantity reaches.
_tiers = (
    select(_wanted.c.line, price_row.c.price_list_id, price_row.c.min_quantity, price_row.c.price)
    .ext(distinct_on(_wanted.c.line, price_row.c.price_list_id))
    .select_from(
        _wanted.join(
            price_row,
            (price_row.c.product_id == _wanted.c.product_id)
            & (price_row.c.min_quantity <= _wanted.c.quantity),
        )
    )
    .where(price_row.c.price_list_id == any_(bindparam("lists", type_=ARRAY(BigInteger))))
    .order_by(_wanted.c.line, price_row.c.price_list_id, price_row.c.min_quantity.desc())
    .subquery("tiers")
)

# A row a list, its prices side by side in arrays: a row a price would take twice as long to read,
# and so would its zeros.
LISTS: Select[Any] = (
    select(
        price_list.c.id,
        price_list.c.name,
        price_list.c.currency,
        price_list.c.vat_included,
        func.array_agg(_tiers.c.line),
        func.array_agg(func.nullif(_tiers.c.min_quantity, 0)),
        func.array_agg(_tiers.c.price),
    )
    .select_from(_tiers.join(price_list, price_list.c.id == _tiers.c.price_list_id))
    .where(price_list.c.active)
    .group_by(price_list.c.id)
)


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """One offer per line and list: the tier that the quantity reaches."""
    if ask.customer is None or not ask.customer.price_lists:
        return ()
    rank_of = {list_id: rank for rank, list_id in enumerate(ask.customer.price_lists)}
    lists = await ask.fetch(
        LISTS,
        {
            "lines": [line.line for line in lines],
            "products": [line.product_id for line in lines],
            "quantities": [line.quantity for line in lines],
            "lists": list(rank_of),
        },
    )
    return tuple(
        Offer(
            line=line,
            stage=Stage.LIST,
            unit_price=price,
            currency=currency,
            vat_included=vat_included,
            reason=_reason(name, tier),
            rank=rank_of[list_id],
            min_quantity=tier or ZERO,
        )
        for list_id, name, currency, vat_included, *columns in lists
        for line, tier, price in zip(*columns, strict=True)
    )


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
