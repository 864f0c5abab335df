"""Which addresses may be called: those the settings name, and what is open to the whole internet.

An address that somebody else wrote must not lead into our own network, whatever its name says.
"""

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpx
import msgspec

from fondaco.hooks.hall import Hall
from fondaco_sdk.errors import Fault, Unavailable

# Assigned to somebody; ::ffff:, NAT64 and site-local addresses are outside it.
_GIVEN_OUT = IPv6Network("2000::/3")
# Teredo and 6to4 carry an IPv4 address of anybody's choice.
_TUNNELS = (IPv6Network("2001::/23"), IPv6Network("2002::/16"))
_PROTOCOLS = IPv4Network("192.0.0.0/24")


def origin(url: str) -> str:
    """Scheme, host and port. Raises `Fault` for what is no http or https address."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise Fault(f"{url!r} is not an address: {wrong}") from wrong
    if address.scheme not in ("http", "https") or not address.host:
        raise Fault(f"{url!r} is not an http or https address")
    return f"{address.scheme}://{address.netloc.decode()}"


def named_origins(hall: Hall) -> frozenset[str]:
    """The origins that this site's settings and its plugins' name, defaults included.

    They may be in our own network, as an ERP is. The site itself is not among them.
    """
    kernel = {**msgspec.to_builtins(hall.settings), "site": None, "plugins": None}
    plugins = [msgspec.to_builtins(one) for one in hall.registry.settings.values()]
    return frozenset(_origins([kernel, *plugins]))


def _origins(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(("http://", "https://")):
            yield origin(value)
    elif isinstance(value, dict):
        yield from _origins(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _origins(one)


async def public_address(host: str, port: int) -> str:
    """The IP address that a name has now, for a call to exactly that one.

    Raises `Fault` if any of its addresses is not public, `Unavailable` if it has none.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as unknown:
        raise Unavailable(host) from unknown
    addresses = [str(address[0]) for *_, address in found]
    if not all(map(is_public, addresses)):
        raise Fault(f"{host!r} is not open to the internet; only the settings may name it")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, by itself and not through a tunnel."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        return ip.is_global and ip in _GIVEN_OUT and not any(ip in net for net in _TUNNELS)
    return _is_public_v4(ip)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and ip not in _PROTOCOLS
