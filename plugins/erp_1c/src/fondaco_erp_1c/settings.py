"""What can be set in `[plugins.erp_1c]`."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from fondaco_sdk.types.order import OrderState

Schema = Literal["auto", "2.08", "3.1"]
Encoding = Literal["auto", "windows-1251", "utf-8-sig"]


class Partner(Struct, frozen=True, forbid_unknown_fields=True):
    """One 1C, by the login of its access.

    `schema`: of orders that go out; "auto" by the version that 1C names, and 2.08 where it names
    none. `encoding`: of orders and answers; "auto" is windows-1251 for 2.08 and UTF-8 for 3.1.
    """

    schema: Schema = "auto"
    encoding: Encoding = "auto"


class LiveService(Struct, frozen=True, forbid_unknown_fields=True):
    """The HTTP service that 1C publishes; without `url` it is not asked.

    `url` is its root, such as "https://1c.example.com/ut/hs/fondaco". A cart of more than
    `lines_at_once` lines is asked about in several calls at once.
    """

    url: str = ""
    login: str = ""
    password: str = ""
    lines_at_once: int = 200

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        address = urlsplit(self.url)
        if self.url and (address.scheme not in ("http", "https") or not address.hostname):
            raise ValueError(f"live.url {self.url!r} is not an http or https address")
        if self.lines_at_once < 1:
            raise ValueError("live.lines_at_once is 1 or more")


class Erp1cSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The exchange over HTTP, and the service that answers at once (`live`).

    `file_limit` is the largest piece of a file in bytes, `zip` whether 1C may pack what it sends.
    A session is over after `session_hours`. `orders_at_once` go out in one answer. `states` maps
    what 1C calls the state of an order to one of the portal, beside the words known anyway; spaces
    and case do not matter. `partners` are by login.
    """

    file_limit: int = 20_000_000
    zip: bool = True
    session_hours: int = 12
    orders_at_once: int = 100
    states: Mapping[str, OrderState] = {}
    partners: Mapping[str, Partner] = {}
    live: LiveService = LiveService()

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if not 10_000 <= self.file_limit <= 200_000_000:
            raise ValueError("file_limit is between 10000 and 200000000 bytes")
        if self.session_hours < 1 or self.orders_at_once < 1:
            raise ValueError("session_hours and orders_at_once are 1 or more")

    def partner(self, login: str) -> Partner:
        """How this 1C wants to be spoken to."""
        return self.partners.get(login, _ANY)


_ANY = Partner()
