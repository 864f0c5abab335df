"""Which state an order may move to, and never back; what each step is called once it is made.

A customer may only cancel, before work on the order begins.
"""

from collections.abc import Mapping, Sequence

from fondaco_sdk.types.order import OrderState
from fondaco_sdk.types.reason import Reason

S = OrderState

MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    # To PLACED only by whoever approves it, never by a report.
    S.AWAITING_APPROVAL: frozenset((S.CANCELLED,)),
    S.PLACED: frozenset((S.CONFIRMED, S.AWAITING_PAYMENT, S.PICKING, S.SHIPPED, S.CANCELLED)),
    S.CONFIRMED: frozenset((S.AWAITING_PAYMENT, S.PICKING, S.SHIPPED, S.CANCELLED)),
    S.AWAITING_PAYMENT: frozenset((S.CONFIRMED, S.PICKING, S.SHIPPED, S.CANCELLED)),
    S.PICKING: frozenset((S.SHIPPED, S.CANCELLED)),
    S.SHIPPED: frozenset((S.COMPLETED,)),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset(),
}
# The usual next step, which its page offers first.
NEXT: Mapping[OrderState, OrderState] = {
    S.PLACED: S.CONFIRMED,
    S.AWAITING_PAYMENT: S.CONFIRMED,
    S.CONFIRMED: S.PICKING,
    S.PICKING: S.SHIPPED,
    S.SHIPPED: S.COMPLETED,
}
MADE: Mapping[OrderState, Reason] = {
    S.AWAITING_APPROVAL: Reason(
        "order.awaiting_approval", "Заказ ждёт согласования", "The order awaits an approval"
    ),
    S.PLACED: Reason("order.placed", "Заказ оформлен", "The order is placed"),
    S.CONFIRMED: Reason("order.confirmed", "Заказ подтверждён", "The order is confirmed"),
    S.AWAITING_PAYMENT: Reason(
        "order.awaiting_payment", "Заказ ждёт оплаты", "The order awaits payment"
    ),
    S.PICKING: Reason("order.picking", "Заказ собирают", "The order is being picked"),
    S.SHIPPED: Reason("order.shipped", "Заказ отгружен", "The order is shipped"),
    S.COMPLETED: Reason("order.completed", "Заказ выполнен", "The order is completed"),
    S.CANCELLED: Reason("order.cancelled", "Заказ отменён", "The order is cancelled"),
}
CUSTOMER_MAY_CANCEL = frozenset((S.AWAITING_APPROVAL, S.PLACED, S.AWAITING_PAYMENT))


def may_move(before: OrderState, after: OrderState) -> bool:
    """Whether an order may go from one state to another."""
    return after in MOVES[before]


def moves_from(state: OrderState) -> Sequence[OrderState]:
    """Where an order may go, the usual next step first, cancelling last."""
    first = NEXT.get(state)
    return sorted(MOVES[state], key=lambda to: (to is not first, list(S).index(to)))


def holds_on(before: OrderState, after: OrderState) -> bool:
    """Whether a move says that its goods are held until they are shipped: it is paid, or picked."""
    paid = before is S.AWAITING_PAYMENT and after is not S.CANCELLED
    return paid or after is S.PICKING
