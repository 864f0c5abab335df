"""Who presses while the delivery is counted orders at the sum that the button showed, or not."""

import re

from carts import at_rest, take_discs
from demo_site import DemoSite
from playwright.sync_api import Page, expect

ORDERS = "select count(*) from fondaco.customer_order"
# In one turn of the browser, so that nothing can have been counted before the press.
PRESS = """
chosen => {
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("send-order").click();
}
"""
CHOOSE_AND_PRESS = """
chosen => {
  chosen.click();
  document.getElementById("send-order").click();
}
"""


def _ready(page: Page) -> None:
    take_discs(page, 2)
    page.goto("/checkout")
    page.locator("input[name=to][value^='outlet:']").first.check(force=True)
    at_rest(page)
    page.check("input[name=payment][value=invoice]", force=True)
    at_rest(page)


def test_a_press_waits_until_the_costs_have_come_and_counts_if_the_sum_stays(
    site: DemoSite, page: Page
) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    page.locator("input[name=to]:checked").evaluate(PRESS)
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    assert site.ask_sql(ORDERS) == orders + 1


def test_another_sum_is_looked_at_first(site: DemoSite, page: Page) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    button = page.locator("#send-order")
    before = button.inner_text()
    page.locator("input[name=to][value^='place:']").first.evaluate(CHOOSE_AND_PRESS)
    expect(button).not_to_have_text(before)
    at_rest(page)
    expect(button).not_to_have_class(re.compile("btn-loading"))
    expect(page).to_have_url(re.compile("/checkout$"))
    assert site.ask_sql(ORDERS) == orders
