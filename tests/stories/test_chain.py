"""A chain becomes a customer: two legal entities, five outlets, people bound to them, own prices.

One story in chapters; each goes on where the one before it ended.
"""

import re
from collections.abc import Callable

import pytest
from people import PASSWORD, Persons, tax_id
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

pytestmark = pytest.mark.chapters

DIRECTOR = "director@vesta.example"
NORTH = "north@vesta.example"
SOUTH = "south@vesta.example"
APPROVER = "approver@vesta.example"
OUTLETS = ("Север", "Юг", "Запад", "Восток", "Центр")


def _submit(page: Page, action: str) -> None:
    page.click(f"form[action$='{action}'] button[type=submit]")


def _card(page: Page) -> None:
    page.goto("/staff/customers?q=Веста")
    page.locator("#main a", has_text="Веста").first.click()
    page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))


def test_a_chain_registers_and_waits(persons: Persons, shoot: Shoot) -> None:
    page = persons.stranger()
    page.goto("/register")
    page.fill("#field-tax_id", "1234567890")
    page.fill("#field-name", "ООО «Веста Сервис»")
    _submit(page, "/register")
    expect(page.locator("#field-tax_id-error")).to_be_visible()
    expect(page.locator("#field-name")).to_have_value("ООО «Веста Сервис»")
    page.goto("/register")
    shoot(page, "chain-register")
    page.fill("#field-tax_id", tax_id("779800411"))
    page.fill("#field-kpp", "779801001")
    page.fill("#field-name", "ООО «Веста Сервис»")
    page.fill("#field-person", "Орлова Вера")
    page.fill("#field-email", DIRECTOR)
    page.fill("#field-phone", "+7 495 000-00-11")
    _submit(page, "/register")
    expect(page.locator("body")).to_contain_text(DIRECTOR)
    page.goto(persons.link_to(DIRECTOR, "/reset"))
    page.fill("#field-password", PASSWORD)
    _submit(page, "/reset")
    page = persons.signed_in(DIRECTOR, PASSWORD, to="/waiting")
    shoot(page, "chain-waiting")
    page.goto("/search?q=диск")
    expect(page.locator("input[data-quantity]")).to_have_count(0)


def test_the_manager_accepts_it(persons: Persons, shoot: Shoot) -> None:
    page = persons.signed_in("kovaleva@fondaco.example", to="/staff/customers")
    shoot(page, "chain-customers")
    _card(page)
    shoot(page, "chain-card-applied")
    card = page.url
    page.goto(f"{card}/refuse")
    shoot(page, "chain-refuse")
    page.goto(f"{card}/accept")
    page.fill("#field-number", "В-1")
    page.select_option("#field-list_1", index=2)
    shoot(page, "chain-accept")
    page.select_option("#field-list_1", index=2)
    page.fill("#field-payment_days", "14")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))
    page.click("a[href$='/entities/new']")
    page.fill("#field-tax_id", tax_id("779800412"))
    page.fill("#field-kpp", "779801001")
    page.fill("#field-name", "ООО «Веста Логистика»")
    page.click("form.card button[type=submit]")
    page.click("a[href$='/agreements/new']")
    page.select_option("#field-entity", label="ООО «Веста Логистика»")
    page.select_option("#field-list_1", index=2)
    page.click("form.card button[type=submit]")
    for name in OUTLETS:
        page.click("a[href$='/outlets/new']")
        page.fill("#field-name", name)
        page.fill("#field-address", f"Москва, ул. {name}ная, д. 1")
        page.click("form.card button[type=submit]")
        page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))
    shoot(page, "chain-card")


def test_buyers_are_invited_and_bound_to_outlets(persons: Persons, shoot: Shoot) -> None:
    page = persons.signed_in(DIRECTOR, PASSWORD, to="/company/people")
    for address, role, outlets in (
        (NORTH, "buyer", ("Север",)),
        (SOUTH, "buyer", ()),
        (APPROVER, "approver", ()),
    ):
        page.goto("/company/people/invite")
        page.fill("#field-email", address)
        page.fill("#field-name", address.partition("@")[0].title())
        for box in page.locator("input[name=roles]:checked").all():
            box.uncheck()
        page.check(f"input[name=roles][value={role}]")
        if outlets:
            page.check("input[name=which][value=some]")
            for outlet in outlets:
                page.locator("#field-outlets label", has_text=outlet).locator("input").check()
        _submit(page, "/invite")
        page.wait_for_url(re.compile(r"/company/people$"))
    shoot(page, "chain-people")
    page.goto("/company/people/invite")
    shoot(page, "chain-invite")
    for address in (NORTH, SOUTH, APPROVER):
        invited = persons.stranger()
        invited.goto(persons.link_to(address, "/invitation"))
        if address == NORTH:
            shoot(invited, "chain-invitation")
        invited.fill("#field-password", PASSWORD)
        _submit(invited, "/invitation")
        invited.wait_for_url(re.compile(r"^(?!.*invitation)"))
    page.goto("/company/people")
    expect(page.locator("#main")).to_contain_text("North")
    shoot(page, "chain-people-joined")


