"""A date that moved, in words: for the history of the order, and for the buyer's letter."""

from collections.abc import Callable, Sequence
from datetime import date

from babel.dates import format_date

from fondaco.orders.replan.deciding import Decision
from fondaco_sdk.types.reason import Reason

MOST = 10
"""Lines that are named one by one."""

_CAUSES = {
    "overdue": ("поступление не пришло в срок", "the lot did not come on its day"),
    "later": ("поступление задерживается", "the lot is delayed"),
    "sooner": ("поступление придёт раньше", "the lot comes earlier"),
    "short": (
        "на складе меньше товара, чем было обещано",
        "there is less in stock than was promised",
    ),
    "found": ("товар нашёлся", "the goods were found"),
}


def later(decision: Decision) -> bool:
    """Whether the line comes later than was promised, or nobody knows when."""
    before, after = decision.line.promised, decision.promised
    return before is not None and (after is None or after > before)


def worth_a_letter(decision: Decision) -> bool:
    """Bad news, and the day of what had none; that something comes earlier is read in the order."""
    return later(decision) or decision.line.promised is None


def reason_of(decision: Decision, today: date) -> Reason:
    """Why a line is promised anew: «поступление задерживается: было 3 декабря, теперь 8»."""
    ru, en = _CAUSES[_cause(decision)]
    return Reason(
        "order.dates_moved",
        f"{ru}: {_was_ru(decision, today)}" if decision.date_moved else ru,
        f"{en}: {_was_en(decision, today)}" if decision.date_moved else en,
    )


def history_of(moved: Sequence[Decision], today: date) -> Reason:
    """All lines of an order whose day moved, each with its article."""
    more = len(moved) - MOST
    ru = [f"{one.line.sku}: {reason_of(one, today).ru}" for one in moved[:MOST]]
    en = [f"{one.line.sku}: {reason_of(one, today).en}" for one in moved[:MOST]]
    if more > 0:
        ru.append(f"ещё строк: {more}")
        en.append(f"more lines: {more}")
    return Reason("order.dates_moved", ";\n".join(ru), ";\n".join(en))


def _cause(decision: Decision) -> str:
    held = decision.line.reserved
    if any(one.overdue for one in held):
        return "overdue"
    for one in held:
        if one.moved and one.was_due and one.due:
            return "later" if one.due > one.was_due else "sooner"
    return "short" if any(one.beyond for one in held) else "found"


def _was_ru(decision: Decision, today: date) -> str:
    def on(day: date) -> str:
        return _day(day, "ru", today)

    return _was(decision, on, "было {}, теперь {}", "было {}, нового срока пока нет", "теперь {}")


def _was_en(decision: Decision, today: date) -> str:
    def on(day: date) -> str:
        return _day(day, "en", today)

    return _was(decision, on, "was {}, now {}", "was {}, no new day is known yet", "now {}")


def _was(decision: Decision, on: Callable[[date], str], both: str, gone: str, new: str) -> str:
    before, after = decision.line.promised, decision.promised
    if before and after:
        return both.format(on(before), on(after))
    return gone.format(on(before)) if before else new.format(on(after)) if after else ""


def _day(day: date, locale: str, today: date) -> str:
    pattern = "d MMMM" if day.year == today.year else "d MMMM y"
    return format_date(day, pattern, locale)
