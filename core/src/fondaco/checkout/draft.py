"""What somebody has typed at the checkout: kept with the cart until the order is placed."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import TextClause, text

from fondaco.cart.service import Carts
from fondaco.checkout.choices import Choices
from fondaco.checkout.form import DELIVERIES, LONGEST_COMMENT, OUTLETS, Typed
from fondaco.checkout.ways import Way, Ways
from fondaco.hooks.context import ActContext, AskContext

_SAVE: TextClause = text(
    """
    update fondaco.cart set checkout = cast(:typed as jsonb)
     where company_id = :company and user_id = :user
    """
)
_READ: TextClause = text(
    "select checkout from fondaco.cart where company_id = :company and user_id = :user"
)


async def save_draft(act: ActContext, typed: Typed) -> None:
    """Keep it; the last word counts. What is too long to be ordered is not kept longer than it."""
    kept = replace(typed, comment=typed.comment[:LONGEST_COMMENT])
    await act.execute(_SAVE, {**Carts(act).mine(), "typed": msgspec.json.encode(kept).decode()})


async def read_draft(ask: AskContext, choices: Choices) -> Typed:
    """What was typed, with the usual target where none was, or it cannot be chosen any more."""
    rows = await ask.fetch(_READ, Carts(ask).mine())
    typed = msgspec.convert(rows[0][0], Typed) if rows else Typed()
    targets = {one.value for one in choices.targets} | {OUTLETS, DELIVERIES}
    return replace(typed, to=typed.to if typed.to in targets else choices.usual)


def with_ways(typed: Typed, ways: Ways) -> Typed:
    """With the usual ways to pay where none was chosen, or it cannot be any more."""
    open_ways = {way.option.code for way in ways.all if way.open}
    whole = {way.option.code for way in ways.whole}
    return replace(
        typed,
        payment=typed.payment if typed.payment in open_ways else _first(ways.all),
        rest=typed.rest if typed.rest in whole else _first(ways.whole),
    )


def _first(ways: Sequence[Way]) -> str:
    return next((way.option.code for way in ways if way.open), "")
