"""A night: a company registers, orders beyond its limit and pays the rest by card, while 1C sleeps.

In the morning 1C wakes: state, documents and the reconciliation are there. A small order goes by a
carrier. Then once more with DaData, the acquirer and the carrier hung. One story in chapters, on a
demo of its own.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_site import DemoSite, demo_site, site_folder
from night_services import Services, dialect, services
from people import PASSWORD, Persons
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

pytestmark = pytest.mark.chapters

BUYER = "night@sber.example"
MANAGER, HEAD, ADMIN = "kovaleva@fondaco.example", "belov@fondaco.example", "admin@fondaco.example"
INN = "7707083893"
LIMIT = "3000000"
# How long a page may take that asks somebody who hangs, with room for a busy machine.
DEADLINE = 12


@pytest.fixture(scope="module")
def outside() -> Iterator[Services]:
    """The services around the site."""
    with services() as found:
        yield found


@pytest.fixture(scope="module")
def site(outside: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """A demo of this story's own: its 1C sleeps until the story wakes it."""
    rabbit = tmp_path_factory.mktemp("rabbit")
    with dialect(rabbit) as env, site_folder() as folder:
        (folder / "fondaco.toml").write_text(outside.settings())
        with demo_site(folder, skus=600, env=env) as running:
            yield running


def test_a_company_registers_by_its_tax_id(persons: Persons) -> None:
    page = persons.stranger()
    page.goto("/register")
    page.fill("#field-tax_id", INN)
    page.click("#fill")
    expect(page.locator("#field-name")).to_have_value("ПАО СБЕРБАНК")
    look(page, "night-register")
    page.fill("#field-person", "Ночной Пётр")
    page.fill("#field-email", BUYER)
    page.fill("#field-phone", "+7 495 000-00-03")
    page.click("form#register button[type=submit].btn-primary")
    expect(page.locator("body")).to_contain_text(BUYER)
    page.goto(persons.link_to(BUYER, "/reset"))
    page.fill("#field-password", PASSWORD)
    page.click("form[action$='/reset'] button[type=submit]")


def test_the_manager_accepts_it_and_gives_it_a_limit(persons: Persons, shoot: Shoot) -> None:
    page = persons.signed_in(MANAGER, to="/staff/customers")
    page.goto("/staff/customers?q=СБЕРБАНК")
    page.locator("#main a", has_text="СБЕРБАНК").first.click()
    page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))
    card = page.url
    page.goto(f"{card}/accept")
    page.fill("#field-number", "Н-1")
    page.select_option("#field-list_1", index=2)
    page.fill("#field-payment_days", "0")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))
    page.click("a[href$='/outlets/new']")
    page.fill("#field-name", "Склад на Вавилова")
    page.fill("#field-address", "г Москва, ул Вавилова, д 19")
    page.click("form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/staff/customers/[0-9a-f-]{36}$"))

    head = persons.signed_in(HEAD, to="/p/credit_limit")
    head.goto("/p/credit_limit?q=СБЕРБАНК")
    head.locator("#main a", has_text="СБЕРБАНК").first.click()
    head.fill("#field-limit", LIMIT)
    head.fill("#field-days", "14")
    head.fill("#field-tolerance_days", "0")
    head.click("#main form button[type=submit]")
    expect(head.locator("#main")).to_contain_text(re.compile(r"3\s000\s000"))
    shoot(head, "night-limit")


def test_at_night_a_list_becomes_an_order_beyond_the_limit(
    persons: Persons, site: DemoSite, outside: Services, shoot: Shoot
) -> None:
    assert site.erp("status")[0] == "asleep"
    page = persons.signed_in(BUYER, PASSWORD)
    fill_cart(page, site)
    shoot(page, "night-cart")
    page.click("a[href='/checkout']")
    page.wait_for_url(re.compile(r"/checkout"))
    choose_outlet(page)
    page.check("input[name=payment][value=credit_limit]", force=True)
    expect(page.locator(".payment-rest")).to_be_visible()
    page.check("input[name=rest][value=yookassa_card]", force=True)
    look(page, "night-checkout")
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/payments/"), timeout=30_000)
    shoot(page, "night-pay")
    page.click("#main form[action$='/pay'] button[type=submit]")
    page.wait_for_url(re.compile(r"http://127\.0\.0\.1:\d+/pay/"))
    page.click("button[value=succeeded]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}#payments"))
    expect(page.locator("#payments")).to_contain_text(re.compile("оплачен", re.IGNORECASE))
    page.goto(page.url.partition("#")[0])
    shoot(page, "night-paid")
    page.goto("/credit")
    shoot(page, "night-credit")
    # Asleep, 1C knows nothing of all this.
    assert site.erp("status")[:2] == ["asleep", "orders: 0, untold changes: 0"]
    assert len(outside.yookassa.payments) == 1


