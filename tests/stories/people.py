"""Persons of a story: each with a browser of their own, and the letters that reach them."""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from demo_site import DemoSite
from playwright.sync_api import Browser, ConsoleMessage, Page

PASSWORD = "a-long-password-of-mine"


class Persons:
    """Opens browsers and reads the post; any error in a console fails the story at its end."""

    def __init__(self, site: DemoSite, browser: Browser) -> None:
        self._site = site
        self._browser = browser
        self._pages: list[Page] = []
        self.problems: list[str] = []

    def stranger(self) -> Page:
        """Nobody yet."""
        page = self._browser.new_context(
            base_url=self._site.address,
            viewport={"width": 1440, "height": 900},
            accept_downloads=True,
        ).new_page()
        page.on("console", lambda m: self.problems.append(m.text) if _wrong(m) else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        self._pages.append(page)
        return page

    def signed_in(self, address: str, password: str = "fondaco", to: str = "/orders") -> Page:
        """Somebody who has an account."""
        page = self.stranger()
        page.goto(f"/login?next={to}")
        page.fill("#email", address)
        page.fill("#password", password)
        page.click("form[action='/login'] button[type=submit]")
        page.wait_for_url(re.compile(re.escape(to) + "$"))
        return page

    def link_to(self, address: str, containing: str) -> str:
        """The newest link that a letter brought; waits until the worker has sent it."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for letter in reversed(self._letters()):
                found = re.search(rf"https?://[^\s<>\"]*{containing}[^\s<>\"]*", _text(letter))
                if letter["To"] and address in str(letter["To"]) and found:
                    return re.sub(r"^https?://[^/]+", "", found[0])
            time.sleep(0.2)
        raise AssertionError(f"no letter with {containing} reached {address}")

    def close(self) -> None:
        """Close all browsers."""
        for page in self._pages:
            page.context.close()

    def _letters(self) -> list[EmailMessage]:
        folder: Path = self._site.folder / ".fondaco" / "mail"
        return [
            email.message_from_bytes(file.read_bytes(), policy=default)  # type: ignore[arg-type]
            for file in sorted(folder.glob("*.eml"))
        ]


def _wrong(message: ConsoleMessage) -> bool:
    """422 is how a form says what is wrong with it, 409 what came in between, 403 a closed door."""
    return message.type == "error" and not re.search(r"\b(403|409|422)\b", message.text)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    return body.get_content() if body else ""


def tax_id(nine: str) -> str:
    """An INN of a company: nine digits and the one that checks them."""
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(w * int(d) for w, d in zip(weights, nine, strict=True)) % 11 % 10)
