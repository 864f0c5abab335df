"""Where a request comes from: the address of the client, behind proxies that we know."""

from collections.abc import Sequence
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from litestar import Request

HEADER = "x-forwarded-for"
# Whoever has one address of IPv6 has the 2^64 beside it.
SITE_PREFIX = 64

_Address = IPv4Address | IPv6Address


def client_address(request: Request[Any, Any, Any], trusted: tuple[str, ...]) -> str:
    """The address of the client; "" on a Unix socket.

    X-Forwarded-For is read from its end, as far as addresses of `trusted` proxies reach: what
    stands before them was written by a stranger.
    """
    peer = _parsed(request.client.host) if request.client else None
    if peer is None:
        return ""
    claims = [c for line in request.headers.getall(HEADER, []) for c in line.split(",")]
    networks = _networks(trusted)
    while claims and _is_of(peer, networks):
        claimed = _parsed(claims.pop())
        if claimed is None:
            break
        peer = claimed
    return str(peer)


def neighbourhood(address: str) -> str:
    """The address as one counts by it: IPv6 by its network."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, SITE_PREFIX), strict=False))
    return address


def _parsed(text: str) -> _Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@cache
def _networks(trusted: tuple[str, ...]) -> Sequence[IPv4Network | IPv6Network]:
    return tuple(ip_network(text) for text in trusted)


def _is_of(address: _Address, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)
