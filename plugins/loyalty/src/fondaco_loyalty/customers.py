"""Finding a customer among those who have a status and points, for staff."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy import Uuid as UuidType

from fondaco_loyalty.holders import per_holder
from fondaco_loyalty.journal import PAGE
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.standing import Question, standings
from fondaco_loyalty.status import Standing
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import CompanyId, LegalEntityId
from fondaco_sdk.types.reason import Reason

_LIST = per_holder(
    """
    select c.uuid, c.name, l.uuid, coalesce(l.name, ''), coalesce(l.tax_id, ''), q.company_id,
           q.entity_id, coalesce(a.balance, 0), coalesce(a.debt, 0), count(*) over ()
      from ({members}) q
      join fondaco_api.company_v1 c on c.id = q.company_id
      left join fondaco_api.legal_entity_v1 l on l.id = q.entity_id
      left join plugin_loyalty.points_account a on a.holder = {holder}
     where not exists (select from plugin_loyalty.merger m where m.company_id = c.id)
       and (position(lower(:wanted) in lower(c.name)) > 0 or exists (
               select from fondaco_api.legal_entity_v1 f
                where f.company_id = c.id and (f.tax_id = :wanted
                   or position(lower(:wanted) in lower(f.name)) > 0)))
     order by lower(c.name), c.id, q.entity_id
     limit :most offset :skip
    """
)
_FIND: TextClause = text(
    """
    select c.id, c.uuid, c.name, l.id as entity_id, l.uuid as entity, coalesce(l.name, '') as named
      from fondaco_api.company_v1 c
      left join fondaco_api.legal_entity_v1 l on l.company_id = c.id and l.uuid = :entity
     where c.uuid = :company
    """
).bindparams(bindparam("company", type_=UuidType()), bindparam("entity", type_=UuidType()))


class CustomerRow(Struct, frozen=True):
    """A customer in the list; a legal entity where those stand by themselves."""

    standing: Standing
    company: UUID
    name: str
    entity: UUID | None
    entity_name: str
    tax_id: str
    company_id: CompanyId
    entity_id: LegalEntityId | None
    points: Decimal
    debt: Decimal


class CustomerList(Struct, frozen=True):
    """Some customers of `total`; `first` counts from 1."""

    rows: Sequence[CustomerRow]
    total: int
    first: int


class Found(Struct, frozen=True):
    """One customer; the legal entity only where those stand by themselves."""

    id: CompanyId
    uuid: UUID
    name: str
    entity_id: LegalEntityId | None
    entity: UUID | None
    entity_name: str


async def customer_list(ask: Ask, wanted: str, page: int) -> CustomerList:
    """Customers by a part of the name or by tax id. Two statements."""
    skip = (max(page, 1) - 1) * PAGE
    rows = await ask.fetch(
        _LIST[ask.settings(LoyaltySettings).by], {"wanted": wanted, "most": PAGE, "skip": skip}
    )
    answers = await standings(
        ask, [Question(str(n), row[5], None, row[6]) for n, row in enumerate(rows)]
    )
    found = [CustomerRow(answers[str(n)].standing, *row[:-1]) for n, row in enumerate(rows)]
    return CustomerList(found, rows[0][-1] if rows else 0, skip + 1)


async def find_customer(ask: Ask, company: UUID, entity: UUID | None) -> Found:
    """One customer. Raises `NotFound`, also for another company's legal entity. One statement."""
    if ask.settings(LoyaltySettings).by == "company":
        entity = None
    rows = await ask.fetch(_FIND, {"company": company, "entity": entity})
    if not rows or (entity is not None and rows[0].entity_id is None):
        raise NotFound(
            Reason("loyalty.customer_absent", "Такого клиента нет", "There is no such customer")
        )
    return Found(*rows[0])
