"""What an implementation answered, looked at before the kernel reckons with it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from fondaco_sdk.types.price import Bound, Offer
from fondaco_sdk.types.supply import Supply

_MOST = Decimal(10) ** 12
_ZERO = Decimal(0)


def checked_answer(answer: Any, kinds: tuple[type, ...]) -> Sequence[Any]:
    """The proposals, all of the hook's `kinds`, with prices and quantities that are amounts.

    Raises `TypeError` or `ValueError` with what is wrong: here it still has a name.
    """
    if not isinstance(answer, Iterable):
        raise TypeError(f"answered {type(answer).__name__}, not a sequence")
    found = answer if isinstance(answer, (list, tuple)) else tuple(answer)
    for item in found:
        if not isinstance(item, kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise TypeError(f"answered a {type(item).__name__}, not {wanted}")
        if isinstance(item, (Offer, Bound)):
            _check_amount(item.unit_price)
        elif isinstance(item, Supply):
            _check_amount(item.quantity)
    return found


def _check_amount(amount: Decimal) -> None:
    # Of what is no number at all, a comparison is an error.
    if amount.is_nan() or not _ZERO <= amount <= _MOST:
        raise ValueError(f"proposed {amount}, which is no price or quantity")
