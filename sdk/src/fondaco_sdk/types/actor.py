"""Who asks, and for whom."""

from enum import StrEnum
from typing import Self

from msgspec import Struct

from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    OutletId,
    PriceListId,
    SellerId,
    UserId,
)


class ActorKind(StrEnum):
    """What sort of actor is at work."""

    GUEST = "guest"
    BUYER = "buyer"
    STAFF = "staff"
    ERP = "erp"
    SYSTEM = "system"


class Actor(Struct, frozen=True):
    """The person or program behind a request, with what it may do.

    `permissions` are dotted names: the kernel's ("order.place") and the plugins' ("loyalty.edit").
    """

    kind: ActorKind
    user_id: UserId | None = None
    name: str = ""
    email: str = ""
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether this actor holds `permission`. The system holds all."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions


class Scope(Struct, frozen=True):
    """Whose data a query may see. It has no default: every query on customer data names one."""

    company_id: CompanyId | None
    everything: bool = False

    @classmethod
    def of(cls, company_id: CompanyId) -> Self:
        """One company only."""
        return cls(company_id)

    @classmethod
    def all_companies(cls) -> Self:
        """Staff and the system: every company."""
        return cls(None, everything=True)

    @classmethod
    def nobody(cls) -> Self:
        """A guest: no customer data at all."""
        return cls(None)


class Customer(Struct, frozen=True):
    """The company, legal entity and agreement for which the actor works now.

    `price_lists` stand in the order of the agreement; `currency` is the order's (ISO 4217).
    `outlet_id` is the outlet chosen in the header, or the one the person is bound to.
    """

    company_id: CompanyId
    company_name: str
    legal_entity_id: LegalEntityId
    legal_entity_name: str
    agreement_id: AgreementId
    seller_id: SellerId
    currency: str
    price_lists: tuple[PriceListId, ...]
    payment_days: int = 0
    outlet_id: OutletId | None = None
    outlet_name: str = ""
