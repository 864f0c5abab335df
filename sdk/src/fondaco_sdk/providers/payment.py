"""An acquirer: takes a part of an order's total at once, by card, by a bank's link.

A provider of kind "payment" is an `Acquirer`. It only speaks: what it is asked and what it answers
is remembered by the kernel, which books money once, and only when the acquirer itself says so.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.context import Net
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason


class Declined(UserError):
    """The acquirer has understood and will not: this attempt has ended, another may be made."""


class ChargeItem(Struct, frozen=True):
    """A line of the order, for the receipt; `total` with VAT in the order's currency.

    `vat_rate` is in percent; None: not subject to VAT. `quantity` is in `unit`. A `service` is no
    goods: the delivery.
    """

    name: str
    quantity: Decimal
    unit: str
    total: Decimal
    vat_rate: Decimal | None
    service: bool = False


class Payer(Struct, frozen=True):
    """The legal entity that ordered; `email` is where a receipt goes, "" where none is known."""

    name: str
    tax_id: str
    email: str


class ChargeWanted(Struct, frozen=True):
    """An attempt to take `amount` (`currency`) for an order of `order_total`, in the way `way`.

    `key` is the attempt's own: the same key is the same attempt, however often it is asked for.
    The buyer comes back to `return_url`, whether paid or not. `way` is a `PaymentOption`'s code.
    `items` come to `order_total`.
    """

    key: UUID
    way: str
    amount: Decimal
    currency: str
    order_number: str
    order_total: Decimal
    return_url: str
    locale: str
    payer: Payer
    items: tuple[ChargeItem, ...] = ()


class ChargeState(StrEnum):
    """PENDING may still become either; PAID: the money is ours; FAILED: it never will be."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class ChargeRead(Struct, frozen=True):
    """A charge as the acquirer tells of it. `id` is the acquirer's.

    `key` is the attempt's that it was started with, "" where the acquirer does not say. `url` is
    where the buyer pays, `why` is for the buyer where it failed.
    """

    id: str
    state: ChargeState
    amount: Decimal
    currency: str
    key: str = ""
    url: str = ""
    why: Reason | None = None


class RefundWanted(Struct, frozen=True):
    """Give `amount` of a charge back; the same `key` is the same refund. `items` as charged.

    `charged` is the amount of the charge, of an order of `order_total` to which `items` come: where
    nothing is left of it, they are the lines that it had, each with a total of 0.
    """

    key: UUID
    charge_id: str
    charged: Decimal
    amount: Decimal
    currency: str
    order_total: Decimal
    payer: Payer
    items: tuple[ChargeItem, ...] = ()


class RefundRead(Struct, frozen=True):
    """A refund as the acquirer tells of it; PAID: the money is on its way back."""

    id: str
    state: ChargeState
    amount: Decimal
    why: Reason | None = None


class Acquirer(Protocol):
    """A provider of kind "payment". Every call takes a `net`; none has a database.

    A call raises `Unavailable` where it is not known what the acquirer has done, also for an answer
    that is no answer: the kernel then asks again with the same key. It raises `Declined` where the
    acquirer says no. All calls of one function end within five seconds.

    `secrets` are the last parts of the webhook's address, `/payments/<name>/<secret>`: one, or two
    while it is changed; without one there is no webhook. Where `networks` are not empty, only calls
    from there are taken (IPv4 and IPv6, as CIDR).
    """

    secrets: Sequence[str]
    networks: Sequence[str]

    async def start(self, net: Net, wanted: ChargeWanted) -> ChargeRead:
        """Begin a charge; with a key that is known, the one that was begun."""
        ...

    async def read(self, net: Net, charge_id: str) -> ChargeRead | None:
        """How a charge stands; None: there is none of that id."""
        ...

    def refusal(self, way: str, amount: Decimal, currency: str) -> Reason | None:
        """Why a charge in this way cannot be given back; None: it can."""
        ...

    async def refund(self, net: Net, wanted: RefundWanted) -> RefundRead:
        """Give money back; with a key that is known, the refund that was begun."""
        ...

    async def read_refund(self, net: Net, refund_id: str) -> RefundRead:
        """How a refund stands."""
        ...

    def told_of(self, body: bytes) -> str | None:
        """The id of the charge a webhook's body is about; None: about nothing we book.

        Nothing else of the body is believed. Raises `ValueError` for what is no such body.
        """
        ...
