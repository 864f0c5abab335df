"""The promo code of a cart over the JSON API: the same verbs as on its page."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fondaco_promotions.cart_code import TOO_MANY, UNFIT, drop, enter
from fondaco_promotions.code_pages import customer_of
from fondaco_promotions.standing import CodeStanding, Effect, code_standing
from fondaco_promotions.wording import takes
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import Conflict, NotFound, TooMany, UserError
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Transaction

AN_HOUR = 3600


class CodeInput(Struct, frozen=True, forbid_unknown_fields=True):
    """A code as a person types it: case, spaces and hyphens do not matter."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class CodeOut(Struct, frozen=True):
    """The code of the cart.

    `takes` is what it takes off, in words. `effect`: applied; lost, because something better
    applies (`why`); no_goods, the cart has none of its goods; below, `missing` is missing to its
    minimum in the cart's currency; stopped, it holds no more.
    """

    code: str
    promotion: str
    takes: str
    effect: Effect
    missing: Decimal | None
    why: str


async def read_code(ask: Ask) -> CodeOut:
    """404 where the cart has no code."""
    customer_of(ask)
    return await _found(ask, await ask.cart.priced())


async def set_code(ask: Ask, transaction: Transaction, data: CodeInput) -> CodeOut:
    """One code a cart: another one takes its place, a refused one leaves what was there.

    422 for a code that is unknown (`urn:fondaco:promotions.unknown`) or was given to other
    companies (`promotions.not_yours`). 409 where it cannot be used now: `promotions.not_begun`,
    `promotions.paused`, `promotions.ended`, `promotions.used_up`, or `promotions.below` its
    minimum. 429 with Retry-After after too many refused tries.
    """
    customer = customer_of(ask)
    async with transaction() as act:
        answer = await enter(act, customer, data.code)
        if isinstance(answer, PricedCart):
            return await _found(act, answer)
    raise _error(answer)


async def remove_code(act: Act) -> None:
    """Without a code it changes nothing."""
    await drop(act, customer_of(act))


async def _found(ask: Ask, priced: PricedCart) -> CodeOut:
    standing = await code_standing(ask, priced)
    if standing is None:
        raise NotFound(_NO_CODE)
    return _out(ask, standing)


def _out(ask: Ask, standing: CodeStanding) -> CodeOut:
    return CodeOut(
        standing.label,
        standing.campaign.name(ask.locale),
        takes(ask, standing.campaign, ask.locale),
        standing.effect,
        standing.missing,
        standing.why.text(ask.locale) if standing.why else "",
    )


def _error(refusal: Reason) -> UserError:
    """A code that is none is wrong input; one that cannot be used now is a conflict."""
    if refusal is TOO_MANY:
        return TooMany(refusal, AN_HOUR)
    return UserError(refusal, {"code": refusal}) if refusal in UNFIT else Conflict(refusal)


_NO_CODE = Reason(
    "promotions.no_code_in_cart",
    "В корзине нет промокода",
    "There is no promo code in the cart",
)
