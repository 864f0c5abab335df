"""1C sleeps while a buyer orders; it wakes, takes the order once, and moves it on."""

import re
import time
from collections.abc import Callable

import pytest
from carts import at_rest, take_discs
from demo_site import ROUND_SECONDS, DemoSite
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]


def _order(page: Page) -> tuple[str, str]:
    """The address of the new order's page, and its number."""
    take_discs(page, 2)
    page.goto("/checkout")
    if page.locator("select#field-to").count():
        page.select_option("#field-to", index=1)
    else:
        page.locator("input[name=to][value^='outlet:']").first.check(force=True)
    at_rest(page)
    # What is paid beforehand would wait for its money.
    page.check("input[name=payment][value=credit_limit]", force=True)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    address = page.url.partition("?")[0]
    page.goto(address)
    number = re.search(r"\d[\d-]*\d", page.locator("h1").first.inner_text())
    assert number
    return address, number[0]


def _until(page: Page, said: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while page.locator(".chip", has_text=said).count() == 0:
        assert time.monotonic() < end, (
            f"{said!r} has not come: {page.locator('#main').inner_text()}"
        )
        page.wait_for_timeout(300)
        page.reload()


@pytest.fixture
def sleeping(site: DemoSite) -> None:
    """1C is asleep and knows of nothing."""
    assert site.erp("status")[:2] == ["asleep", "orders: 0, untold changes: 0"]


def test_an_order_of_the_night_reaches_1c_when_it_wakes(
    sleeping: None, site: DemoSite, page: Page, shoot: Shoot
) -> None:
    address, number = _order(page)
    # Awake, it would have taken the order in the first of these rounds.
    page.wait_for_timeout(4 * ROUND_SECONDS * 1000)
    assert site.erp("status")[1] == "orders: 0, untold changes: 0"
    page.reload()
    expect(page.locator("#main")).not_to_contain_text("отгружен")
    shoot(page, "asleep-order")

    assert site.erp("wake")[0] == "awake"
    try:
        _until(page, "отгружен")
    finally:
        site.erp("sleep")
    assert site.erp("status")[1] == "orders: 1, untold changes: 0"
    expect(page.locator("#main")).to_contain_text(number)
    shoot(page, "awake-order")
    confirmed = site.ask_sql(
        "select count(*) from fondaco.outbox"
        " where type = 'order.state_changed.v1' and payload->>'after' = 'confirmed'"
    )
    assert confirmed == 1
    waiting = "select count(*) from plugin_erp_1c.order_sync where version > confirmed"
    assert site.ask_sql(waiting) == 0
    assert page.url == address
