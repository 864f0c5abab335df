"""The piece of the cart's page: the code field, what the code does, which promotions apply."""

from collections.abc import Mapping, Sequence
from typing import Any

from fondaco_promotions.manifest import USE
from fondaco_promotions.standing import CodeStanding, applied, code_standings
from fondaco_promotions.wording import takes
from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.web import Fragment


async def cart_summary(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """For whoever may use codes. One statement."""
    carts = {s.key: s.cart for s in subjects if s.cart is not None}
    if not carts or ask.customer is None or not ask.actor.may(USE):
        return {}
    standings = await code_standings(ask, list(carts.values()))
    return {
        key: Fragment("promotions/cart_summary.html", _context(ask, cart, standing))
        for (key, cart), standing in zip(carts.items(), standings, strict=True)
    }


async def form_context(ask: Ask, priced: PricedCart) -> dict[str, Any]:
    """What the code field needs. One statement."""
    return _context(ask, priced, (await code_standings(ask, [priced]))[0])


def _context(ask: Ask, priced: PricedCart, code: CodeStanding | None) -> dict[str, Any]:
    return {
        "code": code,
        "takes": takes(ask, code.campaign, ask.locale) if code else "",
        "applied": [reason.text(ask.locale) for reason in applied(priced)],
        "currency": ask.currency,
        "typed": "",
        "mistake": "",
    }
