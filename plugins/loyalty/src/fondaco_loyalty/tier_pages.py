"""The staff's pages: statuses are added, changed, taken out of force and put back."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from fondaco_loyalty import tiers as book
from fondaco_loyalty.earning import percent_for
from fondaco_loyalty.manifest import TIERS
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import LONGEST, Tier
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


async def tiers(ask: Ask, removed: UUID | None = None) -> Page:
    """All statuses and a form for a new one; `removed` was just taken out and can be put back."""
    gone = await book.stored(ask, removed) if removed else None
    return await _list(ask, gone=gone.tier if gone and gone.removed else None)


async def add_tier(act: Act, form: Form) -> Page | Redirect:
    """A new status, or the form again with what is wrong."""
    try:
        tier = _read(form, uuid4())
        await book.save(act, tier)
    except UserError as mistake:
        return await _list(act, form.values(), mistake)
    return Redirect(TIERS, _done("added", tier, "добавлен", "is added"))


async def edit_tier(ask: Ask, tier: UUID) -> Page | Redirect:
    """The form of one status; a removed one can only be put back."""
    found = await book.stored(ask, tier)
    if found.removed:
        return Redirect(f"{TIERS}?removed={tier}")
    earned = found.tier.points_percent
    values = {
        "name_ru": found.tier.name_ru,
        "name_en": found.tier.name_en,
        "threshold": f"{found.tier.threshold.normalize():f}",
        "percent": f"{found.tier.percent.normalize():f}",
        "points_percent": f"{earned.normalize():f}" if earned is not None else "",
    }
    return _form(ask, found.tier, values)


async def change_tier(act: Act, form: Form, tier: UUID) -> Page | Redirect:
    """Another name, turnover or discount, or the form again with what is wrong."""
    found = await book.stored(act, tier)
    try:
        changed = _read(form, tier)
        await book.save(act, changed)
    except UserError as mistake:
        return _form(act, found.tier, form.values(), mistake)
    return Redirect(TIERS, _done("changed", changed, "сохранён", "is saved"))


async def remove_tier(act: Act, tier: UUID) -> Redirect:
    """Out of force at once; the page that follows offers to put it back."""
    await book.remove(act, tier)
    return Redirect(f"{TIERS}?removed={tier}")


async def restore_tier(act: Act, tier: UUID) -> Redirect:
    """In force again. Raises `UserError` where another status has taken its place."""
    found = await book.stored(act, tier)
    await book.save(act, found.tier)
    return Redirect(TIERS, _done("restored", found.tier, "снова действует", "is in force again"))


def _read(form: Form, uuid: UUID) -> Tier:
    reading = form.reading()
    tier = Tier(
        uuid,
        reading.required("name_ru"),
        reading.required("name_en"),
        reading.decimal("threshold"),
        reading.decimal("percent"),
        reading.decimal("points_percent") if reading.text("points_percent") else None,
    )
    reading.done()
    return tier


async def _list(
    ask: Ask,
    typed: Mapping[str, str] | None = None,
    mistake: UserError | None = None,
    gone: Tier | None = None,
) -> Page:
    found = await book.all_tiers(ask)
    settings = ask.settings(LoyaltySettings)
    context = {
        "tiers": found,
        "earns": {tier.uuid: percent_for(settings, tier) for tier in found},
        "holders": await book.holders(ask),
        "gone": gone,
    }
    return _page("loyalty/tiers.html", ask, typed or {}, mistake, context)


def _form(ask: Ask, tier: Tier, typed: Mapping[str, str], mistake: UserError | None = None) -> Page:
    return _page("loyalty/tier.html", ask, typed, mistake, {"tier": tier})


def _page(
    template: str,
    ask: Ask,
    typed: Mapping[str, str],
    mistake: UserError | None,
    context: Mapping[str, object],
) -> Page:
    fields = mistake.fields if mistake else {}
    return Page(
        template,
        {
            **context,
            "typed": typed,
            "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
            "currency": ask.currency,
            "days": ask.settings(LoyaltySettings).period_days,
            "longest": LONGEST,
        },
        status=422 if mistake else 200,
    )


def _done(what: str, tier: Tier, ru: str, en: str) -> Reason:
    return Reason(
        f"loyalty.tier_{what}",
        f"Статус «{tier.name_ru}» {ru}",
        f"The status “{tier.name_en}” {en}",
    )
