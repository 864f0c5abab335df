"""Fills a site with the demo wholesaler's people, customers, agreements and warehouses' hours."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct, structs
from sqlalchemy import TextClause, text

from fondaco.customers.register import (
    NewAgreement,
    save_agreement,
    save_company,
    save_legal_entity,
    save_outlet,
    save_person,
    save_seller,
)
from fondaco.demo.companies import DemoCompany, DemoLegalEntity, DemoUser, write_companies
from fondaco.demo.prices import KOPECKS_PER_DOLLAR
from fondaco.demo.stock import WAREHOUSES
from fondaco.hooks.context import ActContext
from fondaco.identity.passwords import hash_password

PASSWORD = "fondaco"

SET_ZONES: TextClause = text(
    """
    update fondaco.place p set timezone = z.zone, address = z.address
      from unnest(cast(:external_ids as text[]), cast(:zones as text[]), cast(:addresses as text[]))
           as z (external_id, zone, address)
     where p.external_id = z.external_id
       and (p.timezone, p.address) is distinct from (z.zone, z.address)
    """
)
ADD_RATES: TextClause = text(
    """
    insert into fondaco.currency_rate (currency, valid_from, nominal, rate)
    values ('USD', '2026-01-01', 1, :dollar), ('EUR', '2026-01-01', 1, 97.98),
           ('BYN', '2026-01-01', 1, 27.94)
    on conflict do nothing
    """
)


class LogIn(Struct, frozen=True):
    """Who can sign in, for the terminal."""

    email: str
    name: str
    role: str
    company: str


async def seed(act: ActContext) -> Sequence[LogIn]:
    """Write the demo's people and customers; a second run changes nothing. Returns the log-ins."""
    customers = write_companies()
    password = hash_password(PASSWORD)
    seller_fields = _entity_fields(customers.seller) | {
        "phone": customers.seller.phone,
        "director": customers.seller.director,
        "accountant": customers.seller.accountant,
    }
    seller_id = await save_seller(act, seller_fields, customers.seller.bank)
    managers: dict[str, int] = {}
    log_ins: list[LogIn] = []
    for user in customers.staff:
        managers[user.email] = await _person(act, user, password, None)
        log_ins.append(_log_in(user, customers.seller.name))
    for company in customers.companies:
        await _company(act, company, seller_id, managers, password)
        log_ins += [_log_in(user, company.name) for user in company.users]
    await act.execute(
        SET_ZONES,
        {
            "external_ids": [house.external_id for house in WAREHOUSES],
            "zones": [house.timezone for house in WAREHOUSES],
            "addresses": [house.address for house in WAREHOUSES],
        },
    )
    await act.execute(ADD_RATES, {"dollar": Decimal(KOPECKS_PER_DOLLAR) / 100})
    return log_ins


async def _company(
    act: ActContext, company: DemoCompany, seller_id: int, managers: dict[str, int], password: str
) -> None:
    company_id = await save_company(act, name=company.name, external_id=company.external_id)
    entities = {
        entity.external_id: await save_legal_entity(act, company_id, _entity_fields(entity))
        for entity in company.legal_entities
    }
    for outlet in company.outlets:
        await save_outlet(
            act,
            company_id,
            name=outlet.name,
            address=f"{outlet.city}, {outlet.address}",
            external_id=outlet.external_id,
        )
    for agreement in company.agreements:
        await save_agreement(
            act,
            NewAgreement(
                agreement.external_id,
                agreement.number,
                agreement.signed_on,
                agreement.currency,
                agreement.payment_days,
                agreement.price_lists,
            ),
            legal_entity_id=entities[agreement.legal_entity_external_id],
            seller_id=seller_id,
            manager_id=managers.get(agreement.manager_email),
        )
    for user in company.users:
        await _person(act, user, password, company_id)


async def _person(act: ActContext, user: DemoUser, password: str, company_id: int | None) -> int:
    return await save_person(
        act,
        name=user.name,
        email=user.email,
        roles=user.roles,
        password_hash=password,
        company_id=company_id,
    )


def _entity_fields(entity: DemoLegalEntity) -> dict[str, str]:
    wanted = {f.name for f in structs.fields(DemoLegalEntity)}
    return {name: value for name, value in structs.asdict(entity).items() if name in wanted}


def _log_in(user: DemoUser, company: str) -> LogIn:
    return LogIn(user.email, user.name, user.roles[0], company)
