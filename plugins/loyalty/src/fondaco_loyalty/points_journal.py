"""The entries of one customer's points, newest first, a page at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.journal import PAGE
from fondaco_loyalty.ledger import Kind
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import CompanyId, LegalEntityId

# Of a tax id that several companies have, each sees its own entries, and those of whoever was
# merged into it.
_ENTRIES = per_holder(
    """
    select e.counted_at, e.kind, e.amount, e.owed, e.expires_on, e.order_uuid,
           coalesce(nullif(e.label, ''), o.number, ''), e.reason, count(*) over ()
      from {asked}
      join plugin_loyalty.points_account a on a.holder = {holder}
      join plugin_loyalty.points e on e.account_id = a.id
      left join fondaco_api.order_v1 o on o.uuid = e.order_uuid
     where :everything or e.company_id = q.company_id
        or e.company_id in (select m.company_id from plugin_loyalty.merger m
                             where m.into_company_id = q.company_id)
     order by e.id desc
     limit :most offset :skip
    """
)


class PointsEntry(Struct, frozen=True):
    """What was added or taken, and why; `owed` is what it adds to the debt.

    What was added is good up to and with `expires_on`, None: for ever.
    """

    at: datetime
    kind: Kind
    amount: Decimal
    owed: Decimal
    expires_on: date | None
    order: UUID | None
    label: str
    reason: str


class PointsPage(Struct, frozen=True):
    """Some entries of `total`; `first` counts from 1."""

    entries: Sequence[PointsEntry]
    total: int
    first: int

    @property
    def last(self) -> int:
        """The number of the last entry shown."""
        return self.first + len(self.entries) - 1


async def points_page(
    ask: Ask, company_id: CompanyId, entity: LegalEntityId | None, page: int
) -> PointsPage:
    """The entries of a page (from 1). One statement; a page past the end is empty."""
    skip = (max(page, 1) - 1) * PAGE
    rows = await ask.fetch(
        _ENTRIES[ask.settings(LoyaltySettings).by],
        {
            "company": company_id,
            "entity": entity,
            "everything": ask.scope.everything,
            "most": PAGE,
            "skip": skip,
        },
    )
    entries = [PointsEntry(*row[:-1]) for row in rows]
    return PointsPage(entries, rows[0][-1] if rows else 0, skip + 1)
