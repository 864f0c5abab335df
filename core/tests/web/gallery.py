"""A small server that shows the kit under its policy: python core/tests/web/gallery.py [port].

Pages: / /cart /staff /sign-in /error; each takes ?locale=ru|en&theme=light|dark.
"""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from signal import pause
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).parent))

import samples

from fondaco.web.assets import STATIC, Assets
from fondaco.web.csp import HEADERS
from fondaco.web.i18n import translators
from fondaco.web.templating import page_environment

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "/": ("kernel/dev/gallery.html", {}),
    "/cart": ("kernel/dev/cart.html", {"rows": 500, "tall": True}),
    "/staff": ("kernel/dev/staff.html", {}),
    "/sign-in": ("kernel/dev/sign_in.html", {}),
    "/error": ("kernel/error.html", {}),
    "/why": ("", {}),
}


class Gallery:
    """Renders the pages and the answers to their htmx requests."""

    def __init__(self) -> None:
        self.environment = page_environment(Assets(), translators())
        self.posted: list[tuple[str, str, str]] = []

    def page(self, path: str, locale: str, theme: str) -> tuple[int, str]:
        shell = samples.shell(
            locale, theme, path, staff=path == "/staff", guest=path in ("/sign-in", "/error")
        )
        template, options = PAGES[path]
        html = self.environment.get_template(template).render(
            shell=shell, sample=samples.sample(locale, **options), status=404, text="",
            request_id="01JD5Q9A",
        )  # fmt: skip
        return (404 if path == "/error" else 200), html

    def fragment(self, path: str, locale: str) -> tuple[int, str, dict[str, str]]:
        say = {
            "/why": "{{ ui.price_steps(steps, total, 'RUB') }}",
            "/toast": "{{ ui.toast(sample.done, tone='success', oob=true) }}",
            "/line": "{{ ui.undo_toast(sample.line, '/undo') }}",
            "/progress": "{{ ui.progress('import', '/progress', sample.done, finished=true) }}",
            "/cart/badge": "{% include 'kernel/fragments/cart_badge.html' %}",
            "/fault": "{% include 'kernel/error_fragment.html' %}",
        }.get(path, "")
        source = '{% import "kernel/ui.html" as ui with context %}' + say
        html = self.environment.from_string(source).render(
            shell=samples.shell(locale, "light", path), sample=samples.sample(locale, rows=1),
            steps=samples.steps(locale), total=samples.steps(locale)[2].amount, status=500, text="",
            cart_alone=True,
        )  # fmt: skip
        headers = {"HX-Trigger": "cart-changed"} if path in ("/cart-change", "/quantity") else {}
        return {"/fault": 500, "/gate": 502}.get(path, 200), html, headers


@contextmanager
def gallery(port: int = 0) -> Iterator[tuple[str, Gallery]]:
    """A running server: its address, and what was posted to it as (path, token, body)."""
    site = Gallery()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query)
            cookies = dict(
                part.strip().split("=", 1)
                for part in self.headers.get("cookie", "").split(";")
                if "=" in part
            )
            locale = query.get("locale", [cookies.get("locale", "ru")])[0]
            theme = query.get("theme", [cookies.get("theme", "light")])[0]
            if url.path.startswith("/static/"):
                self.send_file(STATIC / Path(url.path).name)
            elif url.path in PAGES and not self.headers.get("hx-request"):
                status, html = site.page(url.path, locale, theme)
                self.answer(status, html, {"set-cookie": f"locale={locale}; Path=/"})
            else:
                status, html, headers = site.fragment(url.path, locale)
                self.answer(status, html, headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            path = urlsplit(self.path).path
            site.posted.append((path, self.headers.get("x-csrftoken", ""), body))
            self.answer(*site.fragment(path, "ru"))

        do_DELETE = do_POST

        def send_file(self, file: Path) -> None:
            packed = file.with_name(file.name + ".gz")
            headers = {"content-encoding": "gzip"} if packed.exists() else {}
            body = (packed if packed.exists() else file).read_bytes()
            if packed.exists():
                assert gzip.decompress(body) == file.read_bytes()
            self.answer(200, body, headers, guess_type(file.name)[0] or "font/woff2")

        def answer(
            self,
            status: int,
            body: str | bytes,
            headers: dict[str, str],
            kind: str = "text/html; charset=utf-8",
        ) -> None:
            payload = body if isinstance(body, bytes) else body.encode()
            self.send_response(status)
            for name, value in {**HEADERS, "content-type": kind, **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the gallery runs inside tests."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", site
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with gallery(int(sys.argv[1]) if len(sys.argv) > 1 else 8090) as (address, _):
        print(f"{address}/  (Ctrl-C ends it)")
        pause()
