"""What a customer is made of: legal entities, agreements, outlets; a statement each."""

from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.lookup.written import has_house
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason

T = TypeVar("T", bound=Struct)
MOST = 200

_ENTITIES: TextClause = text(
    """
    select e.id, e.uuid, e.name, e.full_name, e.country, e.tax_id, e.kpp, e.ogrn, e.address
      from fondaco.legal_entity e where e.company_id = :company order by e.id
    """
)
_AGREEMENTS: TextClause = text(
    """
    select g.id, g.uuid, g.legal_entity_id, e.name, g.seller_id, s.name, g.number, g.signed_on,
           g.currency, g.payment_days, g.manager_id, coalesce(u.name, ''), g.active,
           array(select l.price_list_id from fondaco.agreement_price_list l
                  where l.agreement_id = g.id order by l.rank),
           array(select p.name from fondaco.agreement_price_list l
                   join fondaco.price_list p on p.id = l.price_list_id
                  where l.agreement_id = g.id order by l.rank)
      from fondaco.agreement g
      join fondaco.legal_entity e on e.id = g.legal_entity_id
      join fondaco.seller s on s.id = g.seller_id
      left join fondaco.user_account u on u.id = g.manager_id
     where e.company_id = :company
     order by g.active desc, e.id, g.id
    """
)
_OUTLETS: TextClause = text(
    f"""
    select o.uuid, o.name, o.address,
           (select count(*) from fondaco.user_outlet b where b.outlet_id = o.id),
           o.external_id is not null,
           case when a.text = o.address then a.verdict else '' end
      from fondaco.outlet o
      left join fondaco.outlet_address a on a.outlet_id = o.id
     where o.company_id = :company
     order by translate(lower(o.name), 'ё', 'е'), o.id limit {MOST}
    """
)


class EntityRow(Struct, frozen=True, array_like=True):
    """A legal entity."""

    id: int
    uuid: UUID
    name: str
    full_name: str
    country: str
    tax_id: str
    kpp: str
    ogrn: str
    address: str


class AgreementRow(Struct, frozen=True, array_like=True):
    """An agreement; `lists` and `list_names` in their order."""

    id: int
    uuid: UUID
    entity_id: int
    entity: str
    seller_id: int
    seller: str
    number: str
    signed_on: date | None
    currency: str
    payment_days: int
    manager_id: int | None
    manager: str
    active: bool
    lists: tuple[int, ...]
    list_names: tuple[str, ...]


class OutletRow(Struct, frozen=True, array_like=True):
    """An outlet; so many people are `bound` to it. `known`: the ERP has it.

    `verdict` is what a look-up service said of the address, "" where it was not asked yet.
    """

    uuid: UUID
    name: str
    address: str
    bound: int
    known: bool
    verdict: str = ""

    @property
    def mark(self) -> str:
        """What staff should look at: "no_house", "unknown", "uncertain", or ""."""
        if self.verdict in ("", "exact"):
            no_house = not self.verdict and self.address and not has_house(self.address)
            return "no_house" if no_house else ""
        return self.verdict

    @property
    def choice(self) -> tuple[str, str]:
        """As one of a list to choose from."""
        return str(self.uuid), ", ".join(part for part in (self.name, self.address) if part)


async def entities_of(ask: AskContext, company: CompanyId) -> tuple[EntityRow, ...]:
    """The legal entities of a customer."""
    return await rows_of(ask, _ENTITIES, company, EntityRow)


async def agreements_of(ask: AskContext, company: CompanyId) -> tuple[AgreementRow, ...]:
    """The agreements of a customer, those in force first."""
    return await rows_of(ask, _AGREEMENTS, company, AgreementRow)


async def outlets_of(ask: AskContext, company: CompanyId) -> tuple[OutletRow, ...]:
    """The outlets of a customer."""
    return await rows_of(ask, _OUTLETS, company, OutletRow)


def one_of(rows: tuple[T, ...], uuid: UUID) -> T:
    """The row of the customer; another customer's is as good as absent."""
    found = next((row for row in rows if getattr(row, "uuid", None) == uuid), None)
    if found is None:
        raise NotFound(Reason("customer.absent", "Такой записи нет", "There is no such record"))
    return found


async def rows_of(
    ask: AskContext, statement: TextClause, company: CompanyId, shape: type[T]
) -> tuple[T, ...]:
    """What a statement about `:company` finds. One statement."""
    rows = await ask.fetch(statement, {"company": company})
    return tuple(msgspec.convert(tuple(row), shape) for row in rows)
