"""Who presses while the delivery is counted orders at the sum that the button showed, or not."""

import re
import time

from carts import at_rest, take_discs
from demo_site import DemoSite
from playwright.sync_api import Page, Route, expect

ORDERS = "select count(*) from fondaco.customer_order"
SLOW_SECONDS = 1.5


def _ready(page: Page) -> None:
    take_discs(page, 2)
    page.goto("/checkout")
    page.locator("input[name=to][value^='outlet:']").first.check(force=True)
    at_rest(page)
    page.check("input[name=payment][value=invoice]", force=True)
    at_rest(page)

    def slowly(route: Route) -> None:
        time.sleep(SLOW_SECONDS)
        route.continue_()

    page.route(re.compile("/checkout/costs"), slowly)


def _press(page: Page) -> str:
    """Press the button, whose words are returned; they ask for no second thought."""
    words = page.locator("#send-order").inner_text()
    page.evaluate("document.getElementById('send-order').click()")
    return words


def test_a_press_waits_until_the_costs_have_come_and_counts_if_the_sum_stays(
    site: DemoSite, page: Page
) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    page.locator("input[name=to]:checked").dispatch_event("change", {"bubbles": True})
    _press(page)
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    assert site.ask_sql(ORDERS) == orders + 1


def test_another_sum_is_looked_at_first(site: DemoSite, page: Page) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    offers = page.locator("#bring input[type=radio]:not(:checked):not(:disabled)")
    offers.first.check(force=True)
    before = _press(page)
    expect(page.locator("#send-order")).not_to_have_text(before)
    at_rest(page)
    page.wait_for_timeout(500)
    expect(page).to_have_url(re.compile("/checkout$"))
    expect(page.locator("#send-order")).not_to_have_class(re.compile("btn-loading"))
    assert site.ask_sql(ORDERS) == orders
