"""A session ends while a form is being filled in: what was typed comes back to who typed it."""

from playwright.sync_api import Page, expect

OTHER = "nikitina@avtostan.example"
SELF = "sokolov@avtostan.example"


def _session_ends(page: Page) -> None:
    page.context.clear_cookies(name="sid")


def _sign_in(page: Page, address: str) -> None:
    page.fill("#email", address)
    page.fill("#password", "fondaco")
    page.click("form[action='/login'] button[type=submit]")
    page.wait_for_url("**/search?**")


def _type_and_send(page: Page) -> None:
    page.goto("/search?q=фильтр&stock=1")
    page.locator("#results input[data-quantity]").nth(1).fill("7")
    _session_ends(page)
    page.locator("button[form=shelf]").click()
    page.wait_for_url("**/login?next=/search**")


def test_what_was_typed_comes_back_after_signing_in_again(page: Page) -> None:
    _type_and_send(page)
    _sign_in(page, SELF)
    quantity = page.locator("#results input[data-quantity]").nth(1)
    expect(quantity).to_have_value("7")
    expect(page.locator("#toasts")).to_contain_text("Вернули то, что вы ввели")
    page.reload()
    expect(quantity).to_have_value("")


def test_nobody_else_gets_it(page: Page) -> None:
    _type_and_send(page)
    _sign_in(page, OTHER)
    expect(page.locator("#results input[data-quantity]").nth(1)).to_have_value("")
    expect(page.locator("#toasts .toast")).to_have_count(0)
