"""What is said of a status in places that outlive the page: price steps and documents."""

from decimal import Decimal

from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Standing, Tier
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason

TITLE = Reason("loyalty.title", "Статус клиента", "Customer status")


def discount_reason(ask: Ask, tier: Tier) -> Reason:
    """Why the price is lower."""
    ru, en = (ask.words.percent(tier.percent, locale) for locale in ("ru", "en"))
    return Reason(
        "loyalty.discount",
        f"Статус «{tier.name_ru}»: скидка {ru}",
        f"“{tier.name_en}” status: {en} off",
        {"ru": tier.name_ru, "en": tier.name_en, "percent": str(tier.percent)},
    )


def invoice_text(ask: Ask, before: Standing, adds: Decimal) -> Reason:
    """The status of the buyer with this order counted, and what is missing to the next one."""
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
    return Reason(
        "loyalty.invoice",
        " ".join(said_ru),
        " ".join(said_en),
        {"adds": str(adds), "turnover": str(after.turnover), "missing": str(after.missing)},
    )
