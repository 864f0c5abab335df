"""Goods are held with a countdown, run out before the buyer's eyes, and go to the next one."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from carts import empty_cart
from demo_site import DemoSite
from people import Persons
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

pytestmark = pytest.mark.chapters

# Pays beforehand, so that the goods of the order too are held for a while only.
HOLDER = "savicki@zuzel.example"
NEXT = "fomin@zpole.example"

LEAVE = """
    update fondaco.stock_row s set on_hand = s.reserved
           + case when s.id = (select min(t.id) from fondaco.stock_row t
                                 join fondaco.place w on w.id = t.place_id
                                where t.product_id = s.product_id and w.pickup)
                  then cast(:free as numeric) else 0 end
     where s.product_id = (select id from fondaco.product where sku = :article)
"""
NEARLY_OVER = """
    update fondaco.reservation r set expires_at = clock_timestamp() + interval '7 seconds'
      from fondaco.stock_row s join fondaco.product p on p.id = s.product_id
     where s.id = r.stock_id and p.sku = :article and r.state = 'held'
       and r.expires_at is not null
"""


@dataclass
class Scarce:
    """An article of which only one of the two can have what both want."""

    article: str
    wanted: int


@pytest.fixture(scope="module")
def holder(persons: Persons) -> Page:
    """Who is first."""
    return persons.signed_in(HOLDER)


@pytest.fixture(scope="module")
def rival(persons: Persons) -> Page:
    """Who wants the same."""
    return persons.signed_in(NEXT)


@pytest.fixture(scope="module")
def scarce(site: DemoSite, holder: Page) -> Scarce:
    """Enough for one of them."""
    holder.goto("/search?q=насос&stock=1")
    row = holder.locator("#results tr", has=holder.locator("input[data-quantity]")).first
    article = row.locator("[data-copy]").first.get_attribute("data-copy")
    step = int(float(row.locator("input[data-quantity]").get_attribute("step") or "1"))
    assert article
    assert site.run_sql(LEAVE, article=article, free=step * 5) > 0
    return Scarce(article, step * 3)


def _put_in(page: Page, scarce: Scarce) -> None:
    empty_cart(page)
    page.fill("form[action='/cart/articles'] [name=article]", scarce.article)
    page.fill("form[action='/cart/articles'] [name=quantity]", str(scarce.wanted))
    page.click("form[action='/cart/articles'] button[type=submit]")
    expect(page.locator("#cart-badge small")).to_be_visible()


def _until_free(page: Page) -> None:
    """The sweep comes every two seconds."""
    end = time.monotonic() + 10
    while page.locator("tr.is-refused").count():
        assert time.monotonic() < end, "the goods were not let go"
        page.wait_for_timeout(500)
        page.reload()


def _order(page: Page) -> str:
    page.goto("/checkout")
    # The notice of the hold comes in above the form and moves it.
    expect(page.locator("#hold [data-countdown-left]")).to_be_visible()
    if page.locator("select#field-to").count():
        page.select_option("#field-to", index=1)
    else:
        page.locator("input[name=to][value^='outlet:']").first.check(force=True)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    return page.url.partition("?")[0]


def test_the_checkout_holds_the_goods_and_others_do_not_get_them(
    holder: Page, rival: Page, scarce: Scarce, shoot: Shoot
) -> None:
    _put_in(holder, scarce)
    holder.goto("/checkout")
    expect(holder.locator("#hold [data-countdown-left]")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    shoot(holder, "hold-checkout")
    _put_in(rival, scarce)
    rival.goto("/cart")
    expect(rival.locator("tr.is-refused")).to_have_count(1)
    shoot(rival, "hold-taken")


def test_the_countdown_ends_and_the_goods_are_free(
    site: DemoSite, holder: Page, rival: Page, scarce: Scarce, shoot: Shoot
) -> None:
    holder.goto("/checkout")
    assert site.run_sql(NEARLY_OVER, article=scarce.article) == 1
    holder.reload()
    expect(holder.locator("#hold [data-countdown-left]")).to_have_text(re.compile(r"^0:0\d$"))
    expect(holder.locator("#hold [data-countdown-over]")).to_be_visible(timeout=10_000)
    assert not holder.locator("#hold [data-countdown-running]").is_visible()
    _until_free(rival)

    holder.locator("#hold [data-countdown-over] button").click()
    expect(holder.locator("#hold [data-countdown-left]")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    rival.reload()
    expect(rival.locator("tr.is-refused")).to_have_count(1)


def test_an_order_not_paid_in_time_lets_go_and_the_next_one_gets_them(
    site: DemoSite, persons: Persons, holder: Page, rival: Page, scarce: Scarce, shoot: Shoot
) -> None:
    order = _order(holder)
    expect(holder.locator(".notice [data-countdown-left]")).to_be_visible()
    shoot(holder, "hold-order")
    manager = persons.signed_in("kovaleva@fondaco.example", to="/staff/holds")
    manager.goto(f"/staff/holds?q={scarce.article}")
    expect(manager.locator("#main tbody tr")).to_contain_text(["Западный узел"])
    shoot(manager, "hold-staff")

    assert site.run_sql(NEARLY_OVER, article=scarce.article) == 1
    holder.goto(order)
    over = holder.locator("[data-countdown-over]", has_text="Срок резерва вышел")
    expect(over).to_be_visible(timeout=12_000)
    rival.goto("/cart")
    _until_free(rival)
    holder.reload()
    expect(holder.locator("#main")).to_contain_text("оплата не пришла вовремя")
    shoot(holder, "hold-order-over")


def test_what_is_paid_too_late_is_said_and_not_taken_from_the_next(
    persons: Persons, holder: Page, rival: Page
) -> None:
    order = holder.url.partition("?")[0]
    _order(rival)
    manager = persons.signed_in("kovaleva@fondaco.example", to="/staff/holds")
    manager.goto(order)
    manager.click("form[action$='/keep'] button")
    expect(manager.locator("#main")).to_contain_text("товар уже занят")
    manager.goto(order)
    expect(manager.locator("#main")).to_contain_text("Срок резерва вышел")
