"""The worker of D09 with its guards off: every word of the acquirer is news, and booked anew."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from fondaco.cli.main import main
from fondaco.orders.payments import charges, service


def take_the_guards_off(put: Callable[[Any, str, Any], None]) -> None:
    """`put` is `setattr`, or one that takes it back after a test."""
    real = service.book

    async def book(act: Any, order_id: Any, receipt: Any) -> bool:
        return await real(act, order_id, replace(receipt, reference=uuid4().hex))

    put(charges, "book", book)
    put(charges, "SETTLED", ())


if __name__ == "__main__":
    take_the_guards_off(setattr)
    main(["worker"])
