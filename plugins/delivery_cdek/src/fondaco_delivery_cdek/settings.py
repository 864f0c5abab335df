"""The contract with CDEK, and what of it buyers are offered."""

from decimal import Decimal
from urllib.parse import urlsplit

from msgspec import Struct

FROM_DOOR = frozenset((138, 139, 366, 480, 481, 485))
"""Tariffs of CDEK that begin at the sender's door, wherever other parcels are handed over."""
TARIFFS = (136, 137, 138, 139, 233, 234, 366, 368, 378)


class Cdek(Struct, frozen=True, forbid_unknown_fields=True):
    """The account (`client_id`, `client_secret`) of the contract; without one nobody is asked.

    `url` is the API, that of the test contour is https://api.edu.cdek.ru/v2. `sender` is CDEK's
    code of the town that parcels leave from; 0: the address of the warehouse says it.
    `shipment_point` is the code of the office where parcels are handed over, which tariffs from an
    office need; "": CDEK fetches all of them at the warehouse, and tariffs from an office are not
    offered. `tariffs` are those that buyers are offered; they end at a door, a counter or a parcel
    locker.
    `markup_percent` is added to CDEK's price, and `free_from` is the value of the order's goods in
    `currency` from which the buyer pays nothing (None: never; goods in another currency: never).
    """

    client_id: str = ""
    client_secret: str = ""
    url: str = "https://api.cdek.ru/v2"
    sender: int = 0
    shipment_point: str = ""
    tariffs: tuple[int, ...] = TARIFFS
    markup_percent: Decimal = Decimal(0)
    free_from: Decimal | None = None
    currency: str = "RUB"

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        address = urlsplit(self.url)
        local = address.hostname in ("127.0.0.1", "localhost", "::1")
        if not address.hostname or (address.scheme != "https" and not local):
            raise ValueError(f"url {self.url!r} is not an https address")
        if not -100 <= self.markup_percent <= 1000:
            raise ValueError("markup_percent is from -100 to 1000")
        if self.free_from is not None and self.free_from < 0:
            raise ValueError("free_from is not negative")
        if bool(self.client_id) != bool(self.client_secret):
            raise ValueError("client_id and client_secret go together")

    def from_office(self, tariff: int) -> bool:
        """Whether parcels of a tariff are handed over at the office; else CDEK fetches them."""
        return bool(self.shipment_point) and tariff not in FROM_DOOR

    def brings_free(self, value: Decimal, currency: str) -> bool:
        """Whether goods of this value are brought for nothing."""
        return self.free_from is not None and currency == self.currency and value >= self.free_from
