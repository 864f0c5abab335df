"""Whose address a request has: a header is believed as far as known proxies reach."""

import pytest
from litestar import Request

from fondaco.settings import SettingsError, load_settings
from fondaco.web.address import client_address, neighbourhood

PROXIES = ("10.0.0.0/8", "::1")


def _request(peer: str | None, *forwarded: str) -> "Request[object, object, object]":
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return Request(
        {  # type: ignore[arg-type]
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": headers,
            "client": (peer, 1) if peer else None,
        }
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", (), "203.0.113.5"),
        ("203.0.113.5", ("1.2.3.4",), "203.0.113.5"),
        ("10.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6, 1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6", "1.2.3.4, 10.0.0.2"), "1.2.3.4"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("1.2.3.4, garbage",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("::ffff:1.2.3.4",), "1.2.3.4"),
        ("::1", ("2001:db8::5",), "2001:db8::5"),
        (None, ("1.2.3.4",), ""),
    ],
)
def test_only_known_proxies_are_believed(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert client_address(_request(peer, *forwarded), PROXIES) == address


def test_nobody_is_believed_unless_named() -> None:
    assert client_address(_request("127.0.0.1", "1.2.3.4"), ()) == "127.0.0.1"


def test_an_address_of_ipv6_counts_as_its_network() -> None:
    assert neighbourhood("2001:db8::5") == neighbourhood("2001:db8::ffff") == "2001:db8::/64"
    assert neighbourhood("203.0.113.5") == "203.0.113.5"


def test_proxies_are_named_in_the_settings() -> None:
    name = "FONDACO_SERVER__TRUSTED_PROXIES"
    server = load_settings(None, {name: "127.0.0.1,10.0.0.0/8"}).server
    assert server.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    with pytest.raises(SettingsError, match="10\\.0\\.0\\.0/99"):
        load_settings(None, {name: "10.0.0.0/99"})
