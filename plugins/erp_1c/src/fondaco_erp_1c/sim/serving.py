"""1C's HTTP service as the played 1C publishes it: `/confirm` and `/prices`, on this machine."""

import base64
import hmac
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.live import Confirm, Prices, confirmed, priced

HOST, LOGIN, PASSWORD = "127.0.0.1", "portal", "played"
_MOST_BYTES = 4_000_000
_KEY = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()


@contextmanager
def serving(path: Path, port: int) -> Iterator[int]:
    """The service at work beside what goes on, out of the books at `path`; the port it got.

    `port` 0: any that is free.
    """
    with ThreadingHTTPServer((HOST, port), _handler(path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def answer(books: Books, path: str, body: bytes, now: datetime) -> tuple[HTTPStatus, Any]:
    """Asleep it is there and answers nothing of use, as 1C does while its base is updated."""
    if books.asleep:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "asleep"}
    said: Mapping[str, Any]
    try:
        if path.endswith("/confirm"):
            said = confirmed(books, msgspec.json.decode(body, type=Confirm), now)
        elif path.endswith("/prices"):
            said = priced(books, msgspec.json.decode(body, type=Prices), now)
        else:
            return HTTPStatus.NOT_FOUND, {"error": "only /confirm and /prices are here"}
    except msgspec.MsgspecError as wrong:
        return HTTPStatus.BAD_REQUEST, {"error": str(wrong)}
    return HTTPStatus.OK, said


def _handler(path: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        books = path

    return Handler


class _Handler(BaseHTTPRequestHandler):
    books: Path
    timeout = 30

    def do_POST(self) -> None:
        """A question, under the key of the portal."""
        size = int(self.headers.get("Content-Length") or 0)
        if size > _MOST_BYTES:
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too large"})
            return
        body = self.rfile.read(size)
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), _KEY.encode()):
            self._send(HTTPStatus.UNAUTHORIZED, {"error": "who asks?"})
            return
        # Each request is a thread, and books are of one.
        self._send(*answer(Books(self.books), self.path, body, datetime.now().astimezone()))

    def log_message(self, format: str, *args: Any) -> None:
        """The demo's terminal is for other things."""

    def _send(self, status: HTTPStatus, said: Mapping[str, Any]) -> None:
        body = msgspec.json.encode(said)
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
