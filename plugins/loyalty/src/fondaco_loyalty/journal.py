"""The entries of one customer's turnover, newest first, a page at a time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import period
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId, LegalEntityId

PAGE = 50

# Of a tax id that several companies have, each sees its own entries.
ENTRIES = per_holder(
    """
    select e.counted_on, e.amount, e.currency, e.kind, e.label, e.order_uuid,
           e.counted_on > :since and e.counted_on <= :today, count(*) over ()
      from {asked}
      join plugin_loyalty.turnover e on e.company_id = q.company_id and {own}
     order by e.counted_on desc, e.id desc
     limit :most offset :skip
    """
)


class JournalEntry(Struct, frozen=True):
    """What was added or taken back; `order` where it was an order of the portal."""

    counted_on: date
    amount: Decimal
    currency: str
    kind: Literal["order", "cancellation", "erp", "merge"]
    label: str
    order: UUID | None
    in_period: bool


class JournalPage(Struct, frozen=True):
    """Some entries of `total`; `first` counts from 1."""

    entries: Sequence[JournalEntry]
    total: int
    first: int


async def journal_page(
    ask: Ask, company_id: CompanyId, entity: LegalEntityId | None, page: int
) -> JournalPage:
    """The entries of a page (from 1). One statement; a page past the end is empty."""
    skip = (max(page, 1) - 1) * PAGE
    rows = await ask.fetch(
        ENTRIES[ask.settings(LoyaltySettings).by],
        {"company": company_id, "entity": entity, "most": PAGE, "skip": skip, **period(ask)},
    )
    entries = [JournalEntry(*row[:-1]) for row in rows]
    return JournalPage(entries, rows[0][-1] if rows else 0, skip + 1)