def _to_products(page: Page) -> None:
    page.goto("/search?q=фильтр&stock=1")


def _fill(page: Page, words: str) -> None:
    """Four lines of what there is, and nothing that cannot be ordered."""
    page.goto(f"/search?q={words}&stock=1")
    quantities = page.locator("#results input[data-quantity]")
    for number in range(4):
        step = int(float(quantities.nth(number).get_attribute("step") or "1"))
        quantities.nth(number).fill(str(step * 10))
    page.locator("button[form=shelf]").click()
    expect(page.locator("#cart-badge small")).to_be_visible()
    page.goto("/cart")
    _drop_refused(page)


def _drop_refused(page: Page) -> None:
    refused = page.locator("tr.is-refused button[formaction$='/remove']")
    while left := refused.count():
        refused.first.click()
        expect(refused).to_have_count(left - 1)


def test_a_price_agreed_with_the_chain_explains_itself(persons: Persons, shoot: Shoot) -> None:
    buyer = persons.signed_in(SOUTH, PASSWORD)
    _to_products(buyer)
    product = buyer.locator("#results a[href^='/products/']:not([data-why])").first.get_attribute(
        "href"
    )
    assert product
    buyer.goto(product)
    article = buyer.locator("[data-copy]").first.get_attribute("data-copy")
    assert article

    head = persons.signed_in("belov@fondaco.example", to="/staff/customers")
    _card(head)
    head.click("a[href^='/staff/prices/']")
    head.click("a[href$='/price']")
    head.fill("#field-article", article)
    head.fill("#field-price", "0")
    head.click("form.card button[type=submit]")
    expect(head.locator("#field-price-error")).to_be_visible()
    head.fill("#field-price", "321,45")
    head.click("form.card button[type=submit]")
    expect(head.locator("#main")).to_contain_text("321,45")
    shoot(head, "chain-prices")

    buyer.reload()
    expect(buyer.locator("#main")).to_contain_text("321,45")
    buyer.locator(".buy-price [data-why]").first.click()
    expect(buyer.locator("#why-panel")).to_contain_text("Индивидуальная цена компании")


def test_a_promotion_and_a_status_exclude_each_other_and_points_pay(
    persons: Persons, shoot: Shoot
) -> None:
    staff = persons.signed_in("admin@fondaco.example", to="/p/loyalty/customers")
    staff.locator("#main a", has_text="Веста").first.click()
    staff.select_option("#field-tier", index=1)
    staff.fill("#field-status_reason", "Сеть с пятью точками")
    _submit(staff, "/status")
    expect(staff.locator("#loyalty-given")).to_contain_text("Сеть с пятью точками")
    staff.fill("#field-amount", "500")
    staff.fill("#field-reason", "Приветственные бонусы")
    _submit(staff, "/points")
    shoot(staff, "chain-loyalty")
    staff.goto("/staff/promotions/new")
    staff.fill("#field-name_ru", "Неделя сети")
    staff.fill("#field-name_en", "Week of the chain")
    staff.fill("#field-value", "9")
    staff.fill("#field-companies", "ООО «Веста Сервис»")
    _submit(staff, "/staff/promotions/new")
    expect(staff.locator("h1")).to_contain_text("Неделя сети")

    buyer = persons.signed_in(SOUTH, PASSWORD)
    _fill(buyer, "фильтр")
    buyer.goto("/cart")
    buyer.locator(".cell-price [data-why]").last.click()
    expect(buyer.locator("#why-panel")).to_contain_text("Неделя сети")
    expect(buyer.locator("#why-panel")).to_contain_text("Действует более выгодное")
    buyer.keyboard.press("Escape")
    before = buyer.locator("#cart-sums .money-large").inner_text()
    buyer.locator("#cart-points input[name=points]").fill("300")
    buyer.keyboard.press("Enter")
    expect(buyer.locator("#cart-sums .money-large")).not_to_have_text(before)
    shoot(buyer, "chain-points")
    buyer.goto("/loyalty")
    expect(buyer.locator("#main")).to_contain_text("Приветственные бонусы")
    shoot(buyer, "chain-status")


