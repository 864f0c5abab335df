"""What became of the code in a cart, and which promotions apply there."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import BigInteger, bindparam, text

from fondaco_promotions.campaign import Campaign, State
from fondaco_promotions.matching import OF_CODE
from fondaco_promotions.running import asked, campaign_of, sum_of
from fondaco_promotions.uses import used_by
from fondaco_sdk.context import Ask
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.price import PriceStep
from fondaco_sdk.types.reason import Reason

_OF_CODE = text(OF_CODE).bindparams(
    bindparam("company", type_=BigInteger), bindparam("user", type_=BigInteger)
)

Effect = Literal["applied", "lost", "no_goods", "below", "stopped"]


class CodeStanding(Struct, frozen=True):
    """The code of a cart: what it does there, and if nothing, why.

    `missing` is what is missing to the minimum, `why` what applies instead.
    """

    label: str
    campaign: Campaign
    effect: Effect
    missing: Decimal | None = None
    why: Reason | None = None


async def code_standing(ask: Ask, priced: PricedCart) -> CodeStanding | None:
    """The code of the asker's cart. One statement."""
    return (await code_standings(ask, [priced]))[0]


async def code_standings(ask: Ask, carts: Sequence[PricedCart]) -> Sequence[CodeStanding | None]:
    """The code of the asker, in each of the carts. One statement."""
    lines = [line for cart in carts for line in cart.lines]
    numbered = {number: line.product.id for number, line in enumerate(lines)}
    rows = await ask.fetch(_OF_CODE, asked(ask, numbered)) if ask.customer else ()
    if not rows:
        return [None] * len(carts)
    row = rows[0]
    matched = {id(lines[number]) for number in row.lines}
    campaign = campaign_of(row)
    holds = (
        row.removed_at is None
        and row.has_room
        and campaign.state(ask.now, row.paused_at is not None) is State.RUNNING
    )
    return [
        _standing(
            row.label, campaign, holds, cart, [n.line for n in cart.lines if id(n) in matched]
        )
        for cart in carts
    ]


def applied(priced: PricedCart) -> Sequence[Reason]:
    """What is said of the promotions that made a cart cheaper, automatic ones only."""
    return [reason for reason in used_by(priced).values() if not reason.params["code"]]


def _standing(
    label: str, campaign: Campaign, holds: bool, priced: PricedCart, lines: Sequence[int]
) -> CodeStanding:
    if not holds:
        return CodeStanding(label, campaign, "stopped")
    if not lines:
        return CodeStanding(label, campaign, "no_goods")
    if campaign.min_total is not None:
        missing = campaign.min_total - sum_of(priced, lines)
        if missing > 0:
            return CodeStanding(label, campaign, "below", missing)
    steps = _steps(priced, campaign.uuid)
    if any(step.applied for step in steps):
        return CodeStanding(label, campaign, "applied")
    why = next((step.lost for step in steps if step.lost is not None), None)
    return CodeStanding(label, campaign, "lost", None, why)


def _steps(priced: PricedCart, campaign: UUID) -> Sequence[PriceStep]:
    key = str(campaign)
    return [
        step
        for line in priced.lines
        for step in line.price.steps
        if step.plugin == "promotions" and step.reason.params.get("campaign") == key
    ]
