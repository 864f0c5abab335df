"""The customer's page: what is left of the limit, what is owed, and when to pay."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import standings
from fondaco_credit_limit.book import Item, PaymentDay, by_stage, calendar_of, items_of
from fondaco_credit_limit.offering import stale
from fondaco_credit_limit.rule import Standing
from fondaco_credit_limit.wording import refused
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import LegalEntityId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page

_ENTITIES: TextClause = text(
    """
    select l.id, l.uuid, l.name, l.tax_id
      from fondaco_api.legal_entity_v1 l
      join plugin_credit_limit.account a on a.legal_entity_id = l.id
     where l.company_id = :company order by l.name, l.id
    """
)


class Account(Struct, frozen=True):
    """A legal entity with its account; sums by stage in the account's currency."""

    uuid: UUID
    name: str
    tax_id: str
    standing: Standing
    stages: Mapping[str, Decimal]
    calendar: Sequence[PaymentDay]
    undated: Sequence[Item]
    why_closed: str
    stale: str

    @property
    def used(self) -> int:
        """How much of the limit is used, in percent of it, at most 100."""
        limit = self.standing.limit
        if not limit:
            return 100 if self.standing.exposure > 0 else 0
        percent = int(self.standing.exposure * 100 / limit)
        return min(max(percent, 0), 100)


async def my_credit(ask: Ask) -> Page:
    """The accounts of all legal entities of the actor's company, and of no other.

    Three statements.
    """
    company = ask.scope.company_id
    if company is None:
        raise NotFound(_NO_COMPANY)
    rows = await ask.fetch(_ENTITIES, {"company": company})
    ids = [LegalEntityId(row.id) for row in rows]
    known = await standings(ask, ids)
    items = await items_of(ask, ids)
    today = ask.now.astimezone(ask.zone).date()
    accounts = [
        account_of(
            ask,
            (row.uuid, row.name, row.tax_id),
            known[row.id],
            [item for item in items if item.entity == row.id],
            today,
        )
        for row in rows
    ]
    return Page("credit_limit/mine.html", {"accounts": accounts, "today": today})


def account_of(
    ask: Ask,
    who: tuple[UUID, str, str],
    standing: Standing,
    items: Sequence[Item],
    today: date,
) -> Account:
    """An account as both the customer's page and the staff's show it."""
    closed = standing.closed is not None
    return Account(
        *who,
        standing,
        by_stage(items, today),
        calendar_of(items, today),
        [item for item in items if item.due_on is None],
        refused(ask.words, standing).text(ask.locale) if closed else "",
        stale(ask, standing),
    )


_NO_COMPANY = Reason(
    "credit.no_company",
    "Лимит есть у компании, а вы не работаете ни от одной",
    "A limit belongs to a company, and you act for none",
)