def test_one_order_goes_to_five_outlets(persons: Persons, shoot: Shoot) -> None:
    buyer = persons.signed_in(SOUTH, PASSWORD, to="/cart/outlets")
    buyer.locator("form[action='/cart/outlets/begin'] button").click()
    buyer.locator("#shares-equal > button").click()
    expect(buyer.get_by_role("button", name="Вернуть как было")).to_be_visible()
    cell = buyer.locator("input[data-share]").first
    shared = cell.input_value()
    for typed, marked in (("99999999999", 1), (shared, 0)):
        cell.fill(typed)
        cell.press("Tab")
        expect(buyer.locator("#shares [aria-invalid]")).to_have_count(marked)
        expect(buyer.locator("#shares-news [data-error-summary]")).to_have_count(marked)
    shoot(buyer, "chain-outlets")
    buyer.goto("/cart")
    _drop_refused(buyer)
    buyer.get_by_role("link", name="Оформить заказ").click()
    expect(buyer.locator("#parts tbody tr")).to_have_count(len(OUTLETS))
    shoot(buyer, "chain-checkout")
    buyer.click("#send button[type=submit]")
    expect(buyer.get_by_role("heading", name="5 отгрузок")).to_be_visible()
    shoot(buyer, "chain-order")
    buyer.locator("#order-lines td [data-why]").first.click()
    expect(buyer.locator("#why-panel")).to_contain_text("Прайс-лист")


def test_what_goes_beyond_a_limit_is_approved_by_another(persons: Persons, shoot: Shoot) -> None:
    director = persons.signed_in(DIRECTOR, PASSWORD, to="/company/limits")
    director.goto("/company/limits/new")
    director.select_option("#field-outlet", label="Север")
    director.fill("#field-amount", "100")
    director.click("form.card button[type=submit]")
    expect(director.locator("#main")).to_contain_text("Север")
    shoot(director, "chain-limits")

    buyer = persons.signed_in(NORTH, PASSWORD)
    _fill(buyer, "фильтр")
    buyer.goto("/checkout")
    buyer.locator("input[name=to][value^='outlet:']").first.check(force=True)
    expect(buyer.locator("#send")).to_contain_text("Отправить на согласование")
    expect(buyer.locator("#send")).to_contain_text("Approver")
    shoot(buyer, "chain-over-limit")
    buyer.locator("input[name=to][value^='outlet:']").first.check(force=True)
    expect(buyer.locator("#send")).to_contain_text("Отправить на согласование")
    _submit(buyer, "/checkout")
    buyer.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    order = buyer.url.partition("?")[0]
    expect(buyer.locator("form[action$='/approve']")).to_have_count(0)

    approver = persons.signed_in(APPROVER, PASSWORD, to="/approvals")
    shoot(approver, "chain-approvals")
    approver.locator("#approvals a").first.click()
    approver.wait_for_url(order)
    shoot(approver, "chain-approve")
    _submit(approver, "/approve")
    buyer.goto(order)
    expect(buyer.locator("#main")).not_to_contain_text("Отозвать")


def test_the_manager_acts_on_behalf(persons: Persons, shoot: Shoot) -> None:
    manager = persons.signed_in("kovaleva@fondaco.example", to="/staff/customers")
    _card(manager)
    card = manager.url
    manager.click("form[action$='/act'] button")
    expect(manager.locator(".behalf")).to_contain_text("Веста")
    _to_products(manager)
    shoot(manager, "chain-behalf")
    field = manager.locator("#results input[data-quantity]").first
    field.fill(field.get_attribute("step") or "1")
    manager.locator("button[form=shelf]").click()
    expect(manager.locator("#cart-badge small")).to_have_text(re.compile(r"^1\D"))
    manager.click(".behalf button")
    manager.wait_for_url(card)
    expect(manager.locator("#main")).to_contain_text("Ковалёва")
