"""How an order was checked with the ERP: at once, by the last known values, or late."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import OrderId, ProductId

_NOTE: TextClause = text(
    "insert into fondaco.order_check (order_id, state, as_of) values (:order, :state, :as_of)"
)
_OF: TextClause = text(
    """
    select state, at, as_of, settled_at, found, answer, answered_at
      from fondaco.order_check where order_id = :order
    """
)
_SETTLE: TextClause = text(
    """
    update fondaco.order_check
       set state = :state, found = cast(:found as jsonb), settled_at = now()
     where order_id = :order and state = 'last_known'
    """
)
_ANSWER: TextClause = text(
    """
    update fondaco.order_check set answer = :answer, answered_at = now()
     where order_id = :order and state = 'differs' and answer is null
    """
)


class CheckState(StrEnum):
    """What an order's prices and goods rest on."""

    CONFIRMED = "confirmed"
    LAST_KNOWN = "last_known"
    CONFIRMED_LATE = "confirmed_late"
    DIFFERS = "differs"


class PriceAnswer(StrEnum):
    """What became of prices that differ: the buyer's word, or an amendment that came first."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    AMENDED = "amended"


class Checked(Struct, frozen=True):
    """How it was checked; `as_of` is of when the values are, aware UTC, None: nobody knows."""

    state: CheckState
    as_of: datetime | None


class PriceFound(Struct, frozen=True):
    """What the agreement came to for a base unit, and what the ERP says it is (None: nothing), with
    VAT."""

    sku: str
    was: Decimal
    now: Decimal | None
    product_id: ProductId


class OrderCheck(Struct, frozen=True):
    """The check of an order as its page shows it; times are aware UTC."""

    state: CheckState
    at: datetime
    as_of: datetime | None
    settled_at: datetime | None
    found: Sequence[PriceFound]
    answer: PriceAnswer | None = None
    answered_at: datetime | None = None

    @property
    def open_question(self) -> bool:
        """Whether prices differ and nobody has answered."""
        return self.state is CheckState.DIFFERS and self.answer is None


async def note_check(act: ActContext, order: OrderId, checked: Checked | None) -> None:
    """Freeze with a new order what it rests on. One statement, none where nobody is asked."""
    if checked is not None:
        values = {"order": order, "state": checked.state.value, "as_of": checked.as_of}
        await act.execute(_NOTE, values)


async def check_of(ask: Ask, order: OrderId) -> OrderCheck | None:
    """Of one order. One statement."""
    rows = await ask.fetch(_OF, {"order": order})
    return msgspec.convert(dict(rows[0]._mapping), OrderCheck) if rows else None


async def settle_check(act: ActContext, order: OrderId, found: Sequence[PriceFound] = ()) -> bool:
    """The ERP has spoken after all; whether this was the first time. One statement."""
    state = CheckState.DIFFERS if found else CheckState.CONFIRMED_LATE
    values = {
        "order": order,
        "state": state.value,
        "found": msgspec.json.encode(found).decode(),
    }
    return await act.execute(_SETTLE, values) == 1


async def answer_check(act: ActContext, order: OrderId, answer: PriceAnswer) -> None:
    """Note what became of prices that differ; the first word counts. One statement."""
    await act.execute(_ANSWER, {"order": order, "answer": answer.value})
