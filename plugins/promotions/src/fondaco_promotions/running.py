"""The campaigns that hold for this customer now, and for which lines. One statement."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import BigInteger, Text, bindparam, text

from fondaco_promotions.campaign import Campaign
from fondaco_promotions.matching import RUNNING
from fondaco_sdk.context import AnyRow, Ask
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.ids import ProductId

_RUNNING = text(RUNNING).bindparams(
    bindparam("company", type_=BigInteger),
    bindparam("user", type_=BigInteger),
    bindparam("level", type_=Text),
)


class Running(Struct, frozen=True):
    """A campaign with the keys of the lines it is for, and the code that brought it, if one did."""

    campaign: Campaign
    lines: tuple[int, ...]
    code: UUID | None = None


async def running(
    ask: Ask, level: Literal["unit", "order"], lines: Mapping[int, ProductId]
) -> Sequence[Running]:
    """What holds for `lines` of the acting customer. Amounts are only for the site's currency."""
    customer = ask.customer
    if customer is None or not lines:
        return ()
    rows = await ask.fetch(_RUNNING, {**asked(ask, lines), "level": level, "now": ask.now})
    found = [
        Running(campaign_of(row), tuple(sorted(row.lines)), row.code_uuid)
        for row in rows
        if row.lines
    ]
    return [r for r in found if _in_currency(r.campaign, customer.currency == ask.currency)]


def asked(ask: Ask, lines: Mapping[int, ProductId]) -> dict[str, object]:
    """The parameters of both statements: for whom, and which lines."""
    return {
        "company": ask.customer.company_id if ask.customer else None,
        "user": ask.actor.user_id,
        "lines": list(lines),
        "products": list(lines.values()),
    }


def campaign_of(row: AnyRow) -> Campaign:
    """The campaign of a matched row, without whom and what it is for."""
    return Campaign(
        uuid=row.uuid,
        name_ru=row.name_ru,
        name_en=row.name_en,
        level=row.level,
        percent=row.percent,
        amount=row.amount,
        stackable=row.stackable,
        by_code=row.by_code,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        min_total=row.min_total,
    )


def sum_of(priced: PricedCart, lines: Sequence[int]) -> Decimal:
    """What the lines of a campaign come to, before anything is taken off the order."""
    meant = frozenset(lines)
    return sum(
        (
            line.price.total + line.price.order_discount
            for line in priced.lines
            if line.line in meant and line.price.total is not None
        ),
        Decimal(0),
    )


def _in_currency(campaign: Campaign, home: bool) -> bool:
    return home or (campaign.amount is None and campaign.min_total is None)
