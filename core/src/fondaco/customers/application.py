"""Somebody asks to become a customer, through the public form.

Whoever asks is told the same, whether the tax id and the e-mail are known here or not: a new
company waits to be accepted, and so does one that was refused; a known one is asked to let the
person in, and the owner of the e-mail gets a link for a password. Nobody can learn by this form
who our customers are.
"""

from msgspec import Struct
from sqlalchemy import TextClause, insert, text
from uuid_utils.compat import uuid7

from fondaco.customers.details import (
    LONGEST_NAME,
    check_email,
    check_phone,
    check_registration_number,
    check_tax,
    tidy_number,
)
from fondaco.customers.tables import registration
from fondaco.hooks.context import ActContext
from fondaco.identity.reset import ask_for_link
from fondaco.web.limits import Limit
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

LONGEST_TEXT = 1000
APPLICATIONS = Limit("application", 5, 60)

_ALONE: TextClause = text("select pg_advisory_xact_lock(hashtextextended(:what, 0))")
# A merged client stands for the one it was merged into.
_KNOWN: TextClause = text(
    """
    select coalesce(c.merged_into, c.id) as id, e.id as entity
      from fondaco.legal_entity e join fondaco.company c on c.id = e.company_id
     where e.country = :country and e.tax_id = :tax_id
     order by array_position(cast('{active,applied}' as text[]), c.state), e.kpp = :kpp desc,
              c.id, e.id
     limit 1
    """
)
# Whoever was refused may apply anew; who was a customer in between and is closed by now may not.
_APPLY_ANEW: TextClause = text(
    """
    update fondaco.company c set name = :name, phone = :phone, state = 'applied', state_reason = ''
     where c.id = :company and c.state = 'closed' and c.merged_into is null
       and (select r.state from fondaco.registration r
             where r.company_id = c.id and not r.joins order by r.id desc limit 1) = 'refused'
    returning c.id
    """
)
_CORRECT: TextClause = text(
    """
    update fondaco.legal_entity
       set name = :name, kpp = :kpp, full_name = :full_name, ogrn = :ogrn, address = :address
     where id = :entity
    """
)
# Somebody else who was refused for the same tax id is not let in with the one who applies now.
_OTHERS_LEAVE: TextClause = text(
    """
    update fondaco.user_account set company_id = null, roles = '{}'
     where company_id = :company and lower(email) <> lower(:email)
    """
)
_COMPANY: TextClause = text(
    "insert into fondaco.company (uuid, name, phone, state)"
    " values (:uuid, :name, :phone, 'applied') returning id"
)
_ENTITY: TextClause = text(
    "insert into fondaco.legal_entity"
    " (uuid, company_id, name, country, tax_id, kpp, full_name, ogrn, address)"
    " values (:uuid, :company, :name, :country, :tax_id, :kpp, :full_name, :ogrn, :address)"
)
# Without a password nobody can sign in; the link in the letter sets one. An account that belongs
# to nobody yet becomes the new company's.
_PERSON: TextClause = text(
    """
    insert into fondaco.user_account (uuid, company_id, email, name, roles, locale)
    values (:uuid, cast(:company as bigint), :email, :name, cast(:roles as text[]), :locale)
    on conflict (lower(email)) do update
       set company_id = excluded.company_id, roles = excluded.roles
     where user_account.active and excluded.company_id is not null
       and (user_account.company_id = excluded.company_id
            or user_account.company_id is null and user_account.roles = '{}')
    returning id
    """
)


class Application(Struct, frozen=True):
    """What the form says, checked."""

    country: str
    tax_id: str
    kpp: str
    name: str
    person: str
    email: str
    phone: str
    full_name: str = ""
    ogrn: str = ""
    address: str = ""


def too_long(most: int) -> Reason:
    """A text of more than so many characters."""
    return Reason("customer.too_long", f"Не длиннее {most} знаков", f"At most {most} characters")


def read_application(form: Form) -> Application:
    """The application of a form. Raises `UserError` with every mistake at its field."""
    reading = form.reading()
    country = form.text("country")
    tax_id, kpp = tidy_number(reading.required("tax_id")), tidy_number(form.text("kpp"))
    if "tax_id" not in reading.mistakes:
        for field, wrong in check_tax(country, tax_id, kpp).items():
            reading.refuse(field, wrong)
    ogrn = tidy_number(form.text("ogrn"))
    if problem := check_registration_number(country, ogrn):
        reading.refuse("ogrn", problem)
    full_name, address = form.text("full_name"), form.text("address")
    for field, value in (("full_name", full_name), ("address", address)):
        if len(value) > LONGEST_TEXT:
            reading.refuse(field, too_long(LONGEST_TEXT))
    name, person = reading.required("name"), reading.required("person")
    for field, value in (("name", name), ("person", person)):
        if len(value) > LONGEST_NAME:
            reading.refuse(field, too_long(LONGEST_NAME))
    email, phone = reading.required("email"), reading.required("phone")
    for field, problem in (("email", check_email(email)), ("phone", check_phone(phone))):
        if problem is not None:
            reading.refuse(field, problem)
    reading.done()
    return Application(country, tax_id, kpp, name, person, email, phone, full_name, ogrn, address)


async def apply(act: ActContext, application: Application, client: bytes) -> None:
    """Keep an application; `client` is the hash of where it came from."""
    number = f"{application.country}:{application.tax_id}"
    await act.fetch(_ALONE, {"what": f"fondaco:tax-id:{number}"})
    names = ("country", "tax_id", "kpp")
    known = await act.fetch(_KNOWN, {name: getattr(application, name) for name in names})
    joins = bool(known) and not await _anew(act, application, *known[0])
    company = known[0].id if known else await _company(act, application)
    person = await act.fetch(
        _PERSON,
        {
            "uuid": uuid7(),
            "company": None if joins else company,
            "email": application.email,
            "name": application.person,
            "roles": [] if joins else ["company_admin"],
            "locale": act.locale,
        },
    )
    await act.execute(
        insert(registration),
        {
            "uuid": uuid7(),
            "client": client,
            "company_id": company,
            "user_id": person[0].id if person else None,
            "joins": joins,
            "country": application.country,
            "tax_id": application.tax_id,
            "kpp": application.kpp,
            "name": application.name,
            "person": application.person,
            "email": application.email,
            "phone": application.phone,
            "locale": act.locale,
        },
    )
    await ask_for_link(act, application.email)
    await act.audit("customer.apply", number, None, application, company)


async def _anew(act: ActContext, application: Application, company: int, entity: int) -> bool:
    """Take the application for a company that was refused; False where it was not."""
    said = {"company": company, "name": application.name, "phone": application.phone}
    if not await act.fetch(_APPLY_ANEW, said):
        return False
    corrected = ("name", "kpp", "full_name", "ogrn", "address")
    values = {name: getattr(application, name) for name in corrected}
    await act.execute(_CORRECT, {**values, "entity": entity})
    await act.execute(_OTHERS_LEAVE, {"company": company, "email": application.email})
    return True


async def _company(act: ActContext, application: Application) -> int:
    rows = await act.fetch(
        _COMPANY, {"uuid": uuid7(), "name": application.name, "phone": application.phone}
    )
    company = int(rows[0].id)
    await act.execute(
        _ENTITY,
        {
            "uuid": uuid7(),
            "company": company,
            "name": application.name,
            "country": application.country,
            "tax_id": application.tax_id,
            "kpp": application.kpp,
            "full_name": application.full_name,
            "ogrn": application.ogrn,
            "address": application.address,
        },
    )
    return company
