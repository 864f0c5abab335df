"""What was changed, in words: for the history of the order, and for the buyer's letter."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.orders.amending.rule import Line, Plan
from fondaco.web.format import money, quantity
from fondaco_sdk.types.reason import Reason

MOST = 20
"""Lines that are named one by one."""


def history_of(
    plans: Sequence[tuple[Line, Plan]], before: Decimal, after: Decimal, currency: str, why: Reason
) -> Reason:
    """Why, every line as it was and is, and the sums."""
    ru = [why.ru, *(_said(line, plan, currency, "ru") for line, plan in plans[:MOST])]
    en = [why.en, *(_said(line, plan, currency, "en") for line, plan in plans[:MOST])]
    if (more := len(plans) - MOST) > 0:
        ru.append(f"ещё строк: {more}")
        en.append(f"more lines: {more}")
    if before != after:
        ru.append(
            f"сумма: была {money(before, currency, 'ru')}, стала {money(after, currency, 'ru')}"
        )
        en.append(f"total: was {money(before, currency, 'en')}, is {money(after, currency, 'en')}")
    return Reason("order.amended", ";\n".join(ru), ";\n".join(en))


def _said(line: Line, plan: Plan, currency: str, locale: str) -> str:
    name, to, ru = line.sku or line.name, plan.change.to, locale == "ru"
    was = quantity(line.quantity, line.unit, locale)
    if to is None or not to.quantity:
        return f"{name}: убрано, было {was}" if ru else f"{name}: taken off, was {was}"
    now = quantity(to.quantity, line.unit, locale)
    if plan.change.line is None or not plan.change.line.quantity:
        at = money(to.unit_price, currency, locale)
        return f"{name}: добавлено {now} по {at}" if ru else f"{name}: added {now} at {at}"
    parts = []
    if to.quantity != line.quantity:
        parts.append(f"было {was}, стало {now}" if ru else f"was {was}, is {now}")
    if to.unit_price != line.unit_price:
        old, new = (money(price, currency, locale) for price in (line.unit_price, to.unit_price))
        parts.append(f"цена была {old}, стала {new}" if ru else f"price was {old}, is {new}")
    if not parts:
        old, new = (money(total, currency, locale) for total in (line.total, to.total))
        parts.append(f"сумма была {old}, стала {new}" if ru else f"sum was {old}, is {new}")
    if plan.short > 0:
        less = quantity(plan.short, line.unit, locale)
        parts.append(f"для {less} срока пока нет" if ru else f"no day is known yet for {less}")
    return f"{name}: {', '.join(parts)}"
