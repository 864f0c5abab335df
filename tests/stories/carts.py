"""The cart of a story's buyer, made ready."""

import re

from playwright.sync_api import Page, expect


def empty_cart(page: Page) -> None:
    """Open the cart and take everything out that an earlier story left."""
    page.goto("/cart")
    clear = page.locator("[hx-post='/cart/clear']")
    if clear.count():
        clear.first.click()
        expect(page.locator(".empty-state")).to_be_visible()


def take_discs(page: Page, kinds: int) -> None:
    """Into an empty cart: four packs each of so many kinds of disc that are in stock."""
    empty_cart(page)
    page.goto("/search?q=диск&stock=1")
    quantities = page.locator("#results input[data-quantity]")
    for number in range(kinds):
        step = int(float(quantities.nth(number).get_attribute("step") or "1"))
        quantities.nth(number).fill(str(step * 4))
    page.locator("button[form=shelf]").click()
    expect(page.locator("#cart-badge small")).to_have_text(re.compile(rf"^{kinds}\D"))


def at_rest(page: Page) -> None:
    """Every part that was asked for has come."""
    expect(page.locator(".htmx-request")).to_have_count(0)
