"""The demo customers: numbers in order, references that lead somewhere."""

from fondaco.customers.identifiers import (
    check_account,
    check_bic,
    check_correspondent_account,
    check_inn_kpp,
    check_ogrn,
    check_unp,
)
from fondaco.demo import PRICE_TYPES, DemoLegalEntity, write_companies
from fondaco.identity.permissions import BUYER_SIDE, STAFF_ROLES

CUSTOMERS = write_companies()
ENTITIES: list[DemoLegalEntity] = [
    CUSTOMERS.seller,
    *(entity for company in CUSTOMERS.companies for entity in company.legal_entities),
]


def test_identifiers_pass_their_checks() -> None:
    for entity in ENTITIES:
        if entity.country == "BY":
            assert check_unp(entity.tax_id) is None
            assert entity.kpp == entity.ogrn == ""
        else:
            assert check_inn_kpp(entity.tax_id, entity.kpp) is None
            assert check_ogrn(entity.ogrn) is None
    assert {entity.country for entity in ENTITIES} == {"RU", "BY"}
    assert {len(entity.tax_id) for entity in ENTITIES} == {9, 10, 12}


def test_the_sellers_bank_account_fits_its_bank() -> None:
    bank = CUSTOMERS.seller.bank
    assert check_bic(bank.bic) is None
    assert check_account(bank.account, bank.bic) is None
    assert check_correspondent_account(bank.correspondent, bank.bic) is None


def test_ids_numbers_and_addresses_are_nobody_elses() -> None:
    for key in ("external_id", "tax_id", "name"):
        assert len({getattr(entity, key) for entity in ENTITIES}) == len(ENTITIES)
    outlets = [outlet for company in CUSTOMERS.companies for outlet in company.outlets]
    assert len({outlet.external_id for outlet in outlets}) == len(outlets)
    users = [*CUSTOMERS.staff, *(user for c in CUSTOMERS.companies for user in c.users)]
    assert len({user.email for user in users}) == len(users)
    assert all(user.email.endswith(".example") for user in users)


def test_agreements_lead_to_entities_price_lists_and_managers() -> None:
    currencies = {price_type.external_id: price_type.currency for price_type in PRICE_TYPES}
    staff = {user.email for user in CUSTOMERS.staff if "manager" in user.roles}
    orders = set()
    for company in CUSTOMERS.companies:
        entities = {entity.external_id for entity in company.legal_entities}
        assert {a.legal_entity_external_id for a in company.agreements} == entities
        for agreement in company.agreements:
            orders.add(agreement.price_lists)
            assert {currencies[price_list] for price_list in agreement.price_lists} == {
                agreement.currency
            }
            assert agreement.manager_email in staff
    assert len(orders) == 4
    assert len(CUSTOMERS.companies) == 3


def test_each_company_has_a_buyer_an_approver_and_an_accountant() -> None:
    for company in CUSTOMERS.companies:
        roles = {role for user in company.users for role in user.roles}
        assert {"buyer", "approver", "accountant"} <= roles
        assert roles <= {role for holders in BUYER_SIDE.values() for role in holders}
        assert company.outlets
    staff_roles = {role for user in CUSTOMERS.staff for role in user.roles}
    assert {"manager", "site_admin"} <= staff_roles <= STAFF_ROLES
