"""From a word to a cart in a browser: rows with quantities, a product's page, an edit in place."""

import re
from collections.abc import Callable

from carts import empty_cart
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]


def test_rows_of_a_search_go_into_the_cart(page: Page, shoot: Shoot) -> None:
    empty_cart(page)
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("подшипник")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q="))
    rows = page.locator("#results tbody tr")
    assert rows.count() >= 10
    shoot(page, "search")

    quantities = page.locator("#results input[data-quantity]")
    steps = [quantities.nth(n).get_attribute("step") or "1" for n in range(2)]
    for number, step in enumerate(steps):
        quantities.nth(number).fill(step)
    page.locator("button[form=shelf]").click()
    expect(page.locator("#cart-badge small")).to_have_text(re.compile(r"^2\D"))
    expect(page.locator("#results .in-cart")).to_have_count(2)

    brand = page.locator(".branches a[href*='brand=']").first
    name = brand.locator("span").inner_text()
    brand.click()
    page.wait_for_url(re.compile("brand="))
    assert set(page.locator("#results .cell-brand").all_inner_texts()) == {name}


def test_a_products_page_explains_its_price_and_sells(page: Page, shoot: Shoot) -> None:
    empty_cart(page)
    page.goto("/search?q=фильтр")
    page.locator("#results a.name").first.click()
    page.wait_for_url(re.compile(r"/products/[0-9a-f-]{36}"))
    shoot(page, "product")
    page.locator(".buy-price [data-why]").click()
    expect(page.locator("#why-panel .price-steps")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".buy-form button[type=submit]").click()
    expect(page.locator("#cart-badge small")).to_have_text(re.compile(r"^1\D"))


def test_a_quantity_changes_without_loading_the_page(page: Page) -> None:
    empty_cart(page)
    page.goto("/search?q=фильтр")
    page.locator("#results button[name=only]").first.click()
    expect(page.locator("#cart-badge small")).to_have_text(re.compile(r"^1\D"))
    page.goto("/cart")
    page.evaluate("window.sameDocument = true")
    quantity = page.locator("#cart-lines input[data-quantity]").first
    total = page.locator("#cart-sums .money-large")
    before = total.inner_text()
    quantity.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(total).not_to_have_text(before)
    assert page.evaluate("window.sameDocument") is True


def test_nothing_found_says_what_to_do(page: Page, shoot: Shoot) -> None:
    page.goto("/search?q=ццццщщщщ")
    expect(page.locator(".empty-state")).to_be_visible()
    shoot(page, "nothing-found")


def test_suggestions_follow_the_keys(page: Page) -> None:
    page.goto("/orders")
    page.keyboard.press("/")
    page.keyboard.type("gjlib")
    options = page.locator(".suggest [role=option]")
    expect(options.first).to_be_visible()
    expect(page.locator("#site-search")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(page.locator("#site-search")).to_have_value("gjlib")

    page.keyboard.type("gybr")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=gjlibgybr"))
    expect(page.locator(".notice").first).to_contain_text("«подшипник»")

    page.locator("#site-search").fill("подшипник ш")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    href = options.first.locator("a").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{href}$".replace("?", r"\?")))


def test_facets_narrow_and_are_taken_away(page: Page, shoot: Shoot) -> None:
    page.goto("/search?q=подшипник шариковый")
    shoot(page, "facets")
    found = page.locator("#results tbody tr")
    value = page.locator(".shelf-side details .branches a").first
    expected = int(value.locator("small").inner_text())
    value.click()
    page.wait_for_url(re.compile("attr="))
    assert found.count() == min(expected, 48)
    page.locator(".range input[name=price_from]").fill("1")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("price_from=1"))
    assert "attr=" in page.url
    for _ in range(2):
        page.locator(".shelf-set a").first.click()
    expect(page.locator(".shelf-set")).to_have_count(0)
