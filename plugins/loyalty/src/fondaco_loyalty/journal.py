"""The entries of one company's turnover, newest first, a page at a time."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_loyalty.standing import period
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId

PAGE = 50

ENTRIES: TextClause = text(
    """
    select counted_on, amount, currency, kind, label, order_uuid,
           counted_on > :since and counted_on <= :today, count(*) over ()
      from plugin_loyalty.turnover
     where company_id = :company
     order by counted_on desc, id desc
     limit :most offset :skip
    """
)


class JournalEntry(Struct, frozen=True):
    """What was added or taken back; `order` where it was an order of the portal."""

    counted_on: date
    amount: Decimal
    currency: str
    kind: Literal["order", "cancellation", "erp"]
    label: str
    order: UUID | None
    in_period: bool


class JournalPage(Struct, frozen=True):
    """Some entries of `total`; `first` counts from 1."""

    entries: Sequence[JournalEntry]
    total: int
    first: int


async def journal_page(ask: Ask, company_id: CompanyId, page: int) -> JournalPage:
    """The entries of a page (from 1). One statement; a page past the end is empty."""
    skip = (max(page, 1) - 1) * PAGE
    rows = await ask.fetch(
        ENTRIES, {"company": company_id, "most": PAGE, "skip": skip, **period(ask)}
    )
    entries = [JournalEntry(*row[:-1]) for row in rows]
    return JournalPage(entries, rows[0][-1] if rows else 0, skip + 1)
