"""Who presses while the delivery is counted orders at the sum that the button showed, or not."""

import re

from carts import at_rest, take_discs
from demo_site import DemoSite
from playwright.sync_api import Page, expect

ORDERS = "select count(*) from fondaco.customer_order"
# The field is a list where there are many targets, and cards where there are few.
CHOOSE = """
way => {
  const list = document.querySelector("select#field-to");
  const options = list ? [...list.options] : [...document.querySelectorAll("input[name=to]")];
  const chosen = options.find((option) => option.value.startsWith(way));
  if (list) list.value = chosen.value;
  else chosen.checked = true;
  (list ?? chosen).dispatchEvent(new Event("change", { bubbles: true }));
}
"""
# In one turn of the browser, so that nothing can have been counted before the press.
CHOOSE_AND_PRESS = f"""
way => {{
  ({CHOOSE})(way);
  document.getElementById("send-order").click();
}}
"""


def _ready(page: Page) -> None:
    take_discs(page, 2)
    page.goto("/checkout")
    page.evaluate(CHOOSE, "outlet:")
    at_rest(page)
    page.check("input[name=payment][value=invoice]", force=True)
    at_rest(page)


def test_a_press_waits_until_the_costs_have_come_and_counts_if_the_sum_stays(
    site: DemoSite, page: Page
) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    page.evaluate(CHOOSE_AND_PRESS, "outlet:")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    assert site.ask_sql(ORDERS) == orders + 1


def test_another_sum_is_looked_at_first(site: DemoSite, page: Page) -> None:
    _ready(page)
    orders = site.ask_sql(ORDERS)
    button = page.locator("#send-order")
    before = button.inner_text()
    page.evaluate(CHOOSE_AND_PRESS, "place:")
    expect(button).not_to_have_text(before)
    at_rest(page)
    expect(button).not_to_have_class(re.compile("btn-loading"))
    expect(page).to_have_url(re.compile("/checkout$"))
    assert site.ask_sql(ORDERS) == orders
