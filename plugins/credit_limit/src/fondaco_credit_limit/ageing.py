"""All accounts for managers: who owes how much, and for how long."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_credit_limit.accounts import standings
from fondaco_credit_limit.book import Item, by_age, by_stage, items_of
from fondaco_credit_limit.rule import Standing
from fondaco_sdk.context import Ask
from fondaco_sdk.types.ids import LegalEntityId

PAGE = 50

_LIST: TextClause = text(
    """
    select l.id, l.uuid, l.name, l.tax_id, c.name as company, count(*) over () as total
      from plugin_credit_limit.account a
      join fondaco_api.legal_entity_v1 l on l.id = a.legal_entity_id
      join fondaco_api.company_v1 c on c.id = l.company_id
      left join lateral (
           select sum(due.amount) as amount from (
               select d.amount from plugin_credit_limit.debt d
                where d.legal_entity_id = a.legal_entity_id and d.state = 'shipped'
                  and d.due_on < cast(:today as date)
               union all
               select e.amount from plugin_credit_limit.entry e
                 join plugin_credit_limit.shipped s on s.order_id = e.order_id
                where e.legal_entity_id = a.legal_entity_id and s.due_on < cast(:today as date)
           ) due
      ) late on true
     where (:everything or l.company_id = :company)
       and (:wanted = '' or l.tax_id = :wanted or position(lower(:wanted) in lower(l.name)) > 0
            or position(lower(:wanted) in lower(c.name)) > 0)
       and (not cast(:overdue as boolean) or coalesce(late.amount, 0) > 0)
     order by greatest(coalesce(late.amount, 0), 0) desc,
              a.balance + a.erp_exposure desc, lower(l.name), l.id
     limit :most offset :skip
    """
)
_NEW: TextClause = text(
    """
    select l.uuid, l.name, l.tax_id, c.name
      from fondaco_api.legal_entity_v1 l join fondaco_api.company_v1 c on c.id = l.company_id
     where (:everything or l.company_id = :company)
       and (l.tax_id = :wanted or position(lower(:wanted) in lower(l.name)) > 0
            or position(lower(:wanted) in lower(c.name)) > 0)
       and not exists (select from plugin_credit_limit.account a where a.legal_entity_id = l.id)
     order by lower(l.name), l.id limit 10
    """
)


class AccountRow(Struct, frozen=True):
    """A legal entity in the list; `ages` are its overdue debts by how late they are."""

    uuid: UUID
    name: str
    tax_id: str
    company: str
    standing: Standing
    stages: Mapping[str, Decimal]
    ages: Mapping[str, Decimal]


class AccountList(Struct, frozen=True):
    """Some accounts of `total`; `first` counts from 1."""

    rows: Sequence[AccountRow]
    total: int
    first: int


async def account_list(
    ask: Ask, wanted: str, *, overdue: bool, page: int = 1, most: int = PAGE
) -> AccountList:
    """Accounts in the actor's scope, those that owe longest first. Three statements."""
    skip = (max(page, 1) - 1) * most
    today = ask.now.astimezone(ask.zone).date()
    asked = {"wanted": wanted, "overdue": overdue, "most": most, "skip": skip, "today": today}
    rows = await ask.fetch(_LIST, {**asked, **_scope(ask)})
    ids = [LegalEntityId(row.id) for row in rows]
    known = await standings(ask, ids)
    owns: dict[LegalEntityId, list[Item]] = defaultdict(list)
    for item in await items_of(ask, ids):
        owns[item.entity].append(item)
    found = []
    for row in rows:
        own = owns[LegalEntityId(row.id)]
        found.append(
            AccountRow(
                row.uuid,
                row.name,
                row.tax_id,
                row.company,
                known[row.id],
                by_stage(own, today),
                by_age(own, today),
            )
        )
    return AccountList(found, rows[0].total if rows else 0, skip + 1)


async def without_account(ask: Ask, wanted: str) -> Sequence[tuple[UUID, str, str, str]]:
    """Legal entities that are looked for and have no limit yet: uuid, name, tax id, company."""
    if not wanted:
        return ()
    rows = await ask.fetch(_NEW, {"wanted": wanted, **_scope(ask)})
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _scope(ask: Ask) -> dict[str, object]:
    return {"everything": ask.scope.everything, "company": ask.scope.company_id or 0}