def test_in_the_morning_1c_wakes_and_brings_state_and_documents(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    page = persons.signed_in(BUYER, PASSWORD)
    page.locator("#main a[href^='/orders/']").first.click()
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    expect(page.locator("#main")).not_to_contain_text("УПД из 1С")
    assert site.erp("wake")[0] == "awake"
    until(page, ".chip", "отгружен")
    until(page, "#main", "УПД из 1С")
    shoot(page, "night-shipped")
    link = page.locator("a[href*='/documents/']", has_text="УПД из 1С").first
    link.click()
    page.wait_for_url(re.compile(r"/documents/[0-9a-f-]{36}"))
    with page.expect_download() as download:
        page.locator("a[href$='/file']").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    shoot(page, "night-upd")


def test_both_sides_agree(persons: Persons, site: DemoSite, shoot: Shoot) -> None:
    page = persons.signed_in(BUYER, PASSWORD, to="/documents/new")
    page.select_option("#field-kind", "reconciliation")
    page.fill("#field-since", "2026-01-01")
    page.click("form[action='/documents/new'] button[type=submit]")
    page.wait_for_url(re.compile(r"/documents/[0-9a-f-]{36}"))
    expect(page.locator("a[href$='/file']").first).to_be_visible(timeout=60_000)
    shoot(page, "night-act")
    admin = persons.signed_in(ADMIN, to="/p/erp_1c/sessions")
    if site.ask_sql("select count(*) from fondaco.sent_message"):
        agreed(site)
        admin.goto("/staff/exchange/days")
        shoot(admin, "night-days")
        assert site.ask_sql("select count(*) from fondaco.dead_message") == 0
    else:
        waiting = "select count(*) from plugin_erp_1c.order_sync where version > confirmed"
        assert site.ask_sql(waiting) == 0
        shoot(admin, "night-sessions")
    assert site.erp("status")[1] == "orders: 1, untold changes: 0"


def test_a_small_order_goes_to_a_pickup_point(
    persons: Persons, site: DemoSite, shoot: Shoot
) -> None:
    admin = persons.signed_in(ADMIN, to="/staff/carriers")
    admin.click("#main form[action$='/copy'] button")
    copied = "select coalesce(max(points), 0) from fondaco.pickup_copy"
    end = time.monotonic() + 60
    while not site.ask_sql(copied):
        assert time.monotonic() < end
        time.sleep(1)
    page = persons.signed_in(BUYER, PASSWORD)
    take_one(page)
    page.goto("/checkout")
    choose_outlet(page)
    page.locator("[data-to-point]").first.check(force=True)
    page.get_by_role("button", name="Выбрать пункт").click()
    expect(page.locator(".points .map-point").first).to_be_visible()
    look(page, "night-points")
    page.locator(".points-list [data-point='cdek:MSK1']").click()
    expect(page.locator("[data-point-said]")).to_contain_text("ул. MSK1, 1")
    page.check("input[name=payment][value=invoice]", force=True)
    page.click("form[action='/checkout'] button[type=submit]")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"), timeout=30_000)
    expect(page.locator("#main")).to_contain_text("ул. MSK1, 1")
    shoot(page, "night-carried")
    assert site.ask_sql("select count(*) from fondaco.shipment where carrier = 'cdek'") == 1


def test_with_everybody_hung_the_order_still_goes_through(
    persons: Persons, site: DemoSite, outside: Services, shoot: Shoot
) -> None:
    site.erp("sleep")
    outside.hang()
    try:
        guest = persons.stranger()
        guest.goto("/register")
        guest.fill("#field-tax_id", INN)
        begun = time.monotonic()
        guest.click("#fill")
        expect(guest.locator("#register [role=status], #register .alert").first).to_be_visible(
            timeout=DEADLINE * 1000
        )
        assert time.monotonic() - begun < DEADLINE
        look(guest, "night-hung-register")

        page = persons.signed_in(BUYER, PASSWORD)
        # Another thing, so that what the carrier takes was not asked before.
        take_one(page, "фильтр")
        page.goto("/checkout")
        choose_outlet(page)
        within(lambda: expect(page.locator("#bring fieldset")).to_be_visible(timeout=20_000))
        expect(page.locator("#bring")).not_to_contain_text("СДЭК")
        page.check("input[name=payment][value=yookassa_card]", force=True)
        within(lambda: page.click("form[action='/checkout'] button[type=submit]"))
        page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/payments/"), timeout=30_000)
        page.click("#main form[action$='/pay'] button[type=submit]")
        page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}(\?.*)?(#.*)?$"), timeout=30_000)
        look(page, "night-hung-pay")

        take_one(page)
        page.goto("/checkout")
        choose_outlet(page)
        page.check("input[name=payment][value=invoice]", force=True)
        within(lambda: page.click("form[action='/checkout'] button[type=submit]"))
        page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"), timeout=30_000)
        page.reload()
        shoot(page, "night-hung-order")
    finally:
        outside.recover()
    assert site.ask_sql("select count(*) from fondaco.customer_order") >= 4
    assert site.erp("wake")[0] == "awake"
    end = time.monotonic() + 90
    while site.erp("status")[1] != "orders: 4, untold changes: 0":
        assert time.monotonic() < end, site.erp("status")
        time.sleep(1)
    # None of them is paid, so none has left.
    shipped = "select count(*) from fondaco.customer_order where state = 'shipped'"
    assert site.ask_sql(shipped) == 1


def fill_cart(page: Page, site: DemoSite) -> None:
    """A list of many articles, uploaded; what the checks refuse is taken out."""
    upload(page, site.clean_list)
    page.click("#to-cart button[type=submit]")
    page.wait_for_url(re.compile(r"/cart"))
    remove = "form[action$='/remove'] button, button[formaction$='/remove']"
    while page.locator("tr.is-refused").count():
        page.locator("tr.is-refused").first.locator(remove).first.click()
        page.wait_for_load_state("networkidle")


def upload(page: Page, path: Path) -> None:
    """The quick order answers the file."""
    page.goto("/quick-order")
    page.set_input_files("input[type=file][name=file]", path)
    page.wait_for_url(re.compile(r"/quick-order/[0-9a-f-]{36}"), timeout=60_000)


def take_one(page: Page, what: str = "диск") -> None:
    """One thing that is in stock."""
    page.goto(f"/search?q={what}&stock=1")
    page.locator("#results button[name=only]").first.click()
    expect(page.locator("#cart-badge small")).to_be_visible()


def choose_outlet(page: Page) -> None:
    """The goods go to the outlet."""
    if page.locator("select#field-to").count():
        page.select_option("#field-to", index=1)
    else:
        page.locator("input[name=to][value^='outlet:']").first.check(force=True)


def look(page: Page, name: str) -> None:
    """A picture of what another language would begin anew."""
    folder = os.environ.get("SCREENSHOTS")
    for width in (390, 1440) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(folder or "") / f"{name}-{width}-ru.png", full_page=True)


def until(page: Page, where: str, said: str, seconds: float = 150) -> None:
    """Reload until the page says it."""
    end = time.monotonic() + seconds
    while page.locator(where, has_text=said).count() == 0:
        assert time.monotonic() < end, (
            f"{said!r} has not come: {page.locator('#main').inner_text()}"
        )
        page.wait_for_timeout(1000)
        page.reload()


def agreed(site: DemoSite) -> None:
    """Everything that was sent is confirmed."""
    open_ones = "select count(*) from fondaco.sent_message where acknowledged_at is null"
    end = time.monotonic() + 60
    while site.ask_sql(open_ones):
        assert time.monotonic() < end
        time.sleep(1)


def within(act: Callable[[], None]) -> None:
    """A page answers although somebody hangs."""
    begun = time.monotonic()
    act()
    assert time.monotonic() - begun < DEADLINE
