"""The main job in a browser, on the demo of one command: list, cart, quote, order, invoice."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from demo_site import DemoSite
from playwright.sync_api import Download, Page, expect

from fondaco.testing.pdf import text_of


def _upload(page: Page, file: Path) -> float:
    """Drop a list on the quick-order page; returns the seconds until it is answered."""
    page.goto("/quick-order")
    started = time.monotonic()
    page.set_input_files("input[type=file][name=file]", file)
    page.wait_for_url(re.compile(r"/quick-order/[0-9a-f-]{36}"))
    return time.monotonic() - started


def _pdf(download: Download) -> str:
    return text_of(download.path().read_bytes())


def test_a_list_of_500_becomes_an_order_with_an_invoice(
    page: Page, site: DemoSite, shoot: Callable[[Page, str], None]
) -> None:
    seconds = _upload(page, site.clean_list)
    print(f"500 rows answered after {seconds:.2f} s")
    shoot(page, "quick-order")
    page.click("#to-cart button[type=submit]")
    page.wait_for_url(re.compile(r"/cart"))
    assert page.locator("[data-line], tbody tr").count() >= 300
    shoot(page, "cart")

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
    shoot(page, "checkout")
    page.select_option("#field-to", index=1)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"), timeout=30_000)
    number = page.locator("h1").inner_text()
    assert re.search(r"\d{2}-\d{6}", number)
    invoice = page.locator("a[href*='/documents/'][href$='/file']").first
    expect(invoice).to_be_visible(timeout=40_000)
    shoot(page, "order")
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
