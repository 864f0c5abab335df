"""The shop at YooKassa and what it offers."""

from collections.abc import Mapping
from decimal import Decimal
from ipaddress import ip_network
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct, field

Way = Literal["card", "sbp", "b2b_sberbank"]

# The addresses that YooKassa sends its webhooks from.
NETWORKS = (
    "185.71.76.0/27",
    "185.71.77.0/27",
    "77.75.153.0/25",
    "77.75.154.128/25",
    "77.75.156.11/32",
    "77.75.156.35/32",
    "2a02:5180:0:1509::/64",
    "2a02:5180:0:1533::/64",
    "2a02:5180:0:2655::/64",
    "2a02:5180:0:2669::/64",
)
LIVE = "https://api.yookassa.ru/v3"


def _limits() -> Mapping[Way, Decimal]:
    return {"b2b_sberbank": Decimal(700_000)}


class YooKassa(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `shop_id` nothing is offered. `ways` in the order of the checkout.

    `most` is the highest sum of one payment in a way, in roubles. `webhook_secret` is the last part
    of the webhook's address, `webhook_secret_before` the one that still counts while it is changed.
    `receipts`: a receipt by 54-FZ goes along with card and SBP; `tax_system` is its code (1: ОСН),
    `receipt_email` where it goes for a buyer without an address. `networks`: where webhooks come
    from; none: from anywhere.
    """

    shop_id: str = ""
    secret_key: str = ""
    ways: tuple[Way, ...] = ("card", "sbp")
    most: Mapping[Way, Decimal] = field(default_factory=_limits)
    webhook_secret: str = ""
    webhook_secret_before: str = ""
    networks: tuple[str, ...] = NETWORKS
    receipts: bool = True
    tax_system: int = 1
    receipt_email: str = ""
    url: str = LIVE

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        address = urlsplit(self.url)
        local = address.hostname in ("127.0.0.1", "localhost", "::1")
        if not address.hostname or (address.scheme != "https" and not local):
            raise ValueError(f"url {self.url!r} is not an https address")
        if self.shop_id and not self.secret_key:
            raise ValueError("shop_id without secret_key")
        if not 1 <= self.tax_system <= 6:
            raise ValueError("tax_system is a code from 1 to 6")
        for secret in (self.webhook_secret, self.webhook_secret_before):
            if secret and (len(secret) < 16 or not secret.isascii() or "/" in secret):
                raise ValueError("a webhook secret has 16 or more ASCII characters, none of them /")
        for network in self.networks:
            ip_network(network)
