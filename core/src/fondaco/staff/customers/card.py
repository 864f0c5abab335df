"""A customer's card for staff: everything that belongs to it, read by one statement a part."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.orders.listing import ListedOrder, list_orders
from fondaco.staff.customers.history import AuditRow, history_of
from fondaco.staff.customers.parts import (
    MOST,
    AgreementRow,
    EntityRow,
    OutletRow,
    agreements_of,
    entities_of,
    outlets_of,
    rows_of,
)
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import CompanyId

NEWEST_ORDERS = 10

_PEOPLE: TextClause = text(
    f"""
    select u.uuid, u.name, u.email, u.roles, u.active,
           array(select o.name from fondaco.user_outlet b
                   join fondaco.outlet o on o.id = b.outlet_id
                  where b.user_id = u.id order by o.name)
      from fondaco.user_account u where u.company_id = :company
     order by u.active desc, translate(lower(u.name), 'ё', 'е'), u.id limit {MOST}
    """
)
# Whom only the ERP knows so far, and nobody has invited.
_CONTACTS: TextClause = text(
    f"""
    select i.uuid, i.name, i.email, i.roles from fondaco.invitation i
     where i.company_id = :company and i.held
     order by 'company_admin' = any(i.roles) desc, i.id limit {MOST}
    """
)
_ACCOUNTS: TextClause = text(
    """
    select b.uuid, e.name, b.account, b.bic, b.bank_name, b.correspondent
      from fondaco.bank_account b join fondaco.legal_entity e on e.id = b.legal_entity_id
     where e.company_id = :company order by e.id, b.id
    """
)
_REQUESTS: TextClause = text(
    f"""
    select r.uuid, r.joins, r.name, r.person, r.email, r.phone, r.created_at,
           r.user_id is not null,
           coalesce((select coalesce(c.name, u.name) from fondaco.user_account u
                       left join fondaco.company c on c.id = u.company_id
                      where lower(u.email) = lower(r.email)), '')
      from fondaco.registration r
     where r.company_id = :company and r.state = 'open' order by r.id limit {MOST}
    """
)


class PersonRow(Struct, frozen=True, array_like=True):
    """A person of the customer; no `outlets` are all of them."""

    uuid: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    active: bool
    outlets: tuple[str, ...]


class ContactRow(Struct, frozen=True, array_like=True):
    """Somebody whom the ERP named."""

    uuid: UUID
    name: str
    email: str
    roles: tuple[str, ...]


class AccountRow(Struct, frozen=True, array_like=True):
    """A bank account."""

    uuid: UUID
    entity: str
    account: str
    bic: str
    bank_name: str
    correspondent: str


class RequestRow(Struct, frozen=True, array_like=True):
    """An application; `holder`: to whom the e-mail belonged before, unless `has_person`."""

    uuid: UUID
    joins: bool
    name: str
    person: str
    email: str
    phone: str
    at: datetime
    has_person: bool
    holder: str


class Card(Struct, frozen=True):
    """Everything the card shows."""

    entities: tuple[EntityRow, ...]
    agreements: tuple[AgreementRow, ...]
    outlets: tuple[OutletRow, ...]
    people: tuple[PersonRow, ...]
    contacts: tuple[ContactRow, ...]
    accounts: tuple[AccountRow, ...]
    requests: tuple[RequestRow, ...]
    orders: Sequence[ListedOrder]
    audit: tuple[AuditRow, ...]


async def read_card(ask: AskContext, company: CompanyId) -> Card:
    """The card. Nine statements, whatever the number of rows."""
    return Card(
        await entities_of(ask, company),
        await agreements_of(ask, company),
        await outlets_of(ask, company),
        await rows_of(ask, _PEOPLE, company, PersonRow),
        await rows_of(ask, _CONTACTS, company, ContactRow),
        await rows_of(ask, _ACCOUNTS, company, AccountRow),
        await rows_of(ask, _REQUESTS, company, RequestRow),
        await list_orders(ask, Scope.of(company), most=NEWEST_ORDERS),
        await history_of(ask, company),
    )
