"""Sums that a cart has not come to yet: the least order, and the next discount on the order.

Each is one click away, on the line of which the fewest pieces more would do.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct

from fondaco.pricing.rates import Exchange, RateMissing, rates_on
from fondaco_sdk.context import Ask, Words
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity, Verdict


class OrderRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`minimum`: what an order must come to, VAT included, in the site's currency; 0: anything."""

    minimum: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.minimum < 0:
            raise ValueError("minimum: zero or more")


async def minimum_verdicts(ask: Ask, priced: PricedCart) -> list[Verdict]:
    """An order below the least sum is refused. One statement for carts of another currency."""
    least = ask.settings(OrderRules).minimum
    if not least or not priced.lines:
        return []
    currency = priced.quote.currency
    if currency != ask.currency:
        today = ask.now.astimezone(ask.zone).date()
        try:
            least = Exchange(ask.currency, await rates_on(ask, today)).convert(
                least, ask.currency, currency
            )
        except RateMissing as unknown:
            return [Verdict(Severity.REFUSAL, unknown.reason)]
    more = least - priced.quote.total
    if more <= 0:
        return []
    ru, en = (_sums(ask.words, (least, more), currency, locale) for locale in ("ru", "en"))
    reason = Reason(
        "order.minimum",
        f"Минимальная сумма заказа — {ru[0]}, не хватает {ru[1]}",
        f"Orders begin at {en[0]}: {en[1]} is missing",
        {"minimum": str(least), "missing": str(more)},
    )
    return [Verdict(Severity.REFUSAL, reason), *_top_up(priced, more, (), _TO_MINIMUM)]


def discount_hints(words: Words, priced: PricedCart) -> list[Verdict]:
    """How much more brings the next discount, as long as it is no more than there is."""
    ahead, currency = priced.next_discount, priced.quote.currency
    if ahead is None or ahead.more > priced.quote.total:
        return []
    ru, en = (words.money(ahead.more, currency, locale) for locale in ("ru", "en"))
    reason = Reason(
        "order.next_discount",
        f"До скидки не хватает {ru}. {ahead.reason.ru}",
        f"{en} more brings a discount. {ahead.reason.en}",
        {"more": str(ahead.more)},
    )
    return [Verdict(Severity.HINT, reason), *_top_up(priced, ahead.more, ahead.lines, _TO_DISCOUNT)]


_TO_MINIMUM = (
    "line.to_minimum",
    "До минимальной суммы заказа хватит ещё {}",
    "{} more would come to the least order",
)
_TO_DISCOUNT = (
    "line.to_discount",
    "До скидки на заказ хватит ещё {}",
    "{} more would bring the order discount",
)


def _top_up(
    priced: PricedCart, more: Decimal, named: Sequence[int], said: tuple[str, str, str]
) -> list[Verdict]:
    """The line of which the least money more is enough, as long as it at most doubles."""
    found: list[tuple[Decimal, int, PricedCartLine, Decimal]] = []
    for line in priced.lines:
        price, multiple = line.price.unit_price, line.product.multiple
        if not price or line.supply.missing or (named and line.line not in named):
            continue
        extra = (more / price / multiple).to_integral_value(ROUND_CEILING) * multiple
        if extra <= line.quantity and line.quantity % multiple == 0:
            found.append((extra * price, line.line, line, extra))
    if not found:
        return []
    _, _, line, extra = min(found, key=lambda one: one[:2])
    amount = f"{extra.normalize():f} {line.product.unit.name}"
    code, ru, en = said
    reason = Reason(code, ru.format(amount), en.format(amount), {"more": f"{extra.normalize():f}"})
    return [Verdict(Severity.HINT, reason, line.line, (line.quantity + extra,))]


def _sums(words: Words, sums: Sequence[Decimal], currency: str, locale: str) -> tuple[str, ...]:
    return tuple(words.money(amount, currency, locale) for amount in sums)
