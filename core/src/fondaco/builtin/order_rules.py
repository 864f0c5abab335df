"""The kernel's own checks of a cart, and the way to pay that every wholesaler has: an invoice."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from fondaco.assortments.reasons import ASK_FIRST, HIDDEN
from fondaco.builtin.order_minimum import discount_hints, minimum_verdicts
from fondaco_sdk.context import Ask, Words
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.cart import PricedCart, PricedCartLine
from fondaco_sdk.types.order import PaymentOption
from fondaco_sdk.types.product import Access
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity, Verdict


@impl
async def cart_checks(ask: Ask, priced: PricedCart) -> Sequence[Verdict]:
    """Every line has a price, is on sale and open to the customer, fits its multiple, and can be
    supplied.

    In a cart that is dealt out each share fits the multiple, nothing is left over, and no delivery
    is wanted on a day that has passed. The order comes to the least sum. Where a little more of a
    line or of the order costs less, that is said, and is one click away.
    """
    return (
        *await minimum_verdicts(ask, priced),
        *discount_hints(ask.words, priced),
        *_of_days(ask, priced),
        *(
            verdict
            for line in priced.lines
            for verdict in _line_verdicts(line, dealt_out=priced.dealt_out)
            or _hints(ask.words, line, priced.quote.currency)
        ),
    )


@impl
async def payment_options(ask: Ask, draft: PricedCart) -> Sequence[PaymentOption]:
    """Every customer with an agreement may pay by invoice, afterwards where it grants that."""
    days = ask.customer.payment_days if ask.customer else 0
    note = None
    if days:
        note = Reason(
            "payment.deferred",
            f"Отсрочка платежа по договору, дней: {days}",
            f"Deferred payment under the agreement, days: {days}",
            {"days": str(days)},
        )
    title = Reason("payment.invoice", "По счёту", "By invoice")
    return (PaymentOption("invoice", title, note, before=not days),)


def _of_days(ask: Ask, priced: PricedCart) -> list[Verdict]:
    today = ask.now.astimezone(ask.zone).date()
    passed = [p for p in priced.consigned() if p.wanted_on is not None and p.wanted_on < today]
    return [
        Verdict(
            Severity.REFUSAL,
            Reason(
                "order.day_passed",
                f"Поставка «{part.name}»: её день уже прошёл, выберите другой",
                f"Delivery “{part.name}”: its day has passed, choose another",
            ),
        )
        for part in passed
    ]


def _line_verdicts(line: PricedCartLine, *, dealt_out: bool) -> list[Verdict]:
    found: list[Verdict] = []
    product = line.product
    if product.access is Access.HIDDEN:
        return [Verdict(Severity.REFUSAL, HIDDEN, line.line)]
    if not product.orderable:
        found.append(_refuse(line, "line.off_sale", "Товар снят с продажи", "No longer on sale"))
    elif product.access is Access.ASK:
        return [Verdict(Severity.REFUSAL, ASK_FIRST, line.line)]
    elif line.price.unit_price is None:
        found.append(_no_price(line))
    found += _of_shares(line) if dealt_out else _of_multiple(line)
    if line.supply.missing:
        have = line.quantity - line.supply.missing
        amount = f"{have.normalize():f}"
        found.append(
            Verdict(
                Severity.REFUSAL,
                Reason(
                    "line.short",
                    f"В наличии только {amount} {product.unit.name}" if have else "Нет в наличии",
                    f"Only {amount} {product.unit.name} in stock" if have else "Out of stock",
                    {"available": amount},
                ),
                line.line,
                (around(have, product.multiple)[0],)
                if have >= product.multiple and not dealt_out
                else (),
            )
        )
    return found


def _of_multiple(line: PricedCartLine) -> list[Verdict]:
    multiple = line.product.multiple
    if not line.quantity % multiple:
        return []
    step = f"{multiple.normalize():f}"
    reason = Reason(
        "line.multiple",
        f"Продаётся кратно {step}",
        f"Sold in multiples of {step}",
        {"multiple": step},
    )
    near = tuple(quantity for quantity in around(line.quantity, multiple) if quantity > 0)
    return [Verdict(Severity.REFUSAL, reason, line.line, near)]


def _of_shares(line: PricedCartLine) -> list[Verdict]:
    found: list[Verdict] = []
    step, unit = f"{line.product.multiple.normalize():f}", line.product.unit.name
    if line.unshared:
        rest = f"{line.unshared.normalize():f} {unit}"
        ru, en = f"Не распределено по точкам: {rest}", f"Not shared out over outlets: {rest}"
        found.append(_refuse(line, "line.unshared", ru, en))
    wrong = [share for share in line.shares if share.quantity % line.product.multiple]
    if wrong:
        named = ", ".join(f"{s.part.name}: {s.quantity.normalize():f}" for s in wrong)
        ru = f"Продаётся кратно {step}. {named}"
        en = f"Sold in multiples of {step}. {named}"
        found.append(_refuse(line, "line.share_multiple", ru, en))
    return found


def _no_price(line: PricedCartLine) -> Verdict:
    if line.price.no_price is not None:
        return Verdict(Severity.REFUSAL, line.price.no_price, line.line)
    ahead = line.price.next_tier
    if ahead is None:
        return _refuse(
            line,
            "line.no_price",
            "Для вас нет цены; спросите менеджера",
            "You have no price for it; ask your manager",
        )
    least = line.quantity + ahead.more
    amount, unit = f"{least.normalize():f}", line.product.unit.name
    return Verdict(
        Severity.REFUSAL,
        Reason(
            "line.too_few",
            f"Цена есть от {amount} {unit}",
            f"There is a price from {amount} {unit}",
            {"from": amount},
        ),
        line.line,
        (least,),
    )


def _hints(words: Words, line: PricedCartLine, currency: str) -> list[Verdict]:
    """The next tier, as long as it takes no more than twice what is wanted."""
    ahead = line.price.next_tier
    if ahead is None or ahead.more > line.quantity:
        return []
    more = f"{ahead.more.normalize():f} {line.product.unit.name}"
    ru = f"Ещё {more} — по {words.money(ahead.unit_price, currency, 'ru')}"
    en = f"{more} more at {words.money(ahead.unit_price, currency, 'en')} each"
    params = {"more": f"{ahead.more.normalize():f}", "price": str(ahead.unit_price)}
    reason = Reason("line.next_tier", ru, en, params)
    return [Verdict(Severity.HINT, reason, line.line, (line.quantity + ahead.more,))]


def around(quantity: Decimal, multiple: Decimal) -> tuple[Decimal, Decimal]:
    """The nearest whole multiples below and above a quantity."""
    packs = quantity / multiple
    return (
        packs.to_integral_value(ROUND_FLOOR) * multiple,
        packs.to_integral_value(ROUND_CEILING) * multiple,
    )


def _refuse(line: PricedCartLine, code: str, ru: str, en: str) -> Verdict:
    return Verdict(Severity.REFUSAL, Reason(code, ru, en), line.line)
