"""Seller, buyer, agreement and manager, as they are when a document is issued. One statement."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext
from fondaco.web.format import money
from fondaco_sdk.types.paper import BankAccount, Contact, Party

READ: TextClause = text(
    """
    select to_jsonb(s) as seller, to_jsonb(e) as buyer, g.number, g.signed_on, g.payment_days,
           m.name as manager, m.email as manager_email, paid.before, paid.after, paid.currency
      from fondaco.agreement g
      join fondaco.seller s on s.id = g.seller_id
      join fondaco.legal_entity e on e.id = g.legal_entity_id
      left join fondaco.user_account m on m.id = g.manager_id
      cross join lateral (
           select coalesce(sum(p.amount) filter (where p.before), 0) as before,
                  coalesce(sum(p.amount) filter (where not p.before), 0) as after,
                  min(p.currency) as currency
             from fondaco.payment p where p.order_id = cast(:order as bigint)) paid
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


async def read_parties(ask: AskContext, agreement_id: int, order_id: int | None = None) -> Parties:
    """The parties of an agreement, with texts in the language of the asker.

    How an order is paid is said by its parts; without one, by the agreement.
    """
    row = (await ask.fetch(READ, {"agreement": agreement_id, "order": order_id}))[0]
    return Parties(
        seller=party_of(row.seller),
        buyer=party_of(row.buyer),
        basis=basis_of(row.number, row.signed_on, ask.locale),
        payment_terms=_terms(row, ask.locale),
        manager=Contact(name=row.manager, email=row.manager_email) if row.manager else None,
    )


def party_of(found: dict[str, Any]) -> Party:
    """A row of `seller` or `legal_entity`, as JSON."""
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
        ogrn=found.get("ogrn", ""),
        vat_payer=found.get("vat_payer", True),
        bank=msgspec.convert(bank, BankAccount) if bank else None,
    )


def basis_of(number: str, signed_on: date | None, locale: str) -> str:
    """An agreement in words, "" for one without a number."""
    if not number:
        return ""
    signed = f"{signed_on:%d.%m.%Y}" if signed_on else ""
    if locale == "ru":
        return f"Договор № {number}" + (f" от {signed}" if signed else "")
    return f"Agreement No. {number}" + (f" of {signed}" if signed else "")


def _terms(row: Any, locale: str) -> str:
    before, after, days = row.before, row.after, row.payment_days
    if before and after:
        return _in_parts(before, after, days, row.currency, locale)
    if before or not (after or days):
        return "Предоплата 100 %" if locale == "ru" else "Prepayment of 100%"
    if not days:
        return "Оплата после отгрузки" if locale == "ru" else "Payment after shipment"
    if locale == "ru":
        return f"Отсрочка платежа, календарных дней: {days}"
    return f"Payment within {days} calendar days"


def _in_parts(before: Decimal, after: Decimal, days: int, currency: str, locale: str) -> str:
    first, rest = (money(amount, currency, locale) for amount in (before, after))
    if locale == "ru":
        later = f"отсрочка платежа, календарных дней: {days}" if days else "оплата после отгрузки"
        return f"Предоплата {first}. Остальное ({rest}) — {later}"
    later = f"within {days} calendar days" if days else "after shipment"
    return f"Prepayment of {first}. The rest ({rest}) {later}"
