"""Writing customers: companies with legal entities, outlets, agreements and people; our sellers.

Everything is found again by its external id, so that a second run changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco.hooks.context import ActContext

PERSON: TextClause = text(
    """
    insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)
    values (:uuid, :company, :email, :name, :hash, :roles)
    on conflict (lower(email)) do update set name = excluded.name, roles = excluded.roles
    returning id
    """
)
COMPANY: TextClause = text(
    """
    insert into fondaco.company (uuid, name, external_id) values (:uuid, :name, :external_id)
    on conflict (external_id) do update set name = excluded.name returning id
    """
)
LEGAL_ENTITY: TextClause = text(
    """
    insert into fondaco.legal_entity
        (uuid, company_id, name, full_name, country, tax_id, kpp, ogrn, address, external_id)
    values (:uuid, :company, :name, :full_name, :country, :tax_id, :kpp, :ogrn, :address,
            :external_id)
    on conflict (external_id) do update set name = excluded.name, full_name = excluded.full_name,
        kpp = excluded.kpp, ogrn = excluded.ogrn, address = excluded.address
    returning id
    """
)
OUTLET: TextClause = text(
    """
    insert into fondaco.outlet (uuid, company_id, name, address, external_id)
    values (:uuid, :company, :name, :address, :external_id)
    on conflict (external_id) do update set name = excluded.name, address = excluded.address
    returning id
    """
)
SELLER: TextClause = text(
    """
    insert into fondaco.seller
        (uuid, name, full_name, country, tax_id, kpp, ogrn, address, phone, director, accountant,
         bank, external_id)
    values (:uuid, :name, :full_name, :country, :tax_id, :kpp, :ogrn, :address, :phone, :director,
            :accountant, cast(:bank as jsonb), :external_id)
    on conflict (external_id) do update set name = excluded.name, bank = excluded.bank
    returning id
    """
)
AGREEMENT: TextClause = text(
    """
    insert into fondaco.agreement
        (uuid, legal_entity_id, seller_id, number, signed_on, currency, payment_days, manager_id,
         external_id)
    values (:uuid, :legal_entity, :seller, :number, :signed_on, :currency, :payment_days, :manager,
            :external_id)
    on conflict (external_id) do update set number = excluded.number,
        currency = excluded.currency, payment_days = excluded.payment_days,
        manager_id = excluded.manager_id
    returning id
    """
)
AGREEMENT_LISTS: TextClause = text(
    """
    with gone as (
        delete from fondaco.agreement_price_list where agreement_id = :agreement and rank > :most
    )
    insert into fondaco.agreement_price_list (agreement_id, rank, price_list_id)
    select :agreement, wanted.rank, l.id
      from unnest(cast(:lists as text[])) with ordinality as wanted (external_id, rank)
      join fondaco.price_list l on l.external_id = wanted.external_id
    on conflict (agreement_id, rank) do update set price_list_id = excluded.price_list_id
    """
)


class NewAgreement(Struct, frozen=True):
    """Conditions for a legal entity; `price_lists` are external ids in their order."""

    external_id: str
    number: str
    signed_on: date
    currency: str
    payment_days: int
    price_lists: Sequence[str]


async def _id(act: ActContext, statement: TextClause, values: Mapping[str, Any]) -> int:
    rows = await act.fetch(statement, {"uuid": uuid7(), **values})
    return int(rows[0].id)


async def save_person(
    act: ActContext,
    *,
    name: str,
    email: str,
    roles: Sequence[str],
    password_hash: str,
    company_id: int | None = None,
) -> int:
    """A person, found again by e-mail; the password of a known one stays."""
    return await _id(
        act,
        PERSON,
        {
            "company": company_id,
            "email": email,
            "name": name,
            "hash": password_hash,
            "roles": list(roles),
        },
    )


async def save_company(act: ActContext, *, name: str, external_id: str) -> int:
    """A customer company."""
    return await _id(act, COMPANY, {"name": name, "external_id": external_id})


async def save_legal_entity(act: ActContext, company_id: int, fields: Mapping[str, Any]) -> int:
    """A legal entity of a company; `fields` are the table's columns."""
    return await _id(act, LEGAL_ENTITY, {"company": company_id, **fields})


async def save_outlet(
    act: ActContext, company_id: int, *, name: str, address: str, external_id: str
) -> int:
    """An address of a company to which goods go."""
    return await _id(
        act,
        OUTLET,
        {"company": company_id, "name": name, "address": address, "external_id": external_id},
    )


async def save_seller(act: ActContext, fields: Mapping[str, Any], bank: Struct) -> int:
    """Our own legal entity with its account."""
    return await _id(act, SELLER, {**fields, "bank": msgspec.json.encode(bank).decode()})


async def save_agreement(
    act: ActContext,
    agreement: NewAgreement,
    *,
    legal_entity_id: int,
    seller_id: int,
    manager_id: int | None,
) -> int:
    """An agreement with its price lists in order; lists that do not exist are left out."""
    agreement_id = await _id(
        act,
        AGREEMENT,
        {
            "legal_entity": legal_entity_id,
            "seller": seller_id,
            "number": agreement.number,
            "signed_on": agreement.signed_on,
            "currency": agreement.currency,
            "payment_days": agreement.payment_days,
            "manager": manager_id,
            "external_id": agreement.external_id,
        },
    )
    await act.execute(
        AGREEMENT_LISTS,
        {
            "agreement": agreement_id,
            "lists": list(agreement.price_lists),
            "most": len(agreement.price_lists),
        },
    )
    return agreement_id
