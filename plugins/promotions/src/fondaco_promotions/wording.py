"""What is said of a campaign in places that outlive the page: the steps of a price."""

from uuid import UUID

from fondaco_promotions.campaign import Campaign
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason

APPLIED = "promotions.applied"


def reason_of(ask: Ask, campaign: Campaign, code: UUID | None) -> Reason:
    """Why the price is lower. The parameters say which campaign, and by which code."""
    ru, en = takes(ask, campaign, "ru"), takes(ask, campaign, "en")
    by_ru, by_en = (" по промокоду", " by promo code") if code else ("", "")
    return Reason(
        APPLIED,
        f"Акция «{campaign.name_ru}»{by_ru}: {ru}",
        f"Promotion “{campaign.name_en}”{by_en}: {en}",
        {"campaign": str(campaign.uuid), "code": str(code) if code else ""},
    )


def takes(ask: Ask, campaign: Campaign, locale: str) -> str:
    """What a campaign takes off, in words."""
    if campaign.percent is not None:
        figure = ask.words.percent(campaign.percent, locale)
    else:
        assert campaign.amount is not None
        figure = ask.words.money(campaign.amount, ask.currency, locale)
    if campaign.level == "unit":
        if campaign.percent is not None:
            return f"−{figure}"
        return f"−{figure} с единицы" if locale == "ru" else f"−{figure} a unit"
    return f"−{figure} на заказ" if locale == "ru" else f"−{figure} on the order"
