"""A lot is put off, then does not come: the buyer is told what becomes of the order, and why.

Staff find the line among those without a day, settle it, and take that back.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from carts import empty_cart
from demo_site import DemoSite
from people import Persons
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

BUYER = "fomin@zpole.example"
HEAD = "admin@fondaco.example"
LOTS = "/staff/sourcing/lots"
ARTICLE = (
    "select p.sku from fondaco.product p join fondaco.stock_row s on s.product_id = p.id"
    " where s.lot <> '' and s.arrives_on is not null order by p.sku limit 1"
)
ONLY_THE_LOT = (
    "update fondaco.stock_row set on_hand = 0 where lot = '' and product_id ="
    " (select id from fondaco.product where sku = :article)"
)
TIME_PASSES = (
    "update fondaco.stock_row set arrives_on = current_date - 1 where arrives_on is not null"
    " and product_id = (select id from fondaco.product where sku = :article)"
)


def _ordered(buyer: Page, article: str) -> str:
    """An order of one line of the article; returns its address."""
    empty_cart(buyer)
    buyer.goto(f"/search?q={article}")
    buyer.locator("#results tr button[name=only]").first.click()
    expect(buyer.locator("#cart-badge small")).to_be_visible()
    buyer.goto("/checkout")
    buyer.locator("select#field-to").select_option(index=1)
    buyer.click("form[action='/checkout'] button[type=submit]")
    buyer.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    return buyer.url.partition("?")[0]


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Moscow")).date()


def _put_off(head: Page, article: str, to: date) -> None:
    """On the page of lots, as staff do."""
    head.goto(LOTS)
    head.locator("tr", has_text=article).locator("a[href*='product=']").first.click()
    head.fill("[name=arrives_on]", to.isoformat())
    head.locator(f"form[action='{LOTS}'] button[type=submit]").click()
    head.wait_for_url(re.compile(re.escape(LOTS) + "$"))


def _wait_for(page: Page, address: str, words: str) -> None:
    """Until the worker has done its part."""
    for _ in range(60):
        page.goto(address)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never said {words!r}: {page.locator('main').inner_text()}")


def test_a_late_lot_plans_the_order_anew_and_tells_the_buyer(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    buyer, head = persons.signed_in(BUYER), persons.signed_in(HEAD)
    article = str(site.ask_sql(ARTICLE))
    site.run_sql(ONLY_THE_LOT, article=article)
    order = _ordered(buyer, article)

    _put_off(head, article, _today() + timedelta(days=20))
    _wait_for(buyer, order, "Срок изменился")
    expect(buyer.locator("main")).to_contain_text("поступление задерживается: было")
    shoot(buyer, "order-dates-moved")
    buyer.locator("a[href$='/why'], button[hx-get$='/why']").first.click()
    expect(buyer.locator("body")).to_contain_text("Обещано раньше")
    shoot(buyer, "order-dates-why")
    persons.link_to(BUYER, order.rpartition("/")[2])
    buyer.goto("/orders")
    expect(buyer.locator("main")).to_contain_text("срок изменился")
    shoot(buyer, "orders-dates-moved")
    buyer.goto(order)
    buyer.click("form[action$='/dates-seen'] button")
    buyer.wait_for_url(order)
    expect(buyer.locator("form[action$='/dates-seen']")).to_have_count(0)

    site.run_sql(TIME_PASSES, article=article)
    head.goto("/staff/undated")
    _put_off(head, article, _today())
    site.run_sql(TIME_PASSES, article=article)
    _look(head)
    _wait_for(head, "/staff/undated", article)
    shoot(head, "staff-undated")
    _wait_for(buyer, order, "нового срока пока нет")
    shoot(buyer, "order-undated")
    head.goto("/staff/undated")
    head.locator("tr", has_text=article).locator("form button").click()
    expect(head.locator(".toast-undo")).to_be_visible()
    shoot(head, "staff-undated-done")
    head.locator(".toast-undo button[type=submit]").click()
    expect(head.locator("main")).to_contain_text(article)


def _look(head: Page) -> None:
    """Press "look again": the task would also run by its schedule."""
    head.evaluate(
        """async () => {
            const token = document.querySelector("meta[name='csrf-token']").content;
            await fetch("/staff/undated/look", {
                method: "POST", headers: {"X-CSRFToken": token}});
        }"""
    )


def test_staff_say_which_branch_serves_an_outlet(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    head = persons.signed_in(HEAD)
    head.goto("/staff/sourcing/outlets")
    shoot(head, "outlets-none")
    head.fill("main [name=q]", "Зауральское")
    head.locator("form[role=search][action$='/outlets'] button").click()
    head.wait_for_url(re.compile(r"\?q="))
    shoot(head, "outlets-found")
    head.locator("tbody a[href*='/outlets/']").first.click()
    head.wait_for_url(re.compile(r"/outlets/[0-9a-f-]{36}$"))
    shoot(head, "outlet")
    head.locator("[name=places]").first.check()
    head.locator("form[action*='/outlets/'] button[type=submit]").click()
    expect(head.locator(".toast-undo")).to_be_visible()
    shoot(head, "outlets-changed")
    head.locator(".toast-undo button[type=submit]").click()
    assert site.ask_sql("select count(*) from plugin_sourcing.branch") == 0
