"""`fondaco acquirer-sim`: the part of YooKassa's API v3 that the plugin uses, on this machine.

It is for the demo, where a person without a shop at YooKassa wants to pay by card.
"""

import argparse
import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from fondaco_payments_yookassa.played.bank import Bank, Refused
from fondaco_payments_yookassa.played.page import page
from fondaco_sdk.manifest import Terminal

FOLDER = "acquirer-sim"
SHOP, KEY = "100500", "played"
_MOST_BYTES = 1_000_000
_KINDS = {"payments": "payment", "refunds": "refund"}
_LOGIN = "Basic " + base64.b64encode(f"{SHOP}:{KEY}".encode()).decode()


def main(terminal: Terminal, arguments: Sequence[str]) -> int:
    """Serve until it is stopped; on 127.0.0.1 alone."""
    parser = argparse.ArgumentParser(
        prog="fondaco acquirer-sim",
        description="Plays YooKassa on this machine: no money moves. Set url ="
        f' "http://127.0.0.1:PORT/v3", shop_id = "{SHOP}", secret_key = "{KEY}" in'
        " [plugins.payments_yookassa].",
    )
    parser.add_argument("what", choices=("run",))
    parser.add_argument("--port", type=int, default=terminal.port or 8499)
    port = parser.parse_args(arguments).port
    bank = Bank(terminal.data / FOLDER / "bank.db", f"http://127.0.0.1:{port}")
    with ThreadingHTTPServer(("127.0.0.1", port), handler_of(bank)) as server:
        server.serve_forever()
    return 0


def handler_of(bank: Bank) -> type[BaseHTTPRequestHandler]:
    """What answers the requests of one bank."""

    class Handler(_Handler):
        pass

    Handler.bank = bank
    return Handler


class _Handler(BaseHTTPRequestHandler):
    bank: Bank

    def do_GET(self) -> None:
        """A payment, a refund, or the page to pay at."""
        kind, id = self._named()
        if kind == "pay":
            payment = self.bank.read("payment", id)
            if payment is None:
                self._json(HTTPStatus.NOT_FOUND, {"code": "not_found"})
            else:
                self._send(HTTPStatus.OK, page(payment, self.bank.back(id)), "text/html")
            return
        if not self._may():
            return
        found = self.bank.read(_KINDS.get(kind, ""), id)
        if found is None:
            self._json(HTTPStatus.NOT_FOUND, {"type": "error", "code": "not_found"})
        else:
            self._json(HTTPStatus.OK, found)

    def do_POST(self) -> None:
        """Begin a payment or a refund, or decide on the page."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES))
        kind, id = self._named()
        if kind == "pay":
            self._decide(id, parse_qs(body.decode()).get("end", [""])[0])
        elif self._may():
            self._begin(kind, body)

    def log_message(self, format: str, *args: Any) -> None:
        """The demo's terminal is for other things."""

    def _begin(self, kind: str, body: bytes) -> None:
        key = self.headers.get("Idempotence-Key", "")
        try:
            if kind not in _KINDS or not 1 <= len(key) <= 64:
                raise Refused("invalid_request")
            begin = self.bank.start if kind == "payments" else self.bank.refund
            self._json(HTTPStatus.OK, begin(key, json.loads(body)))
        except (Refused, KeyError, ValueError, ArithmeticError):
            self._json(HTTPStatus.BAD_REQUEST, {"type": "error", "code": "invalid_request"})

    def _decide(self, id: str, end: str) -> None:
        if end in ("paid", "declined"):
            self.bank.end(id, paid=end == "paid")
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", self.bank.back(id) or f"/pay/{id}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _named(self) -> tuple[str, str]:
        kind, _, id = self.path.partition("?")[0].removeprefix("/v3").strip("/").partition("/")
        return kind, id

    def _may(self) -> bool:
        if hmac.compare_digest(self.headers.get("Authorization", ""), _LOGIN):
            return True
        self._json(HTTPStatus.UNAUTHORIZED, {"type": "error", "code": "invalid_credentials"})
        return False

    def _json(self, status: HTTPStatus, answer: Mapping[str, Any]) -> None:
        self._send(status, json.dumps(answer).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
