"""Handing parcels over to a carrier: registered with it once, and asked about until they arrived.

A carrier that also implements `Registers` has its parcels registered when they are shipped. One
that does not (own lorries) brings them all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from msgspec import Struct

from fondaco_sdk.context import Net
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.delivery import Parcel
from fondaco_sdk.types.reason import Reason


class NotTaken(UserError):
    """The carrier has understood and does not take the parcel; staff read why."""


class CarriageState(StrEnum):
    """PENDING: the carrier still thinks about it; REGISTERED: it waits for the parcel; ACCEPTED: it
    has it; ARRIVED: it is at the point, in the town, or with a courier; RETURNED: it goes back.

    It goes on in this order and never back; DELIVERED and RETURNED are ends.
    """

    PENDING = "pending"
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    DELIVERED = "delivered"
    RETURNED = "returned"


class Party(Struct, frozen=True):
    """Who sends or gets a parcel; "": not known."""

    name: str
    tax_id: str = ""
    phone: str = ""
    email: str = ""


class CarriedItem(Struct, frozen=True):
    """Goods of a parcel: `weight_kg` and `value` (VAT included) of the whole `quantity`."""

    sku: str
    name: str
    quantity: Decimal
    weight_kg: Decimal
    value: Decimal


class CarriageWanted(Struct, frozen=True):
    """A parcel to be registered under the `tariff` of a quote; the same `key` is the same parcel.

    With `point_code` it goes to that pickup point, or else to the parcel's destination. `order` is
    the number that people know.
    """

    key: UUID
    order: str
    tariff: str
    point_code: str
    parcel: Parcel
    sender: Party
    recipient: Party
    items: tuple[CarriedItem, ...]


class CarriageRead(Struct, frozen=True):
    """A parcel as the carrier tells of it. `id` is the carrier's, `number` what people track it by.

    `told` is the carrier's own code of the state, since `at` (aware UTC); `state` None: one that
    the plugin does not know. `url` shows buyers where it is. `refused`: it was not taken after all.
    """

    id: str
    state: CarriageState | None
    number: str = ""
    told: str = ""
    at: datetime | None = None
    url: str = ""
    refused: Reason | None = None


@runtime_checkable
class Registers(Protocol):
    """What a carrier can do besides, see `Carrier`. Every call takes a `net`; none has a database.

    A call raises `Unavailable` where it is not known what the carrier has done: the kernel then
    asks again with the same key. All calls of one function end within twenty seconds.
    """

    async def register(self, net: Net, wanted: CarriageWanted) -> CarriageRead:
        """Register a parcel; with a key that is known, the one that was registered.

        Raises `NotTaken`.
        """
        ...

    async def read(self, net: Net, ids: Sequence[str]) -> Mapping[str, CarriageRead]:
        """How parcels stand, by the carrier's ids; those that it does not know, or does not answer
        about, are absent. Raises `Unavailable` only where it answers about none."""
        ...
