"""Seller, buyer, agreement and manager, as they are when a document is issued. One statement."""

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.documents.content import BankAccount, Contact, Party
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.actor import Customer

READ: TextClause = text(
    """
    select to_jsonb(s) as seller, to_jsonb(e) as buyer, g.number, g.signed_on, g.payment_days,
           m.name as manager, m.email as manager_email
      from fondaco.agreement g
      join fondaco.seller s on s.id = g.seller_id
      join fondaco.legal_entity e on e.id = g.legal_entity_id
      left join fondaco.user_account m on m.id = g.manager_id
     where g.id = :agreement
    """
)


class Parties(Struct, frozen=True):
    """Who sells, who buys, on which basis (the agreement in words), on which terms."""

    seller: Party
    buyer: Party
    basis: str
    payment_terms: str
    manager: Contact | None = None


async def read_parties(ask: AskContext, customer: Customer) -> Parties:
    """The parties of the acting agreement, with texts in the language of the asker."""
    row = (await ask.fetch(READ, {"agreement": customer.agreement_id}))[0]
    return Parties(
        seller=_party(row.seller),
        buyer=_party(row.buyer),
        basis=_basis(row, ask.locale),
        payment_terms=_terms(row.payment_days, ask.locale),
        manager=Contact(name=row.manager, email=row.manager_email) if row.manager else None,
    )


def _party(found: dict[str, Any]) -> Party:
    bank = found.get("bank") or {}
    return Party(
        name=found["name"],
        full_name=found["full_name"],
        country=found["country"],
        tax_id=found["tax_id"],
        kpp=found["kpp"],
        address=found["address"],
        phone=found.get("phone", ""),
        director=found.get("director", ""),
        accountant=found.get("accountant", ""),
        bank=msgspec.convert(bank, BankAccount) if bank else None,
    )


def _basis(row: Any, locale: str) -> str:
    if not row.number:
        return ""
    signed = f"{row.signed_on:%d.%m.%Y}" if row.signed_on else ""
    if locale == "ru":
        return f"Договор № {row.number}" + (f" от {signed}" if signed else "")
    return f"Agreement No. {row.number}" + (f" of {signed}" if signed else "")


def _terms(days: int, locale: str) -> str:
    if not days:
        return "Предоплата 100 %" if locale == "ru" else "Prepayment of 100%"
    if locale == "ru":
        return f"Отсрочка платежа, календарных дней: {days}"
    return f"Payment within {days} calendar days"
