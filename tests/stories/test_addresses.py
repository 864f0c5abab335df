"""Addresses in a browser: chosen by keyboard, added at the checkout, kept by the administrator."""

from collections.abc import Callable

from carts import empty_cart
from people import Persons
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]


def test_an_address_is_chosen_by_keyboard_and_added_at_the_checkout(
    persons: Persons, shoot: Shoot
) -> None:
    page = persons.signed_in("sokolov@avtostan.example")
    empty_cart(page)
    page.goto("/search?q=фильтр")
    page.locator("#results button[name=only]").first.click()
    expect(page.locator("#cart-badge small")).to_be_visible()
    page.goto("/checkout")
    page.locator("#targets summary").click()
    box = page.locator("#field-new_address")
    box.press_sequentially("rfpf", delay=20)
    options = page.locator(".suggest [role=option]")
    expect(options).to_have_count(1)
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggest-1")
    box.press("Enter")
    expect(box).to_have_value("Респ Татарстан, г Казань, ")
    expect(options).to_have_count(1)
    expect(page.locator(".suggest")).to_be_hidden()
    expect(box).to_be_focused()

    page.locator("#targets button[formaction='/checkout/address']").click()
    expect(page.locator("#field-new_address-error")).to_contain_text("нет номера дома")
    box.press("End")
    box.press_sequentially(" ул Баумана, д 7")
    page.locator("#targets button[formaction='/checkout/address']").click()
    chosen = page.locator("[name=to]:checked, select[name=to] option:checked")
    expect(chosen).to_have_count(1)
    expect(page.locator("#targets")).to_contain_text("г Казань, ул Баумана, д 7")
    page.locator("#targets summary").click()
    page.locator("#field-new_address").press_sequentially("моск")
    expect(options).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".suggest")).to_be_hidden()
    shoot(page, "checkout-address")
    empty_cart(page)


def test_a_choice_by_mouse_and_a_site_without_a_service(persons: Persons, shoot: Shoot) -> None:
    boss = persons.signed_in("gromov@avtostan.example", to="/company/addresses")
    boss.locator("#field-address").press_sequentially("Самар")
    boss.locator(".suggest [role=option]").first.click()
    expect(boss.locator("#field-address")).to_have_value("г Самара, ")
    shoot(boss, "company-addresses")

    guest = persons.stranger()
    guest.goto("/register")
    # Nobody is set up to be asked, so nothing is offered that would not work.
    expect(guest.locator("#field-tax_id")).to_be_visible()
    expect(guest.locator("#fill")).to_have_count(0)
    shoot(guest, "register")
