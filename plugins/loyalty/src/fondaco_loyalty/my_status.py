"""The buyer's page: the status, what is missing to the next, and every entry behind it."""

from fondaco_loyalty.journal import PAGE, journal_page
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import standing
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page


async def my_status(ask: Ask, page: int = 1) -> Page:
    """The company of the actor's scope, and no other. Two statements."""
    company_id = ask.scope.company_id
    if company_id is None:
        raise NotFound(
            Reason(
                "loyalty.no_company",
                "Статус есть у компании, а вы не работаете ни от одной",
                "A status belongs to a company, and you act for none",
            )
        )
    journal = await journal_page(ask, company_id, page)
    return Page(
        "loyalty/my_status.html",
        {
            "standing": await standing(ask, company_id),
            "days": ask.settings(LoyaltySettings).period_days,
            "currency": ask.currency,
            "journal": journal,
            "last": journal.first + len(journal.entries) - 1,
            "newer": f"/loyalty?page={page - 1}" if page > 1 else "",
            "older": f"/loyalty?page={page + 1}" if page * PAGE < journal.total else "",
        },
    )
