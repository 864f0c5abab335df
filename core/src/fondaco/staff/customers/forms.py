"""The forms about customers, read whole: every mistake stands at its field."""

from fondaco.customers.details import (
    check_bank,
    check_phone,
    check_registration_number,
    check_tax,
    tidy_number,
)
from fondaco.customers.new_outlet import read_address
from fondaco.customers.service import (
    AccountDetails,
    EntityDetails,
    NewCompany,
    OutletDetails,
)
from fondaco.staff.customers.form_fields import LONGEST_TEXT, chosen_key, short_text
from fondaco.staff.customers.parts import EntityRow
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading


def read_company(form: Form) -> tuple[NewCompany, EntityDetails]:
    """A new customer with its first legal entity. Raises `UserError` with every mistake."""
    reading = form.reading()
    company = NewCompany(short_text(reading, "company", needed=True), _phone(reading))
    entity = _entity(reading, company.name)
    reading.done()
    return company, entity


def read_names(form: Form) -> NewCompany:
    """Name and phone of a customer. Raises `UserError` with every mistake."""
    reading = form.reading()
    company = NewCompany(short_text(reading, "company", needed=True), _phone(reading))
    reading.done()
    return company


def read_entity(form: Form) -> EntityDetails:
    """A legal entity. Raises `UserError` with every mistake."""
    reading = form.reading()
    entity = _entity(reading, "")
    reading.done()
    return entity


def read_outlet(form: Form) -> OutletDetails:
    """An outlet. Raises `UserError` with every mistake."""
    reading = form.reading()
    name = short_text(reading, "name", needed=True)
    outlet = OutletDetails(name, read_address(reading))
    reading.done()
    return outlet


def read_account(form: Form, entities: tuple[EntityRow, ...]) -> AccountDetails:
    """A bank account, by the rules of the legal entity's country. Raises `UserError`."""
    reading = form.reading()
    entity = chosen_key(reading, "entity", tuple((str(e.id), e.name) for e in entities))
    country = next((e.country for e in entities if e.id == entity), "RU")
    account, bic = (tidy_number(reading.required(name)) for name in ("account", "bic"))
    correspondent = tidy_number(reading.text("correspondent"))
    for name, wrong in check_bank(country, account, bic, correspondent).items():
        reading.refuse(name, wrong)
    bank = short_text(reading, "bank_name", needed=True)
    reading.done()
    return AccountDetails(entity or 0, account, bic, bank, correspondent)


def read_reason(form: Form) -> str:
    """Why an applicant is refused; the applicant reads it. Raises `UserError`."""
    reading = form.reading()
    why = short_text(reading, "reason", needed=True, most=LONGEST_TEXT)
    reading.done()
    return why


def _entity(reading: FormReading, name: str) -> EntityDetails:
    country = reading.text("country", "RU")
    tax_id, kpp = tidy_number(reading.text("tax_id")), tidy_number(reading.text("kpp"))
    if tax_id or country not in ("RU", "BY"):
        wrong = check_tax(country, tax_id, kpp)
    else:
        wrong = {"kpp": _KPP_ALONE} if kpp else {}
    for field, reason in wrong.items():
        reading.refuse(field, reason)
    ogrn = tidy_number(reading.text("ogrn"))
    if problem := check_registration_number(country, ogrn):
        reading.refuse("ogrn", problem)
    return EntityDetails(
        country,
        tax_id,
        kpp,
        ogrn,
        short_text(reading, "name", needed=not name) or name,
        short_text(reading, "full_name", most=LONGEST_TEXT),
        short_text(reading, "address", most=LONGEST_TEXT),
    )


def _phone(reading: FormReading) -> str:
    phone = reading.text("phone")
    if phone and (wrong := check_phone(phone)):
        reading.refuse("phone", wrong)
    return phone


def typed_entity(row: EntityRow) -> dict[str, str]:
    """What the form shows of a legal entity at first."""
    names = ("country", "tax_id", "kpp", "ogrn", "name", "full_name", "address")
    return {name: getattr(row, name) for name in names}


_KPP_ALONE = Reason(
    "customer.kpp_alone", "КПП без ИНН не бывает", "There is no KPP without a tax id"
)
