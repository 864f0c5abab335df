"""The staff's pages: all campaigns with their states, and one with its uses and codes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from fondaco_promotions import campaigns as book
from fondaco_promotions.code_book import MOST_CODES, code_rows
from fondaco_promotions.goods import names_of
from fondaco_promotions.manifest import EDIT, STAFF
from fondaco_promotions.wording import takes
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page, Redirect


async def campaigns(ask: Ask, removed: UUID | None = None) -> Page:
    """Every campaign; `removed` was just taken away and can be put back."""
    found = await book.all_campaigns(ask)
    gone = await book.stored(ask, removed) if removed else None
    return Page(
        "promotions/list.html",
        {
            "rows": [(s, s.state(ask.now), takes(ask, s.campaign, ask.locale)) for s in found],
            "gone": gone.campaign if gone and gone.removed else None,
            "editor": ask.actor.may(EDIT),
        },
    )


async def campaign(ask: Ask, campaign: UUID) -> Page | Redirect:
    """What a campaign is, how often it was used and by whom, and its codes."""
    found = await book.stored(ask, campaign)
    if found.removed:
        return Redirect(f"{STAFF}?removed={campaign}")
    return await campaign_page(ask, found)


async def campaign_page(
    ask: Ask,
    found: book.Stored,
    typed: Mapping[str, str] | None = None,
    mistake: UserError | None = None,
    **more: Any,
) -> Page:
    """The page of one campaign, perhaps with what was wrong in the forms of its codes."""
    fields = mistake.fields if mistake else {}
    return Page(
        "promotions/campaign.html",
        {
            "stored": found,
            "campaign": found.campaign,
            "state": found.state(ask.now),
            "takes": takes(ask, found.campaign, ask.locale),
            "names": await names_of(ask, found.campaign),
            "uses": await book.uses_of(ask, found),
            "codes": await code_rows(ask, found.campaign.uuid),
            "editor": ask.actor.may(EDIT),
            "begun": found.campaign.starts_at < ask.now,
            "currency": ask.currency,
            "batch": uuid4(),
            "most_codes": MOST_CODES,
            "typed": typed or {},
            "mistakes": {name: reason.text(ask.locale) for name, reason in fields.items()},
            "fresh": (),
            **more,
        },
        status=mistake.status if mistake else 200,
    )


async def pause(act: Act, campaign: UUID) -> Redirect:
    """Nobody gets it for now."""
    await book.pause(act, campaign)
    return _back(campaign, "paused_now", "Акция приостановлена", "The promotion is paused")


async def resume(act: Act, campaign: UUID) -> Redirect:
    """It holds again."""
    await book.resume(act, campaign)
    return _back(campaign, "resumed", "Акция снова действует", "The promotion holds again")


async def end(act: Act, campaign: UUID) -> Redirect:
    """It holds no longer; another end may be set in its form."""
    await book.end(act, campaign)
    return _back(
        campaign,
        "ended_now",
        "Акция завершена. Вернуть её можно, указав другое окончание",
        "The promotion has ended. Another end brings it back",
    )


async def remove(act: Act, campaign: UUID) -> Redirect:
    """Away at once; the page that follows offers to put it back."""
    try:
        await book.remove(act, campaign)
    except UserError as refused:
        return Redirect(f"{STAFF}/{campaign}", refused.reason)
    return Redirect(f"{STAFF}?removed={campaign}")


async def restore(act: Act, campaign: UUID) -> Redirect:
    """There again."""
    await book.restore(act, campaign)
    return _back(campaign, "restored", "Акция возвращена", "The promotion is back")


def _back(campaign: UUID, code: str, ru: str, en: str) -> Redirect:
    return Redirect(f"{STAFF}/{campaign}", Reason(f"promotions.{code}", ru, en))
