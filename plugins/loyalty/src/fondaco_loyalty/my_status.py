"""The buyer's page: the status, the points, what is missing, and every entry behind it."""

from decimal import Decimal

from fondaco_loyalty.balance import balance_of
from fondaco_loyalty.earning import earns_anywhere, percent_for
from fondaco_loyalty.journal import PAGE, journal_page
from fondaco_loyalty.points_journal import points_page
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import acting_entity, standing
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page

HOME = "/loyalty"


async def my_status(ask: Ask, page: int = 1, points: int = 1) -> Page:
    """The company of the actor's scope, and no other. Four statements.

    `page` is the page of the turnover's journal, `points` that of the points'.
    """
    company_id = ask.scope.company_id
    if company_id is None:
        raise NotFound(
            Reason(
                "loyalty.no_company",
                "Статус есть у компании, а вы не работаете ни от одной",
                "A status belongs to a company, and you act for none",
            )
        )
    settings = ask.settings(LoyaltySettings)
    entity = acting_entity(ask)
    balance = await balance_of(ask, company_id, entity)
    journal = await journal_page(ask, company_id, entity, page)
    entries = await points_page(ask, company_id, entity, points)
    stands = await standing(ask, company_id, entity)
    return Page(
        "loyalty/my_status.html",
        {
            "standing": stands,
            "days": settings.period_days,
            "scale_days": settings.scale_days,
            "currency": ask.currency,
            "balance": balance,
            "soon": balance.soon(ask.now.astimezone(ask.zone).date()),
            "earns": percent_for(settings, stands.tier),
            "each_earns": {t.uuid: percent_for(settings, t) for t in stands.tiers},
            "points_on": settings.points_on,
            "points_days": settings.points_days,
            "shows_points": balance.known or earns_anywhere(settings, stands.tiers),
            "share": settings.points_share,
            "one": Decimal(1),
            "whose": ask.customer.legal_entity_name
            if ask.customer and settings.by == "legal_entity"
            else "",
            "points": entries,
            "points_newer": _at(page, points - 1) if points > 1 else "",
            "points_older": _at(page, points + 1) if points * PAGE < entries.total else "",
            "journal": journal,
            "last": journal.first + len(journal.entries) - 1,
            "newer": _at(page - 1, points) if page > 1 else "",
            "older": _at(page + 1, points) if page * PAGE < journal.total else "",
        },
    )


def _at(page: int, points: int) -> str:
    """The address of these pages of both journals."""
    asked = [f"page={page}"] if page != 1 else []
    asked += [f"points={points}"] if points != 1 else []
    return f"{HOME}?{'&'.join(asked)}" if asked else HOME
