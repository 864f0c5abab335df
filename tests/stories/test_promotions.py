"""A promo code in a browser: typed into the cart, on the order, and in the staff's journal."""

import re
from collections.abc import Callable

from carts import take_discs
from demo_site import DemoSite
from playwright.sync_api import Browser, Page, expect

Shoot = Callable[[Page, str], None]

CODE = "spring"
NAME = "Весенний промокод"


def _fill_cart(page: Page) -> None:
    """Over 20,000 roubles of what is there."""
    take_discs(page, 4)
    page.goto("/cart")
    remove = page.locator("tr.is-refused button[formaction$='/remove']")
    while refused := remove.count():
        remove.first.click()
        expect(remove).to_have_count(refused - 1)


def test_a_code_lowers_the_order_and_is_explained_to_the_end(
    page: Page, browser: Browser, site: DemoSite, shoot: Shoot
) -> None:
    _fill_cart(page)
    total = page.locator("#cart-sums .money-large")
    before = total.inner_text()
    page.fill("#field-code", CODE)
    page.keyboard.press("Enter")
    expect(page.locator("#cart-sums")).to_contain_text("Скидка на заказ")
    expect(page.locator("#promo-code")).to_contain_text("Промокод применён")
    expect(total).not_to_have_text(before)
    shoot(page, "promo-cart")
    page.locator(".cell-price [data-why]").first.click()
    expect(page.locator("#why-panel")).to_contain_text(f"Акция «{NAME}» по промокоду")
    page.keyboard.press("Escape")

    page.goto("/checkout")
    page.select_option("#field-to", index=1)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"), timeout=30_000)
    shoot(page, "promo-order")
    page.locator("#order-lines td [data-why]").first.click()
    expect(page.locator("#why-panel")).to_contain_text("Сумма строки")
    number = re.search(r"\d{2}-\d{6}", page.locator("h1").inner_text())
    assert number

    staff = browser.new_context(base_url=site.address).new_page()
    staff.goto("/login?next=/staff/promotions")
    staff.fill("#email", "admin@fondaco.example")
    staff.fill("#password", "fondaco")
    staff.click("form[action='/login'] button[type=submit]")
    staff.wait_for_url(re.compile(r"/staff/promotions$"))
    shoot(staff, "promo-list")
    staff.click(f"text={NAME}")
    expect(staff.locator("#promotion-uses")).to_contain_text(number[0])
    shoot(staff, "promo-campaign")
    staff.context.close()
