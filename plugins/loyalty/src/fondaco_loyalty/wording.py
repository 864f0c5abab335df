"""What is said of a status in places that outlive the page: price steps and documents."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Standing, Step, Tier
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason

POINTS = "loyalty.points"
PAID = Reason(POINTS, "Оплата бонусами", "Paid with points")
TITLE = Reason("loyalty.title", "Статус клиента", "Customer status")


def discounts(ask: Ask, standing: Standing) -> Sequence[tuple[Reason, Decimal]]:
    """What is taken off every price, with why: for the status, and for all turnover so far."""
    found: list[tuple[Reason, Decimal]] = []
    if standing.tier is not None and standing.tier.percent:
        found.append((_status_reason(ask, standing.tier), standing.tier.percent))
    if standing.step is not None:
        found.append((_scale_reason(ask, standing.step), standing.step.percent))
    return found


def _scale_reason(ask: Ask, step: Step) -> Reason:
    days = ask.settings(LoyaltySettings).scale_days
    percent = {locale: ask.words.percent(step.percent, locale) for locale in ("ru", "en")}
    least = {
        locale: ask.words.money(step.threshold, ask.currency, locale) for locale in ("ru", "en")
    }
    since = f" за {days} дн." if days else ""
    since_en = f" in {days} days" if days else ""
    return Reason(
        "loyalty.cumulative",
        f"Накопительная скидка {percent['ru']}: оборот{since} от {least['ru']}",
        f"Cumulative discount of {percent['en']}: turnover{since_en} from {least['en']}",
        {"percent": str(step.percent), "threshold": str(step.threshold)},
    )


def _status_reason(ask: Ask, tier: Tier) -> Reason:
    ru, en = (ask.words.percent(tier.percent, locale) for locale in ("ru", "en"))
    return Reason(
        "loyalty.discount",
        f"Статус «{tier.name_ru}»: скидка {ru}",
        f"“{tier.name_en}” status: {en} off",
        {"ru": tier.name_ru, "en": tier.name_en, "percent": str(tier.percent)},
    )


def invoice_text(ask: Ask, before: Standing, adds: Decimal, paid: Decimal) -> Reason:
    """The status of the buyer with this order counted, what is missing to the next one, and how
    many points the order was paid with.
    """
    after = before.after(adds)
    days = ask.settings(LoyaltySettings).period_days
    figures = {
        locale: {
            "adds": ask.words.money(adds, ask.currency, locale),
            "turnover": ask.words.money(after.turnover, ask.currency, locale),
            "missing": ask.words.money(after.missing, ask.currency, locale),
        }
        for locale in ("ru", "en")
    }
    ru, en = figures["ru"], figures["en"]
    said_ru, said_en = [], []
    if after.tier is not None:
        percent = {locale: ask.words.percent(after.tier.percent, locale) for locale in figures}
        if after.tier is before.tier:
            said_ru.append(f"Ваш статус — «{after.tier.name_ru}», скидка {percent['ru']}.")
            said_en.append(f"Your status is “{after.tier.name_en}”: {percent['en']} off.")
        else:
            said_ru.append(
                f"С этим заказом вы получаете статус «{after.tier.name_ru}»:"
                f" скидка {percent['ru']} на следующие заказы."
            )
            said_en.append(
                f"This order brings you the status “{after.tier.name_en}”:"
                f" {percent['en']} off the orders to come."
            )
    said_ru.append(
        f"Заказ добавляет к обороту {ru['adds']}, за {days} дн. получается {ru['turnover']}."
    )
    said_en.append(
        f"The order adds {en['adds']} to your turnover: {en['turnover']} in {days} days."
    )
    if after.next is not None:
        said_ru.append(f"До статуса «{after.next.name_ru}» останется {ru['missing']}.")
        said_en.append(f"{en['missing']} will be missing to the status “{after.next.name_en}”.")
    if paid:
        said_ru.append(f"Бонусами оплачено {ask.words.money(paid, ask.currency, 'ru')}.")
        said_en.append(f"Paid with points: {ask.words.money(paid, ask.currency, 'en')}.")
    return Reason(
        "loyalty.invoice",
        " ".join(said_ru),
        " ".join(said_en),
        {"adds": str(adds), "turnover": str(after.turnover), "missing": str(after.missing)},
    )
