"""The parts of an order's payment as its page shows them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco.hooks.context import AskContext
from fondaco.orders.holds import OPEN
from fondaco.orders.payments.acquirers import acquirer_of
from fondaco.orders.payments.charge_queries import ENTRIES
from fondaco.orders.payments.charges import NOT_PAID, Charge, charges_of
from fondaco.orders.payments.refunds import Refund, refunds_of
from fondaco_sdk.types.order import Order, OrderPayment, OrderState
from fondaco_sdk.types.reason import Reason

PAY = "order.place"
RECORD = "payment.record"
REFUND = "payment.refund"
STAFF = "staff"
QUICK_SECONDS = 900.0


class Entry(Struct, frozen=True):
    """Money that came (above 0) or went back; `struck`: it has been taken off as a mistake."""

    id: int
    payment: UUID
    at: datetime
    kind: str
    amount: Decimal
    source: str
    reference: str
    struck: bool

    @property
    def by_hand(self) -> bool:
        """Whether staff wrote it down and may strike it."""
        return self.source == STAFF and self.kind == "received" and not self.struck


class PartRow(Struct, frozen=True):
    """A part with its history. `live`: the buyer may be paying right now, or has just done so.

    `may_choose`: nothing has come for it, so that it may be paid otherwise. `back` is how much
    staff may give back by the acquirer, `may_clear_up` whether they say what became of refunds of
    which it is not known.
    """

    part: OrderPayment
    may_pay: bool
    may_choose: bool
    live: Charge | None
    failed: Reason | None
    entries: tuple[Entry, ...]
    refunds: tuple[Refund, ...]
    back: Decimal
    may_clear_up: bool


class PaymentsModel(Struct, frozen=True):
    """The section. `wait_seconds` is how often it asks anew, 0: not at all."""

    rows: tuple[PartRow, ...]
    may_record: bool

    @property
    def wait_seconds(self) -> int:
        """Often while somebody has just paid, seldom afterwards."""
        ages = [row.live.age for row in self.rows if row.live and row.live.external_id]
        if not ages:
            return 0
        return 3 if min(ages) < QUICK_SECONDS else 30


async def payments_model(ask: AskContext, order: Order) -> PaymentsModel:
    """Everything the section asks for. Three statements."""
    charges = await charges_of(ask, order.id)
    entries = [Entry(*row) for row in await ask.fetch(ENTRIES, {"order": order.id})]
    refunds = await refunds_of(ask, order.id)
    open_now = order.state not in NOT_PAID
    may_pay = ask.actor.may(PAY) and open_now
    may_choose = ask.actor.may(PAY) and order.state in OPEN
    rows = []
    for part in order.payments:
        own = [charge for charge in charges if charge.payment == part.uuid]
        last = own[-1] if own else None
        at_work = acquirer_of(ask.hall, part.provider) is not None
        rows.append(
            PartRow(
                part,
                may_pay=may_pay and at_work and part.open > 0,
                may_choose=may_choose
                and part.amount > 0
                and not part.received
                and not any(charge.live for charge in own),
                live=last if last and last.live and open_now else None,
                failed=last.why if last and last.state == "failed" else None,
                entries=tuple(e for e in entries if e.payment == part.uuid),
                refunds=tuple(r for r in refunds if r.payment == part.uuid),
                back=_back(own, refunds) if ask.actor.may(REFUND) and at_work else Decimal(0),
                may_clear_up=ask.actor.may(REFUND),
            )
        )
    may_record = ask.actor.may(RECORD) and order.state is not OrderState.AWAITING_APPROVAL
    return PaymentsModel(tuple(rows), may_record)


def _back(charges: Sequence[Charge], refunds: Sequence[Refund]) -> Decimal:
    paid = {charge.id: charge.amount for charge in charges if charge.state == "paid"}
    gone = [r.amount for r in refunds if r.charge_id in paid and r.state != "failed"]
    return sum(paid.values(), Decimal(0)) - sum(gone, Decimal(0))
