"""Which way pays how much of an order: pure, from what is offered and what the buyer chose."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from fondaco.web.format import money
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.order import PaymentOption
from fondaco_sdk.types.reason import Reason


class PaymentChoice(Struct, frozen=True):
    """`payment` pays as much as it can, or `amount` (order currency); `rest` pays what is left."""

    payment: str
    amount: Decimal | None = None
    rest: str = ""


class PaymentPart(Struct, frozen=True):
    """What one way pays of an order, in its currency."""

    option: PaymentOption
    amount: Decimal


def options_by_code(options: Iterable[PaymentOption]) -> Sequence[PaymentOption]:
    """Options of one code are one, in the order of the first: the strictest word of each counts."""
    found: dict[str, PaymentOption] = {}
    for option in options:
        known = found.get(option.code)
        found[option.code] = option if known is None else _stricter(known, option)
    return tuple(found.values())


def _stricter(known: PaymentOption, other: PaymentOption) -> PaymentOption:
    limits = [one.up_to for one in (known, other) if one.up_to is not None]
    return replace(
        known,
        note=other.note or known.note,
        refusal=known.refusal or other.refusal,
        up_to=min(limits, default=None),
        before=known.before or other.before,
        provider=known.provider or other.provider,
    )


def deal(
    total: Decimal, currency: str, options: Sequence[PaymentOption], choice: PaymentChoice
) -> Sequence[PaymentPart]:
    """The parts of `total`, one or two.

    Raises `UserError` on the field `payment`, `payment_amount` or `rest` of which the choice does
    not fit what is offered.
    """
    offered = {option.code: option for option in options}
    first = _offered(offered, choice.payment, "payment")
    most = total if first.up_to is None else min(first.up_to, total)
    pays = most if choice.amount is None else choice.amount
    if not _fits(pays, most, currency) or (pays <= 0 < total):
        raise _wrong("payment_amount", _amount(most, currency))
    if pays == total:
        return (PaymentPart(first, total),)
    left = total - pays
    if not choice.rest or choice.rest == first.code:
        raise _wrong("rest", _rest(first, pays, left, currency))
    second = _offered(offered, choice.rest, "rest")
    if second.up_to is not None and second.up_to < left:
        raise _wrong("rest", _rest(second, second.up_to, left, currency))
    return (PaymentPart(first, pays), PaymentPart(second, left))


def _fits(pays: Decimal, most: Decimal, currency: str) -> bool:
    """Whether it is an amount that can be paid: of whole kopecks, and no more than the most."""
    return pays.is_finite() and 0 <= pays <= most and pays == round_money(pays, currency)


def deal_again(amounts: Sequence[Decimal], total: Decimal) -> Sequence[Decimal]:
    """The parts of an order whose total has changed: the last one follows, then those before it."""
    found = list(amounts)
    left = total - sum(found, Decimal(0))
    for at in reversed(range(len(found))):
        more = max(left, -found[at])
        found[at] += more
        left -= more
    return found


def _offered(offered: Mapping[str, PaymentOption], code: str, field: str) -> PaymentOption:
    option = offered.get(code)
    if option is None:
        raise _wrong(field, _UNKNOWN)
    if option.refusal is not None:
        raise _wrong(field, option.refusal)
    return option


def _wrong(field: str, reason: Reason) -> UserError:
    return UserError(reason, {field: reason})


def _amount(most: Decimal, currency: str) -> Reason:
    return Reason(
        "checkout.payment_amount",
        f"Сумма больше нуля и не больше {money(most, currency, 'ru')}",
        f"The amount is more than zero and at most {money(most, currency, 'en')}",
        {"most": str(most), "currency": currency},
    )


def _rest(option: PaymentOption, pays: Decimal, left: Decimal, currency: str) -> Reason:
    return Reason(
        "checkout.rest",
        f"«{option.title.ru}» оплатит {money(pays, currency, 'ru')}:"
        f" выберите, чем оплатить остальные {money(left, currency, 'ru')}",
        f"“{option.title.en}” pays {money(pays, currency, 'en')}:"
        f" choose how to pay the other {money(left, currency, 'en')}",
        {"left": str(left), "currency": currency},
    )


_UNKNOWN = Reason(
    "checkout.payment", "Выберите способ оплаты из списка", "Choose one of the ways to pay"
)
