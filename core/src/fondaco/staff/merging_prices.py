"""What was agreed with a merged client: it holds for the other company too, but where that one has
a condition of its own for the same goods on the same days. Its own stays, and the client's ends."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext, AskContext

# Only what is for a whole company can clash: legal entities and agreements move with theirs.
_SAME_DAYS = """
    {gone}.ended_at is null and {kept}.ended_at is null
    and {kept}.valid_from <= coalesce({gone}.valid_to, 'infinity')
    and coalesce({kept}.valid_to, 'infinity') >= {gone}.valid_from
"""
_CLASHING: Mapping[str, str] = {
    "individual_price": """
        gone.legal_entity_id is null and kept.legal_entity_id is null
        and kept.product_id = gone.product_id and kept.min_quantity = gone.min_quantity and
    """
    + _SAME_DAYS.format(gone="gone", kept="kept"),
    "discount_rule": """
        gone.agreement_id is null and kept.agreement_id is null and kept.brand = gone.brand
        and kept.category_id is not distinct from gone.category_id
        and kept.price_group = gone.price_group and
    """
    + _SAME_DAYS.format(gone="gone", kept="kept"),
    "manual_price": """
        gone.cart_line_id is null and kept.cart_line_id is null
        and kept.product_id = gone.product_id
        and gone.ended_at is null and kept.ended_at is null
    """,
}
_WHO = "gone.company_id = :company and kept.company_id = :into"
CLASHES: TextClause = text(
    f"""
    select 'price', p.sku, gone.price, kept.price, gone.currency::text, kept.currency::text
      from fondaco.individual_price gone
      join fondaco.individual_price kept on {_CLASHING["individual_price"]}
      join fondaco.product p on p.id = gone.product_id
     where {_WHO}
     union all
    select 'rule', concat_ws(', ', nullif(gone.brand, ''), c.name, nullif(gone.price_group, '')),
           gone.percent, kept.percent, '', ''
      from fondaco.discount_rule gone
      join fondaco.discount_rule kept on {_CLASHING["discount_rule"]}
      left join fondaco.category c on c.id = gone.category_id
     where {_WHO}
     union all
    select 'price', p.sku, gone.price, kept.price, gone.currency::text, kept.currency::text
      from fondaco.manual_price gone
      join fondaco.manual_price kept on {_CLASHING["manual_price"]}
      join fondaco.product p on p.id = gone.product_id
     where {_WHO}
     order by 1, 2
    """
)
_END: Sequence[TextClause] = tuple(
    text(
        f"update fondaco.{table} gone set ended_at = now()"
        f" from fondaco.{table} kept where {_WHO} and {clashing}"
    )
    for table, clashing in _CLASHING.items()
)


class Clash(Struct, frozen=True, array_like=True):
    """Two conditions of which the second stays: prices with their currencies, or percents.

    `what` is an article, or the goods of a rule ("" for all of them).
    """

    kind: str
    what: str
    gone: Decimal
    kept: Decimal
    gone_currency: str
    kept_currency: str


async def clashes(ask: AskContext, pair: Mapping[str, Any]) -> tuple[Clash, ...]:
    """What of `company` would give way to what `into` has. One statement."""
    return tuple(msgspec.convert(tuple(row), Clash) for row in await ask.fetch(CLASHES, pair))


async def end_clashing(act: ActContext, pair: Mapping[str, Any]) -> None:
    """End what gives way. Three statements."""
    for statement in _END:
        await act.execute(statement, pair)
