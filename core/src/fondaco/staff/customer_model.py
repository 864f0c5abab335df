"""A customer's card for staff: everything that belongs to it, read by one statement a part."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.joined_outlets import JOIN, PART
from fondaco.hooks.context import AskContext
from fondaco.orders.listing import ListedOrder, list_orders
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.ids import CompanyId

# Audit lines that have words of their own on the card; others show their code.
ACTIONS: Mapping[str, str] = {
    **{
        f"customer.{verb}": verb
        for verb in (
            "apply",
            "create",
            "rename",
            "accept",
            "refuse",
            "let_in",
            "turn_away",
            "merge",
        )
    },
    **{
        f"customer.{kind}.{verb}": f"{word}_{verb}"
        for kind, word in (
            ("legal_entity", "entity"),
            ("outlet", "outlet"),
            ("agreement", "agreement"),
        )
        for verb in ("add", "change")
    },
    JOIN: "outlet_match",
    PART: "outlet_part",
    "customer.bank_account.add": "account_add",
    "customer.bank_account.drop": "account_drop",
    **{
        f"erp.{kind}.{verb}": f"{word}_{verb}"
        for kind, word in (
            ("company", "company"),
            ("legal_entity", "entity"),
            ("outlet", "outlet"),
            ("agreement", "agreement"),
            ("person", "person"),
        )
        for verb in ("add", "change")
    },
    "behalf.start": "behalf_start",
    "behalf.end": "behalf_end",
    "order.on_behalf": "behalf_order",
    "order.approve": "order_approve",
    "order.refuse": "order_refuse",
    "order.keep": "order_keep",
    "order.move": "order_move",
    **{f"limit.{verb}": f"limit_{verb}" for verb in ("add", "change", "end", "restore")},
    **{f"price.{verb}": f"price_{verb}" for verb in ("agree", "end", "resume", "manual")},
    **{
        f"person.{verb}": f"people_{verb}"
        for verb in (
            "invite",
            "invite_again",
            "withdraw",
            "join",
            "change",
            "activate",
            "deactivate",
        )
    },
    **{f"assortment.{verb}": f"assortment_{verb}" for verb in ("bind", "unbind")},
}
T = TypeVar("T", bound=Struct)
MOST = 200
NEWEST_ORDERS = 10
NEWEST_LINES = 30

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
           o.external_id is not null
      from fondaco.outlet o where o.company_id = :company
     order by translate(lower(o.name), 'ё', 'е'), o.id limit {MOST}
    """
)
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
# What was done to a client before it was merged into this one belongs to the story.
_AUDIT: TextClause = text(
    f"""
    select a.at, coalesce(u.name, ''), a.action, a.subject, a.before, a.after,
           coalesce((select p.sku from fondaco.manual_price m
                       join fondaco.product p on p.id = m.product_id
                      where m.uuid = case when a.subject like 'manual_price:%'
                                     then cast(split_part(a.subject, ':', 2) as uuid) end), '')
      from fondaco.audit_entry a left join fondaco.user_account u on u.id = a.user_id
     where a.company_id = any(array(
           select id from fondaco.company where id = :company or merged_into = :company))
     order by a.id desc limit {NEWEST_LINES}
    """
)

_ID = re.compile(r"[0-9a-f-]{36}|\d+")
_NAMES = ("name", "number", "account", "email")


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
    """An outlet; so many people are `bound` to it. `known`: the ERP has it."""

    uuid: UUID
    name: str
    address: str
    bound: int
    known: bool

    @property
    def choice(self) -> tuple[str, str]:
        """As one of a list to choose from."""
        return str(self.uuid), ", ".join(part for part in (self.name, self.address) if part)


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


class AuditRow(Struct, frozen=True, array_like=True):
    """Who did what; `at` is aware UTC. Of a line of the ERP `before` and `after`
    hold the fields that changed, by their names."""

    at: datetime
    who: str
    action: str
    subject: str
    before: Any
    after: Any
    sku: str

    @property
    def about(self) -> str:
        """What the line is about, by the name people know it by; "" where there is none."""
        if self.sku:
            return self.sku
        key = self.subject.partition(":")[2] or self.subject
        if not _ID.fullmatch(key):
            return key
        for state in (self.after, self.before):
            for field in _NAMES:
                if isinstance(state, dict) and state.get(field):
                    return str(state[field])
        return ""

    @property
    def by_erp(self) -> bool:
        """Whether it came with the ERP's records; `who` is nobody then."""
        return self.action.startswith("erp.")

    @property
    def changes(self) -> Sequence[tuple[str, Any, Any]]:
        """Of a line of the ERP: the fields, was and is."""
        names = self.after if self.by_erp else ()
        return [(name, self.before.get(name), self.after[name]) for name in names]


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
        await _rows(ask, _OUTLETS, company, OutletRow),
        await _rows(ask, _PEOPLE, company, PersonRow),
        await _rows(ask, _CONTACTS, company, ContactRow),
        await _rows(ask, _ACCOUNTS, company, AccountRow),
        await _rows(ask, _REQUESTS, company, RequestRow),
        await list_orders(ask, Scope.of(company), most=NEWEST_ORDERS),
        await _rows(ask, _AUDIT, company, AuditRow),
    )


async def entities_of(ask: AskContext, company: CompanyId) -> tuple[EntityRow, ...]:
    """The legal entities of a customer."""
    return await _rows(ask, _ENTITIES, company, EntityRow)


async def agreements_of(ask: AskContext, company: CompanyId) -> tuple[AgreementRow, ...]:
    """The agreements of a customer, those in force first."""
    return await _rows(ask, _AGREEMENTS, company, AgreementRow)


async def outlets_of(ask: AskContext, company: CompanyId) -> tuple[OutletRow, ...]:
    """The outlets of a customer."""
    return await _rows(ask, _OUTLETS, company, OutletRow)


async def _rows(
    ask: AskContext, statement: TextClause, company: CompanyId, shape: type[T]
) -> tuple[T, ...]:
    parameters: Mapping[str, Any] = {"company": company}
    return tuple(
        msgspec.convert(tuple(row), shape) for row in await ask.fetch(statement, parameters)
    )
