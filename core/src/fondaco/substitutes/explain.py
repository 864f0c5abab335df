"""Why an analogue stands in its place, in words; what concerns the margin is for staff only."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fondaco.settings import SubstituteWeights
from fondaco.substitutes.marks import (
    HUNDRED,
    ONE,
    Candidate,
    Original,
    Shares,
    margin_of,
    mark_of,
    tenth,
)
from fondaco.web import format as formats
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import SubstituteKind

KINDS = {
    SubstituteKind.FULL: Reason("substitute.full", "Полный аналог", "Full analogue"),
    SubstituteKind.UPGRADE: Reason(
        "substitute.upgrade", "Аналог лучше оригинала", "Better than the original"
    ),
    SubstituteKind.CHEAPER: Reason(
        "substitute.cheaper", "Аналог проще и дешевле", "A simpler and cheaper analogue"
    ),
    SubstituteKind.LIMITED: Reason(
        "substitute.limited", "Аналог с ограничением", "An analogue with a limit"
    ),
}


def why(original: Original, candidate: Candidate, today: date) -> tuple[Reason, ...]:
    """What a customer reads: the kind, its limit, the date, and how the price compares."""
    limit = candidate.substitute.limit
    said = (KINDS[candidate.substitute.kind], *((limit,) if limit else ()))
    return (*said, _when(candidate, today), *_beside(candidate.unit_price, original.unit_price))


def _when(candidate: Candidate, today: date) -> Reason:
    assert candidate.ready is not None
    days = {locale: formats.day(candidate.ready, locale, today) for locale in ("ru", "en")}
    unit = candidate.product.unit.name
    if candidate.enough:
        return Reason(
            "substitute.in_time",
            f"Всё количество: {days['ru']}",
            f"All of it: {days['en']}",
            {"ready": candidate.ready.isoformat()},
        )
    have = {locale: formats.quantity(candidate.available, unit, locale) for locale in ("ru", "en")}
    return Reason(
        "substitute.in_part",
        f"Только {have['ru']}: {days['ru']}",
        f"Only {have['en']}: {days['en']}",
        {"available": formats.plain(candidate.available), "ready": candidate.ready.isoformat()},
    )


def _beside(price: Decimal | None, original: Decimal | None) -> tuple[Reason, ...]:
    """How it compares with the original's price, in whole percents."""
    if price is None or not original:
        return ()
    percent = (HUNDRED * (price - original) / original).quantize(ONE, ROUND_HALF_UP)
    said = {locale: formats.percent(abs(percent), locale) for locale in ("ru", "en")}
    if not percent:
        return (Reason("substitute.same_price", "Цена та же", "At the same price"),)
    if percent < 0:
        ru, en = f"Дешевле на {said['ru']}", f"Cheaper by {said['en']}"
    else:
        ru, en = f"Дороже на {said['ru']}", f"Dearer by {said['en']}"
    return (Reason("substitute.price", ru, en, {"percent": formats.plain(percent)}),)


def why_for_staff(
    candidate: Candidate, shares: Shares, weights: SubstituteWeights
) -> tuple[Reason, ...]:
    """The margin, and what the mark is made of."""
    mark = formats.plain(mark_of(shares, weights))
    parts = {
        name: formats.plain(
            tenth(HUNDRED * getattr(weights, name) * getattr(shares, name) / weights.total)
        )
        for name in Shares.__struct_fields__
    }
    made = Reason(
        "substitute.mark",
        f"Оценка {mark}: замена {parts['replaceability']}, срок {parts['date']},"
        f" цена {parts['price']}, маржа {parts['margin']}",
        f"Mark {mark}: replaceability {parts['replaceability']}, date {parts['date']},"
        f" price {parts['price']}, margin {parts['margin']}",
        {"mark": mark, **parts},
    )
    margin = margin_of(candidate)
    if margin is None:
        return (_NO_COST, made)
    percent = (HUNDRED * margin).quantize(ONE, ROUND_HALF_UP)
    earned = Reason(
        "substitute.margin",
        f"Маржа {formats.percent(percent, 'ru')}",
        f"Margin {formats.percent(percent, 'en')}",
        {"percent": formats.plain(percent)},
    )
    return (earned, made)


_NO_COST = Reason("substitute.no_cost", "Себестоимость неизвестна", "The cost is not known")
