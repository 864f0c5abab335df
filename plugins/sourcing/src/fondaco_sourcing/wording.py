"""Why a day is promised, in words of both languages; frozen with the order."""

from collections.abc import Iterator
from datetime import date

from fondaco_sdk.types.reason import Reason
from fondaco_sourcing.calendar import Closed
from fondaco_sourcing.days import (
    days_en,
    days_ru,
    on_en,
    on_ru,
    working_days_en,
    working_days_ru,
)
from fondaco_sourcing.promise import Begun, Promise, Refusal


def reason_of(found: Promise) -> Reason:
    """The whole story of a promise, step by step."""
    steps = tuple(_steps(found))
    return Reason(
        "sourcing.promise",
        f"{found.origin.name}: {'; '.join(ru for ru, _ in steps)}",
        f"{found.origin.name}: {'; '.join(en for _, en in steps)}",
        {"place": found.origin.name, "dispatch": found.dispatch.name},
    )


def refusal_of(found: Refusal) -> Reason:
    """Why nothing can be promised."""
    name = found.origin.name
    ru, en = _refused(found)
    return Reason(f"sourcing.{found.why}", f"{name}: {ru}", f"{name}: {en}", {"place": name})


def _refused(found: Refusal) -> tuple[str, str]:
    site = found.origin
    if found.why == "no_terms":
        return "сроки поставщика не заданы", "no terms of this partner are set"
    if found.why == "stale" and site.reported_at:
        reported = site.calendar.local(site.reported_at).date()
        return (
            f"остатки сообщены {on_ru(reported, found.asked)}, они устарели",
            f"the stock was reported {on_en(reported, found.asked)}, which is too long ago",
        )
    if found.why == "stale":
        return "остатки ещё не сообщались", "the stock was never reported"
    if found.arrives_on:
        due_ru, due_en = on_ru(found.arrives_on, found.asked), on_en(found.arrives_on, found.asked)
        return (
            f"поступление ждали {due_ru}, его ещё нет: срок неизвестен",
            f"the lot was due {due_en} and has not come: its day is unknown",
        )
    if found.why == "never_open":
        return (
            "в календаре склада нет рабочих дней",
            "the calendar of the place has no working day",
        )
    if found.why == "no_way_to_branch":
        names = ", ".join(sorted(branch.name for branch in found.branches))
        return (
            f"этот адрес обслуживает филиал {names}, а рейсов отсюда туда нет",
            f"this address is served by the branch {names}, and no transfer leads there",
        )
    return (
        "отсюда не отгружают покупателям, и рейсов отсюда нет",
        "nothing is sent to customers from here, and no transfer leads to where it is",
    )


def _steps(found: Promise) -> Iterator[tuple[str, str]]:
    yield _begun(found)
    if found.arrives_on and found.accepted:
        yield _expected(found.arrives_on, found.accepted, found.asked)
    if found.origin.lead_days or found.picked > found.begun.on:
        yield _picked(found)
    for leg in found.legs:
        yield (
            f"рейс {leg.source.name}\u00a0— {leg.target.name} {on_ru(leg.leaves, found.asked)}",
            f"transfer {leg.source.name} to {leg.target.name} {on_en(leg.leaves, found.asked)}",
        )
    if found.legs and found.of_branch:
        here = found.legs[-1]
        yield (
            f"едет через филиал {here.target.name}: готово {on_ru(here.ready, found.asked)}",
            f"comes through the branch {here.target.name}: ready {on_en(here.ready, found.asked)}",
        )
    elif found.legs:
        here = found.legs[-1]
        yield (
            f"{here.target.name}: готово {on_ru(here.ready, found.asked)}",
            f"ready at {here.target.name} {on_en(here.ready, found.asked)}",
        )
    if days := found.dispatch.carrier_days:
        yield (
            f"{days_ru(days)} в пути, у вас {on_ru(found.ready_on, found.asked)}",
            f"{days_en(days)} on the road, with you {on_en(found.ready_on, found.asked)}",
        )
    if found.kept_for:
        yield (
            f"просили {on_ru(found.kept_for, found.asked)}, к этому дню {found.dispatch.name}"
            f" не отгружает: готово {on_ru(found.ready_on, found.asked)}",
            f"wanted {on_en(found.kept_for, found.asked)}, for which {found.dispatch.name} sends"
            f" nothing: ready {on_en(found.ready_on, found.asked)}",
        )
    if not found.announced:
        yield (
            "прогноз: переносы выходных на этот год ещё не объявлены",
            "a forecast: the transferred days of that year are not announced yet",
        )


def _begun(found: Promise) -> tuple[str, str]:
    begun = found.begun
    when_ru, when_en = _when(begun)
    after_ru, after_en = _after(begun)
    ru, en = on_ru(begun.on, found.asked), on_en(begun.on, found.asked)
    if found.origin.partner:
        return (
            f"{when_ru}{after_ru}\u00a0— поставщик примет его {ru}",
            f"{when_en}{after_en}, so the partner takes it up {en}",
        )
    if found.accepted or found.origin.lead_days:
        return (
            f"{when_ru}{after_ru}\u00a0— в работе {ru}",
            f"{when_en}{after_en}, so taken up {en}",
        )
    return (
        f"{when_ru}{after_ru}\u00a0— сборка {ru}",
        f"{when_en}{after_en}, so picked {en}",
    )


def _when(begun: Begun) -> tuple[str, str]:
    if begun.closed is Closed.HOLIDAY:
        return "заказ в праздничный день", "ordered on a public holiday"
    if begun.closed is Closed.EXCEPTION and begun.special:
        return (
            f"склад закрыт{_note(begun.special.note_ru)}",
            f"closed on the day of the order{_note(begun.special.note_en)}",
        )
    if begun.closed:
        return "заказ в выходной", "ordered on a day off"
    if begun.late:
        return f"заказ после {begun.cut_off}", f"ordered after {begun.cut_off}"
    return f"заказ до {begun.cut_off}", f"ordered before {begun.cut_off}"


def _after(begun: Begun) -> tuple[str, str]:
    more = begun.skipped - {begun.closed}
    if Closed.HOLIDAY in more:
        return ", затем праздники", ", then public holidays"
    if Closed.EXCEPTION in more:
        return ", затем склад закрыт", ", then the place is closed"
    return "", ""


def _note(note: str) -> str:
    return f" ({note})" if note else ""


def _expected(arrives: date, accepted: date, today: date) -> tuple[str, str]:
    if accepted == arrives:
        return f"поступление {on_ru(arrives, today)}", f"the lot comes {on_en(arrives, today)}"
    return (
        f"поступление {on_ru(arrives, today)}, принято {on_ru(accepted, today)}",
        f"the lot comes {on_en(arrives, today)} and is accepted {on_en(accepted, today)}",
    )


def _picked(found: Promise) -> tuple[str, str]:
    days = found.origin.lead_days
    ru, en = on_ru(found.picked, found.asked), on_en(found.picked, found.asked)
    if found.origin.partner:
        return (
            f"его срок {working_days_ru(days)}, отгрузит {ru}",
            f"needs {working_days_en(days)}, hands over {en}",
        )
    if days:
        return (
            f"сборка {working_days_ru(days)}, готово {ru}",
            f"picking takes {working_days_en(days)}, ready {en}",
        )
    return f"сборка {ru}", f"picked {en}"
