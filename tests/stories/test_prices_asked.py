"""1C of the demo is asked before the order: confirmed, different by line, and asleep."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from carts import at_rest, take_discs
from demo_site import DemoSite
from people import Persons
from playwright.sync_api import Page, expect

ORDER = re.compile(r"/orders/[0-9a-f-]{36}")
Shoot = Callable[[Page, str], None]
RESTED = """
    select coalesce(max(placed_at) < now() - interval '31 s', true) from fondaco.customer_order
"""


@pytest.fixture
def awake(site: DemoSite) -> Iterator[None]:
    """1C answers, until the test is over."""
    site.erp("wake")
    # Whoever has asked it in its sleep leaves it alone for half a minute.
    while not site.ask_sql(RESTED):
        time.sleep(1)
    yield
    site.erp("sleep")


def _to_checkout(site: DemoSite, page: Page, payment: str = "credit_limit") -> str:
    """Two kinds of disc on the page of the checkout; the article of the first.

    1C has enough of them too, whatever other stories have left.
    """
    take_discs(page, 2)
    page.goto("/cart")
    articles = page.locator("th.cell-article .article").all_inner_texts()
    for article in articles:
        site.erp("count", article.strip(), "200")
    page.goto("/checkout")
    if page.locator("select#field-to").count():
        page.select_option("#field-to", index=1)
    else:
        page.locator("input[name=to][value^='outlet:']").first.check(force=True)
    at_rest(page)
    page.check(f"input[name=payment][value={payment}]", force=True)
    return articles[0].strip()


def _press(page: Page) -> None:
    page.click("form[action='/checkout'] button[type=submit]")


def _press_until_ordered(page: Page) -> None:
    """1C that has just woken tells of its stock too, and what is news between two presses is named
    as well: then the next one orders."""
    for _ in range(3):
        shown = page.locator("#differences").inner_text()
        with page.expect_navigation():
            _press(page)
        if ORDER.search(page.url):
            return
        assert page.locator("#differences").count(), page.locator("#main").inner_text()
        assert page.locator("#differences").inner_text() != shown
    raise AssertionError(page.locator("#main").inner_text())


def test_a_price_that_changed_in_1c_is_named_and_the_second_press_orders_at_it(
    awake: None, site: DemoSite, persons: Persons, shoot: Shoot
) -> None:
    page = persons.signed_in("sokolov@avtostan.example")
    article = _to_checkout(site, page)
    orders = site.ask_sql("select count(*) from fondaco.customer_order")
    assert article in site.erp("reprice", article, "7")[0]
    _press(page)
    # 1C may have less of it than the portal as well, and then its term is a row of its own.
    differences = page.locator("#differences tr", has_text=article)
    expect(differences.filter(has_text="цена")).to_be_visible()
    assert site.ask_sql("select count(*) from fondaco.customer_order") == orders
    _press_until_ordered(page)
    expect(page.locator("#main")).to_contain_text("подтверждены 1С")
    shoot(page, "asked-confirmed")


def test_asleep_the_order_rests_on_the_last_known_values_and_is_confirmed_when_it_wakes(
    site: DemoSite, page: Page, shoot: Shoot
) -> None:
    # An order that is paid beforehand stays with 1C until its money comes.
    _to_checkout(site, page, "invoice")
    _press(page)
    page.wait_for_url(ORDER)
    expect(page.locator("#main")).to_contain_text("1С не отвечала")
    shoot(page, "asked-asleep")
    site.erp("wake")
    try:
        _until(page, lambda: "1С не отвечала" not in page.locator("#main").inner_text())
    finally:
        site.erp("sleep")
    expect(page.locator("#main")).to_contain_text("подтвердила")
    shoot(page, "asked-woken")


def test_a_price_that_is_found_late_is_accepted_with_one_button(
    site: DemoSite, page: Page, shoot: Shoot
) -> None:
    # What is paid beforehand waits for its money, so that nobody picks it meanwhile.
    article = _to_checkout(site, page, "invoice")
    _press(page)
    page.wait_for_url(ORDER)
    site.erp("reprice", article, "9")
    site.erp("wake")
    try:
        _until(page, lambda: page.locator("#prices").count() == 1)
    finally:
        site.erp("sleep")
    expect(page.locator("#prices th", has_text=article)).to_be_visible()
    shoot(page, "late-price")
    button = page.locator("form[action$='/prices/accept'] button")
    total = button.inner_text().rpartition("на ")[2].strip()
    button.click()
    expect(page.locator("#prices")).to_have_count(0)
    expect(page.locator("#main")).to_contain_text("Цены 1С приняты")
    expect(page.locator("#main")).to_contain_text(total)
    shoot(page, "late-price-accepted")


def _until(page: Page, seen: Callable[[], bool]) -> None:
    """Look at the page again and again until it shows what is waited for."""
    end = time.monotonic() + 200
    while not seen():
        assert time.monotonic() < end, page.locator("#main").inner_text()
        page.wait_for_timeout(1000)
        page.goto(page.url.partition("?")[0])
