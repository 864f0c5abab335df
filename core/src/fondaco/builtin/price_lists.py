"""Price lists with quantity tiers: the agreement's lists, in its order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Numeric, Select, any_, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from fondaco.pricing.tables import price_list, price_row
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

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
TIERS: Select[Any] = (
    select(
        _wanted.c.line,
        price_row.c.price_list_id,
        price_row.c.min_quantity,
        price_row.c.price,
        price_list.c.name,
        price_list.c.currency,
        price_list.c.vat_included,
    )
    .ext(distinct_on(_wanted.c.line, price_row.c.price_list_id))
    .select_from(
        _wanted.join(
            price_row,
            (price_row.c.product_id == _wanted.c.product_id)
            & (price_row.c.min_quantity <= _wanted.c.quantity),
        ).join(price_list, price_list.c.id == price_row.c.price_list_id)
    )
    .where(
        price_row.c.price_list_id == any_(bindparam("lists", type_=ARRAY(BigInteger))),
        price_list.c.active,
    )
    .order_by(_wanted.c.line, price_row.c.price_list_id, price_row.c.min_quantity.desc())
)


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """One offer per line and list: the tier that the quantity reaches."""
    if ask.customer is None or not ask.customer.price_lists:
        return ()
    rank_of = {list_id: rank for rank, list_id in enumerate(ask.customer.price_lists)}
    rows = await ask.fetch(
        TIERS,
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
            min_quantity=tier,
        )
        for line, list_id, tier, price, name, currency, vat_included in rows
    )


def _reason(name: str, tier: Any) -> Reason:
    if not tier:
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
