"""Agreements on which documents can be issued, within a scope; the contract of one."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.documents.parties import basis_of, party_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.orders.queries import scope_parameters
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.paper import Contact, Contract, Party
from fondaco_sdk.types.reason import Reason

_FROM = """
      from fondaco.agreement g
      join fondaco.legal_entity e on e.id = g.legal_entity_id
      join fondaco.company c on c.id = e.company_id
      join fondaco.seller s on s.id = g.seller_id
"""
_SCOPE = "(cast(:everything as boolean) or e.company_id = cast(:company as bigint))"
LIST: TextClause = text(
    f"""
    select g.uuid, e.name as entity, s.name as seller, g.number, g.signed_on, g.currency
    {_FROM}
     where {_SCOPE} and g.active and (cast(:of as uuid) is null or c.uuid = :of)
     order by e.name, s.name, g.id limit 200
    """
)
# Whoever issues something on an agreement does it after whoever began before.
READ: TextClause = text(
    f"""
    select g.id, g.number, g.signed_on, g.currency, g.payment_days, g.seller_id, g.legal_entity_id,
           e.company_id, to_jsonb(s) as seller, to_jsonb(e) as buyer, m.name as manager,
           m.email as manager_email,
           (select jsonb_build_object('account', a.account, 'bic', a.bic,
                   'bank_name', a.bank_name, 'correspondent', a.correspondent)
              from fondaco.bank_account a where a.legal_entity_id = e.id
             order by a.id desc limit 1) as bank
    {_FROM}
      left join fondaco.user_account m on m.id = g.manager_id
     where g.uuid = :uuid and {_SCOPE}
       for no key update of g
    """
)


class Choice(Struct, frozen=True):
    """An agreement in a list to choose from."""

    uuid: UUID
    entity: str
    seller: str
    number: str
    signed_on: date | None
    currency: str

    def words(self, locale: str) -> str:
        """«ООО «Ромашка» — ООО «Склад», Договор № 7»."""
        basis = basis_of(self.number, self.signed_on, locale)
        return ", ".join(filter(None, (f"{self.entity} — {self.seller}", basis, self.currency)))


class AgreementTerms(Struct, frozen=True):
    """An agreement with its parties as they are now."""

    id: int
    number: str
    signed_on: date | None
    currency: str
    payment_days: int
    seller_id: int
    legal_entity_id: int
    company_id: int
    seller: Party
    buyer: Party
    manager: Contact | None

    def contract(self, number: str, today: date) -> Contract:
        """The contract that is signed on it."""
        return Contract(
            number=number,
            date=self.signed_on or today,
            seller=self.seller,
            buyer=self.buyer,
            currency=self.currency,
            payment_days=self.payment_days,
            manager=self.manager,
        )


async def agreements_in_sight(
    ask: AskContext, scope: Scope, company: UUID | None = None
) -> Sequence[Choice]:
    """Agreements in force, of one company where staff look at it. One statement."""
    rows = await ask.fetch(LIST, {"of": company, **scope_parameters(scope)})
    return tuple(Choice(*row) for row in rows)


async def agreement_terms(act: ActContext, uuid: UUID, scope: Scope) -> AgreementTerms:
    """An agreement, held until the end. Raises `NotFound`, also for another company's."""
    rows = await act.fetch(READ, {"uuid": uuid, **scope_parameters(scope)})
    if not rows:
        raise NotFound(
            Reason("agreement.absent", "Такого соглашения нет", "There is no such agreement")
        )
    row: Any = rows[0]
    return AgreementTerms(
        row.id,
        row.number,
        row.signed_on,
        row.currency.strip(),
        row.payment_days,
        row.seller_id,
        row.legal_entity_id,
        row.company_id,
        party_of(row.seller),
        party_of({**row.buyer, "bank": row.bank}),
        Contact(name=row.manager, email=row.manager_email) if row.manager else None,
    )
