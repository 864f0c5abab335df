"""Staff move an order by hand, the buyer reads it; who comes second is told; one is cancelled."""

import re
from collections.abc import Callable
from decimal import Decimal

from carts import empty_cart
from demo_site import DemoSite
from people import Persons
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

BUYER = "fomin@zpole.example"
MANAGER = "tikhonov@fondaco.example"
ANOTHER = "admin@fondaco.example"
STOCK = "select coalesce(sum({what}), 0) from fondaco.stock_row s join fondaco.product p"
OF_ARTICLE = " on p.id = s.product_id where p.sku = :article"


def _ordered(buyer: Page) -> str:
    """An order of one line; returns its address."""
    empty_cart(buyer)
    buyer.goto("/search?q=ремень&stock=1")
    buyer.locator("#results tr button[name=only]").first.click()
    expect(buyer.locator("#cart-badge small")).to_be_visible()
    buyer.goto("/checkout")
    expect(buyer.locator("#hold [data-countdown-left]")).to_be_visible()
    buyer.locator("select#field-to").select_option(index=1)
    buyer.click("form[action='/checkout'] button[type=submit]")
    buyer.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    return buyer.url.partition("?")[0]


def _step(staff: Page, order: str, to: str, said: str = "") -> None:
    """One step, from the order's page; in the menu where it is not the usual one."""
    staff.goto(order)
    link = staff.locator(f"a[href$='/move?to={to}']")
    if not link.is_visible():
        staff.click(".page-actions [data-bs-toggle=dropdown]:has-text('шаг')")
    link.click()
    if said:
        staff.fill("[name=said]", said)
    staff.click("form[action$='/move'] button[type=submit]")
    staff.wait_for_url(order)


def test_an_order_goes_its_way_and_its_goods_leave_with_it(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    buyer, manager = persons.signed_in(BUYER), persons.signed_in(MANAGER)
    order = _ordered(buyer)
    article = buyer.locator("[data-copy]").first.get_attribute("data-copy")
    on_hand, reserved = (_sum(site, what, article) for what in ("s.on_hand", "s.reserved"))

    manager.goto("/orders?state=placed")
    expect(manager.locator(f"main a[href$='{order.rpartition('/')[2]}']").first).to_be_visible()
    _step(manager, order, "confirmed", "Соберём к вечеру")
    shoot(manager, "order-of-staff")
    _step(manager, order, "picking")
    _step(manager, order, "shipped", "Водитель Иванов, +7 900 000-00-00")

    buyer.goto(order)
    expect(buyer.locator("main")).to_contain_text("Соберём к вечеру")
    expect(buyer.locator("main")).to_contain_text("Заказ отгружен")
    expect(buyer.locator("main")).to_contain_text("Водитель Иванов")
    shoot(buyer, "order-shipped")
    left, held = (_sum(site, what, article) for what in ("s.on_hand", "s.reserved"))
    assert on_hand - left == reserved - held > 0


def test_who_comes_second_is_told_who_was_first(persons: Persons, shoot: Shoot) -> None:
    buyer, manager = persons.signed_in(BUYER), persons.signed_in(MANAGER)
    admin = persons.signed_in(ANOTHER)
    order = _ordered(buyer)
    admin.goto(f"{order}/move?to=cancelled")
    _step(manager, order, "confirmed")
    admin.fill("[name=said]", "Покупатель передумал")
    admin.click("form[action$='/move'] button[type=submit]")
    expect(admin.locator("main")).to_contain_text("Вас опередили")
    expect(admin.locator("main")).to_contain_text("Тихонов")


def test_a_cancelled_order_says_why_and_lets_its_goods_go(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    buyer, manager = persons.signed_in(BUYER), persons.signed_in(MANAGER)
    order = _ordered(buyer)
    article = buyer.locator("[data-copy]").first.get_attribute("data-copy")
    held = _sum(site, "s.reserved", article)

    manager.goto(f"{order}/move?to=cancelled")
    manager.click("form[action$='/move'] button[type=submit]")
    expect(manager.locator("[name=said]")).to_have_attribute("aria-invalid", "true")
    manager.goto(f"{order}/move?to=cancelled")
    shoot(manager, "order-cancel-question")
    manager.fill("[name=said]", "Товар снят с производства")
    manager.click("form[action$='/move'] button[type=submit]")
    manager.wait_for_url(order)

    buyer.goto(order)
    expect(buyer.locator("main")).to_contain_text("Товар снят с производства")
    assert _sum(site, "s.reserved", article) < held


def _sum(site: DemoSite, what: str, article: str | None) -> Decimal:
    return Decimal(site.ask_sql(STOCK.format(what=what) + OF_ARTICLE, article=article))
