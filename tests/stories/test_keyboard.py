"""An order is placed with keys alone; what comes late takes the focus from nobody."""

import os
import re
from collections.abc import Iterator

import pytest
from carts import at_rest
from demo_site import DemoSite, demo_site, site_folder
from playwright.sync_api import Browser, Locator, Page, Route, expect

SETTING = "FONDACO_DELIVERY__DEMO_CARRIER"
BUYER = "sokolov@avtostan.example"
MOST_TABS = 30
PART = re.compile(r"/checkout/costs")
# Of a card that stands for a radio button the card is what is seen.
OUTLINE = """() => {
    const has = document.activeElement;
    const seen = has.matches(".form-selectgroup-input") ? has.nextElementSibling : has;
    const style = getComputedStyle(seen);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """A demo with the carrier that does not exist."""
    os.environ[SETTING] = "true"
    try:
        with site_folder() as folder, demo_site(folder, skus=100) as running:
            yield running
    finally:
        del os.environ[SETTING]


@pytest.fixture
def page(site: DemoSite, browser: Browser) -> Iterator[Page]:
    """A stranger's window without a mouse: a press of a pointer on the page fails the test."""
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.add_init_script(
        "addEventListener('pointerdown', () => console.error('a mouse was used'), true)"
    )
    found = context.new_page()
    problems: list[str] = []
    found.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    found.on("pageerror", lambda error: problems.append(str(error)))
    yield found
    context.close()
    assert problems == []


def tab_to(page: Page, wanted: Locator, most: int = MOST_TABS) -> None:
    """Go on by Tab until the focus is there; what has it on the way is always to be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE), page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"not reached by {most} presses of Tab")


def skip(page: Page, to: str) -> None:
    """Follow a skip link of a page that has just been opened."""
    tab_to(page, page.locator(f".skip[href='{to}']"), 2)
    page.keyboard.press("Enter")
    expect(page.locator(to)).to_be_focused()


def sign_in(page: Page, to: str) -> None:
    page.goto(f"/login?next={to}")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(BUYER)
    page.keyboard.press("Tab")
    page.keyboard.type("fondaco")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"\d{to}$"))
    page.wait_for_load_state("networkidle")


def take_an_article(page: Page) -> None:
    """Look for something, and take four of the first that was found."""
    page.keyboard.press("/")
    page.keyboard.type("диск")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q="))
    page.wait_for_load_state("networkidle")
    skip(page, "#found")
    # Past the filters, of which there may be dozens.
    tab_to(page, page.locator("#results input[data-quantity]").first, 10)
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#cart-badge small")).to_have_text(re.compile(r"^1\D"))


def open_checkout(page: Page) -> None:
    page.goto("/cart")
    page.wait_for_load_state("networkidle")
    skip(page, "#main")
    tab_to(page, page.locator("a[href='/checkout']"), 6)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/checkout$"))
    page.wait_for_load_state("networkidle")
    skip(page, "#main")


def choose(page: Page, wanted: Locator) -> None:
    """Go by arrows to an answer of the question that has the focus."""
    for _ in range(10):
        if wanted.evaluate("one => one.selected || one.checked"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("not reached by arrows")


def deliver_to_moscow(page: Page) -> None:
    tab_to(page, page.locator("#field-to"), 8)
    choose_target(page, "Автозаводской")


def choose_target(page: Page, words: str) -> None:
    page.keyboard.press("Home")
    choose(page, page.locator("#field-to option", has_text=words))


def test_an_order_is_placed_without_a_mouse(site: DemoSite, page: Page) -> None:
    sign_in(page, "/search")
    take_an_article(page)
    open_checkout(page)
    deliver_to_moscow(page)
    to_point = page.locator("#bring [data-to-point]").first
    expect(to_point).to_be_visible()
    at_rest(page)
    tab_to(page, page.locator("#bring input:checked"), 3)
    choose(page, to_point)
    expect(to_point).to_be_focused()

    opens = page.locator(".pickup-point button").first
    tab_to(page, opens, 1)
    page.keyboard.press("Enter")
    expect(page.locator(".points-list [data-point]").first).to_be_visible()
    expect(opens).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".points")).to_have_count(0)
    expect(opens).to_be_focused()
    page.keyboard.press("Enter")
    point = page.locator(".points-list [data-point]").first
    expect(point).to_be_visible()
    code = point.get_attribute("data-point") or ""
    tab_to(page, point, 6)
    page.keyboard.press("Enter")
    expect(page.locator("input[name='point-']")).to_have_value(code)
    expect(opens).to_be_focused()
    at_rest(page)

    tab_to(page, page.locator("#payment input:checked"), 1)
    choose(page, page.locator("#payment-credit_limit"))
    tab_to(page, page.locator("#field-customer_reference"), 1)
    page.keyboard.type("К-17")
    tab_to(page, page.locator("#send-order"), 4)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]+\?placed=1$"))
    assert site.rows_of(
        "select o.customer_reference, s.carrier || ':' || s.point_code, p.way"
        "  from fondaco.customer_order o join fondaco.shipment s on s.order_id = o.id"
        "  join fondaco.payment p on p.order_id = o.id where o.customer_reference <> ''"
    ) == [("К-17", code, "credit_limit")]


class Held:
    """What a choice costs is kept back until it is let go."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: list[Route] = []
        self._open = False
        page.route(PART, self._take)

    def _take(self, route: Route) -> None:
        if self._open:
            route.continue_()
        else:
            self._asked.append(route)

    def let_go(self) -> None:
        while not self._asked:  # a busy page asks a moment after the choice
            self._page.wait_for_timeout(50)
        self._open = True
        with self._page.expect_response(PART):
            self._asked[-1].continue_()  # the others were given up for it
        at_rest(self._page)


@pytest.mark.parametrize("stands", ["#bring input:checked", "#payment-credit_limit", "#send-order"])
def test_what_comes_late_leaves_the_focus_where_it_is(page: Page, stands: str) -> None:
    sign_in(page, "/search")
    take_an_article(page)
    open_checkout(page)
    deliver_to_moscow(page)
    expect(page.locator("#bring input:checked")).to_have_count(1)
    at_rest(page)
    held = Held(page)
    choose_target(page, "Твери")
    tab_to(page, page.locator("#bring input:checked"), 3)
    if stands != "#bring input:checked":
        tab_to(page, page.locator("#payment input:checked"), 1)
        choose(page, page.locator("#payment-credit_limit"))
    if stands == "#send-order":
        tab_to(page, page.locator(stands), 8)
    held.let_go()
    expect(page.locator(stands)).to_be_focused()
    assert page.evaluate(OUTLINE)
    if stands != "#bring input:checked":
        expect(page.locator("#payment-credit_limit")).to_be_checked()


def test_where_the_question_is_gone_the_focus_goes_on_to_the_next(page: Page) -> None:
    sign_in(page, "/search")
    take_an_article(page)
    open_checkout(page)
    deliver_to_moscow(page)
    expect(page.locator("#bring input:checked")).to_have_count(1)
    at_rest(page)
    held = Held(page)
    # The warehouses stand last, and what is fetched is not brought.
    page.keyboard.press("End")
    tab_to(page, page.locator("#bring input:checked"), 3)
    held.let_go()
    expect(page.locator("#bring input")).to_have_count(0)
    expect(page.locator("#payment input:checked")).to_be_focused()
    assert page.evaluate(OUTLINE)
