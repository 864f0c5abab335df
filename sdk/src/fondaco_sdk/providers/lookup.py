"""A look-up service: addresses while somebody types, a company by its tax id, a bank by its code.

It gets `Net` and never a database. The kernel asks it without holding a connection, remembers its
answers, and answers from what the portal itself knows when it is silent.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable

from msgspec import Struct

from fondaco_sdk.context import Net


class Exactness(StrEnum):
    """What the coordinates of an address are those of."""

    HOUSE = "house"
    STREET = "street"
    LOCALITY = "locality"
    NONE = "none"


class FoundAddress(Struct, frozen=True):
    """An address in one line, and its parts; "" for a part that it has not.

    `fias_id` is the key of the address in the state register, `country` two capitals. `lat` and
    `lon` are degrees (WGS 84), None where they are not known; `exactness` says of what they are.
    `certain` is False where the service had to guess what was meant.
    """

    text: str
    country: str = ""
    postal_code: str = ""
    region: str = ""
    city: str = ""
    settlement: str = ""
    street: str = ""
    house: str = ""
    flat: str = ""
    fias_id: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    exactness: Exactness = Exactness.NONE
    certain: bool = True


class CompanyState(StrEnum):
    """How it stands with a company in the state register."""

    ACTIVE = "active"
    LIQUIDATING = "liquidating"
    LIQUIDATED = "liquidated"
    BANKRUPT = "bankrupt"
    REORGANIZING = "reorganizing"


class FoundCompany(Struct, frozen=True):
    """A company or a sole proprietor (`person`) of the state register, with its requisites.

    `branch`: one of several offices under the same tax id. `doubtful`: the register says that its
    data, or its address, are not true.
    """

    tax_id: str
    name: str
    full_name: str = ""
    kpp: str = ""
    ogrn: str = ""
    address: str = ""
    state: CompanyState = CompanyState.ACTIVE
    person: bool = False
    branch: bool = False
    doubtful: bool = False


class FoundBank(Struct, frozen=True):
    """A bank; `name` as it stands in payment orders. `closed`: it no longer takes payments."""

    bic: str
    name: str
    correspondent: str = ""
    city: str = ""
    closed: bool = False


@runtime_checkable
class LookupService(Protocol):
    """A provider of kind "lookup".

    Each method makes calls of at most a second together, and raises `Unavailable` where the
    service does not answer, answers nonsense, or refuses (quota, key, too often); its `retry_after`
    is how many seconds the kernel leaves it alone. Nothing found is no failure.
    """

    async def addresses(self, net: Net, text: str, most: int) -> Sequence[FoundAddress]:
        """What a text that is being typed may become, best first, at most `most`."""
        ...

    async def address(self, net: Net, text: str) -> FoundAddress | None:
        """The whole address that a text means."""
        ...

    async def companies(self, net: Net, tax_id: str) -> Sequence[FoundCompany]:
        """Who has this tax id: the head office first, then branches."""
        ...

    async def bank(self, net: Net, bic: str) -> FoundBank | None:
        """The bank of a code."""
        ...
