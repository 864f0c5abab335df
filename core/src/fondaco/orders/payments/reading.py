"""Payments as orders carry them."""

from typing import Any

from fondaco_sdk.types.order import OrderPayment
from fondaco_sdk.types.reason import Reason


def payment_of(row: Any) -> OrderPayment:
    """A row of `queries.OF_ORDERS`."""
    return OrderPayment(
        uuid=row.uuid,
        way=row.way,
        title=Reason(f"payment.{row.way}", row.ru, row.en),
        amount=row.amount,
        received=row.received,
        before=row.before,
        provider=row.provider,
    )
