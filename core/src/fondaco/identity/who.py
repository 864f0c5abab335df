"""Who asks: from a session key or an API token to an actor, a scope, a customer; one statement.

A session of our own staff may name a company on whose behalf they work: the actor is still that
person, but the scope and the customer are the company's, and the permissions those of a buyer.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.db.generations import ALL, Generations
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.permissions import (
    ON_BEHALF,
    STAFF_ROLES,
    permissions_of,
    permissions_on_behalf,
)
from fondaco.identity.sessions import key_hash
from fondaco_sdk.types.actor import Actor, ActorKind, Customer, Scope
from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    OutletId,
    PriceListId,
    SellerId,
    UserId,
)

_PERSON = f"""
    {ALL} as generations, u.id, u.name, u.email, u.roles, u.locale, u.company_id as own,
    c.id as company_id, c.name as company, c.state,
    a.legal_entity_id, a.legal_entity, a.agreement_id, a.seller_id, a.currency, a.payment_days,
    a.price_lists, o.id as outlet_id, o.name as outlet
"""
# A company works here only when it was accepted. An outlet counts when it was chosen, or when the
# person is bound to some, and never another one than those.
_ACTING = """
    left join fondaco.company c on c.id = {company}
    left join lateral (
        select e.id as legal_entity_id, e.name as legal_entity, g.id as agreement_id, g.seller_id,
               g.currency, g.payment_days,
               array(select l.price_list_id from fondaco.agreement_price_list l
                      where l.agreement_id = g.id order by l.rank) as price_lists
          from fondaco.legal_entity e
          join fondaco.agreement g on g.legal_entity_id = e.id and g.active
         where e.company_id = c.id and c.state = 'active'
         order by (e.id = {acting}) desc, e.id, g.id
         limit 1
    ) a on true
    left join lateral (
        select o.id, o.name
          from fondaco.outlet o
          left join fondaco.user_outlet b on b.outlet_id = o.id and b.user_id = u.id
         where o.company_id = c.id
           and case when exists (select from fondaco.user_outlet x where x.user_id = u.id)
                    then b.outlet_id is not null else o.id = {outlet} end
         order by (o.id = {outlet}) desc, o.name, o.id
         limit 1
    ) o on true
"""
BY_SESSION: TextClause = text(
    f"""
    select {_PERSON}
      from fondaco.user_session s
      join fondaco.user_account u on u.id = s.user_id and u.active
      {
        _ACTING.format(
            company="coalesce(u.company_id, (s.data->>'behalf')::bigint)",
            acting="coalesce((s.data->>'legal_entity')::bigint, 0)",
            outlet="coalesce((s.data->>'outlet')::bigint, 0)",
        )
    }
     where s.key_hash = :hash and s.expires_at > now()
    """
)
BY_TOKEN: TextClause = text(
    f"""
    select {_PERSON}
      from fondaco.api_token t
      join fondaco.user_account u on u.id = t.user_id and u.active
      {_ACTING.format(company="u.company_id", acting="cast(:acting as bigint)", outlet="0")}
     where t.token_hash = :hash and t.revoked_at is null
    """
)
BY_EMAIL: TextClause = text(
    f"""
    select {_PERSON}
      from fondaco.user_account u
      {_ACTING.format(company="u.company_id", acting="0", outlet="0")}
     where lower(u.email) = lower(:email) and u.active
    """
)

BY_COMPANY: TextClause = text(
    f"""
    select {_PERSON}
      from fondaco.user_account u
      {_ACTING.format(company="cast(:company as bigint)", acting="0", outlet="0")}
     where u.id = :user and u.active and u.company_id is null
    """
)


class Identity(Struct, frozen=True):
    """The answer: an actor with its scope, customer and language."""

    actor: Actor
    scope: Scope
    customer: Customer | None = None
    locale: str | None = None
    generations: Generations | None = None


GUEST = Identity(Actor(ActorKind.GUEST), Scope.nobody())


async def by_session(hall: Hall, key: str) -> Identity:
    """The person of a session key; a guest if the key is unknown or has expired."""
    return await _find(hall, BY_SESSION, {"hash": key_hash(key)})


async def by_token(hall: Hall, token: str, acting: int = 0) -> Identity:
    """The person of an API token; a guest if it is unknown or revoked."""
    return await _find(hall, BY_TOKEN, {"hash": key_hash(token), "acting": acting})


async def by_email(hall: Hall, email: str) -> Identity:
    """A person by e-mail, for commands of the terminal; never from a request."""
    return await _find(hall, BY_EMAIL, {"email": email})


async def for_company(hall: Hall, user: int, company: int) -> Identity:
    """One of our own staff as if they worked for a company: what would they see and may they do?

    Without a customer where they may not work for it, or it has no agreement in force.
    """
    return await _find(hall, BY_COMPANY, {"user": user, "company": company})


async def _find(hall: Hall, statement: TextClause, parameters: dict[str, Any]) -> Identity:
    async with hall.database.reading.connect() as connection:
        row = (await connection.execute(statement, parameters)).first()
    return GUEST if row is None else _identity(hall, row)


def _identity(hall: Hall, row: Any) -> Identity:
    generations = Generations.of(row.generations)
    plugins = hall.registry.permissions
    staff = bool(STAFF_ROLES & set(row.roles))
    customer = _customer(row)
    scope = Scope.nobody()
    if not staff:
        # Whoever waits to be accepted, or was refused, may sign in and nothing else.
        active = row.company_id is not None and row.state == "active"
        permissions = permissions_of(row.roles, plugins) if active else frozenset[str]()
        if active:
            scope = Scope.of(CompanyId(row.company_id))
    else:
        permissions = permissions_of(row.roles, plugins)
        scope = Scope.all_companies()
        if row.own is not None or customer is None or ON_BEHALF not in permissions:
            customer = None
        else:
            permissions = permissions_on_behalf(permissions, plugins)
            scope = Scope.of(customer.company_id)
    kind = ActorKind.STAFF if staff else ActorKind.BUYER
    actor = Actor(kind, UserId(row.id), row.name, row.email, permissions)
    return Identity(actor, scope, customer, row.locale, generations)


def _customer(row: Any) -> Customer | None:
    if row.agreement_id is None:
        return None
    return Customer(
        company_id=CompanyId(row.company_id),
        company_name=row.company,
        legal_entity_id=LegalEntityId(row.legal_entity_id),
        legal_entity_name=row.legal_entity,
        agreement_id=AgreementId(row.agreement_id),
        seller_id=SellerId(row.seller_id),
        currency=row.currency,
        price_lists=tuple(PriceListId(i) for i in row.price_lists),
        payment_days=row.payment_days,
        outlet_id=None if row.outlet_id is None else OutletId(row.outlet_id),
        outlet_name=row.outlet or "",
    )


def context(hall: Hall, identity: Identity, *, locale: str | None, request_id: str) -> AskContext:
    """The reading context of a request."""
    return AskContext(
        hall,
        identity.actor,
        identity.scope,
        identity.customer,
        locale=locale or identity.locale,
        request_id=request_id,
        generations=identity.generations,
    )
