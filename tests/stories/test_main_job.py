"""The main job in a browser, on the demo of one command: list, cart, quote, order, invoice.

Screenshots go to `SCREENSHOTS`, where it is set, to be looked at.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_site import DemoSite, demo_site, site_folder
from playwright.sync_api import Browser, Download, Page, expect, sync_playwright
from pypdf import PdfReader

CHROMIUM = shutil.which("chromium")
BUYER = "sokolov@avtostan.example"
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("stories"),
]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """One demo for all stories of this file."""
    with site_folder() as folder, demo_site(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture
def page(site: DemoSite, browser: Browser) -> Iterator[Page]:
    """A signed-in buyer; any error in the browser's console fails the test."""
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    found = context.new_page()
    problems: list[str] = []
    found.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.goto("/login?next=/orders")
    found.fill("#email", BUYER)
    found.fill("#password", "fondaco")
    found.click("form[action='/login'] button[type=submit]")
    found.wait_for_url(re.compile(r"/orders$"))
    yield found
    context.close()
    assert problems == []


def _shoot(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for locale in ("ru", "en"):
            page.goto(f"/locale/{locale}?next={page.url.removeprefix(_origin(page))}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=Path(folder) / f"{name}-{width}-{locale}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/locale/ru?next={page.url.removeprefix(_origin(page))}")


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _upload(page: Page, file: Path) -> float:
    """Drop a list on the quick-order page; returns the seconds until it is answered."""
    page.goto("/quick-order")
    started = time.monotonic()
    page.set_input_files("input[type=file][name=file]", file)
    page.wait_for_url(re.compile(r"/quick-order/[0-9a-f-]{36}"))
    return time.monotonic() - started


def _pdf(download: Download) -> str:
    path = download.path()
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_a_list_of_500_becomes_an_order_with_an_invoice(page: Page, site: DemoSite) -> None:
    seconds = _upload(page, site.clean_list)
    print(f"500 rows answered after {seconds:.2f} s")
    _shoot(page, "quick-order")
    page.click("#to-cart button[type=submit]")
    page.wait_for_url(re.compile(r"/cart"))
    assert page.locator("[data-line], tbody tr").count() >= 300
    _shoot(page, "cart")

    page.click("form[action='/cart/quote'] .dropdown-toggle")
    page.click("form[action='/cart/quote'] button[value=pdf]")
    page.wait_for_url(re.compile(r"/documents/"))
    link = page.locator("a[href$='/file']").first
    expect(link).to_be_visible(timeout=40_000)
    with page.expect_download() as quote:
        link.click()
    assert "Автостан" in _pdf(quote.value)

    page.goto("/cart")
    _drop_refused_lines(page)
    page.click("a[href='/checkout']")
    page.wait_for_url(re.compile(r"/checkout"))
    _shoot(page, "checkout")
    page.select_option("#field-to", index=1)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"), timeout=30_000)
    number = page.locator("h1").inner_text()
    assert re.search(r"\d{2}-\d{6}", number)
    invoice = page.locator("a[href*='/documents/'][href$='/file']").first
    expect(invoice).to_be_visible(timeout=40_000)
    _shoot(page, "order")
    with page.expect_download() as downloaded:
        page.locator("a[href*='/documents/'][href$='/file']").first.click()
    text = _pdf(downloaded.value)
    assert "Счёт на оплату" in text
    assert "5098004174" in text


def test_a_buyers_own_file_is_answered_in_four_groups(page: Page, site: DemoSite) -> None:
    _upload(page, site.dirty_list)
    body = page.locator("main").inner_text()
    assert re.search(r"не найден", body, re.IGNORECASE)
    assert page.locator("#to-cart button[type=submit]").is_enabled()


def _drop_refused_lines(page: Page) -> None:
    """Take out what the checks refuse, as a buyer in a hurry would."""
    remove = "form[action$='/remove'] button, button[formaction$='/remove']"
    while page.locator("tr.is-refused").count():
        page.locator("tr.is-refused").first.locator(remove).first.click()
        page.wait_for_load_state("networkidle")
