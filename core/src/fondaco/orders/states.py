"""Which state an order may move to. The ERP leads; a customer may only cancel before picking."""

from collections.abc import Mapping

from fondaco_sdk.types.order import OrderState

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
CUSTOMER_MAY_CANCEL = frozenset((S.AWAITING_APPROVAL, S.PLACED, S.AWAITING_PAYMENT))


def may_move(before: OrderState, after: OrderState) -> bool:
    """Whether an order may go from one state to another."""
    return after in MOVES[before]
