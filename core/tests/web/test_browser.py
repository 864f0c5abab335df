"""The kit in a real browser under the real policy: looks, keyboard, htmx, accessibility."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gallery import Gallery, gallery
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
EXPECTED = re.compile("status of (404|500|502)")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, Gallery]]:
    with gallery() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: tuple[str, Gallery]) -> Iterator[Page]:
    """A fresh page at the gallery; a word on the console or a refused resource fails the test."""
    context = browser.new_context(
        base_url=site[0],
        viewport={"width": 1440, "height": 900},
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    site[1].posted.clear()
    yield page
    context.close()
    assert [said for said in complaints if not EXPECTED.search(said)] == []


@pytest.mark.parametrize("path", ["/", "/staff", "/sign-in", "/error"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(page: Page, path: str, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{path}?theme={theme}&locale={'en' if width == 390 else 'ru'}")
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


@pytest.mark.parametrize("width", [320, 390, 720, 1024, 1440, 2560])
def test_no_page_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", "/cart", "/staff", "/sign-in"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_policy_is_in_force(page: Page) -> None:
    """The control: without it the other tests would prove nothing about inline code."""
    page.goto("/staff")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.head.append(s)"
    )
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=p style=\"top: 7px\">')")
    assert page.evaluate("[window.ran, getComputedStyle(p).top]") == [None, "auto"]


@pytest.fixture(autouse=True)
def _policy_may_complain(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.name == "test_the_policy_is_in_force":
        monkeypatch.setattr(f"{__name__}.EXPECTED", re.compile("Content Security Policy"))


def test_the_web_font_has_the_letters(page: Page) -> None:
    page.goto("/staff")
    lacking = page.evaluate(
        """async (letters) => {
            await document.fonts.ready;
            const pen = document.createElement("canvas").getContext("2d");
            const width = (font, letter) => {
                pen.font = `100px ${font}`;
                return pen.measureText(letter).width;
            };
            return [...letters].filter(
                (letter) => width("Inter, serif", letter) !== width("Inter, monospace", letter));
        }""",
        "₽€№«»—\u2212×ЁёАЯаяZz09≥Ω\u202f",
    )
    assert lacking == []


def test_slash_goes_to_the_search_but_not_while_typing(page: Page) -> None:
    page.goto("/cart")
    page.focus("#q-1")
    page.keyboard.press("/")
    expect(page.locator("#q-1")).to_be_focused()
    page.focus("#main")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    expect(page.locator("#site-search")).to_have_value("")


def test_a_wrong_multiple_is_not_sent_until_one_click_mends_it(
    page: Page, site: tuple[str, Gallery]
) -> None:
    page.goto("/cart")
    page.fill("#q-3", "30")
    page.keyboard.press("Enter")
    expect(page.locator("#q-3")).to_be_focused()
    expect(page.locator(".quantity-hint")).to_have_text("кратно 12: 24 или 36")
    page.wait_for_timeout(600)
    assert site[1].posted == []
    with page.expect_response("**/quantity"):
        page.click(".quantity-hint button >> nth=1")
    expect(page.locator(".quantity-hint")).to_have_count(0)
    assert site[1].posted == [("/quantity", "sample-token", "quantity=36")]


def test_arrows_step_by_the_pack_and_enter_goes_down(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/cart")
    page.focus("#q-3")
    with page.expect_response("**/quantity"):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
    expect(page.locator("#q-4")).to_be_focused()
    assert site[1].posted == [("/quantity", "sample-token", "quantity=48")]


def test_a_change_redraws_the_cart_badge(page: Page) -> None:
    page.goto("/")
    badge = page.locator("#cart-badge").element_handle()
    with page.expect_response("**/cart/badge"):
        page.get_by_role("button", name="cart-changed").click()
    page.wait_for_function("(old) => !old.isConnected", arg=badge)
    expect(page.locator("#cart-badge")).to_contain_text("23 строки")
    expect(page.locator("#cart-count")).to_have_count(1)


def test_the_small_i_opens_the_steps_and_escape_closes_them(page: Page) -> None:
    page.goto("/cart")
    button = page.locator("#line-1 [data-why]")
    button.click()
    expect(page.locator("#why-panel")).to_contain_text("акция выгоднее")
    expect(button).to_have_attribute("aria-expanded", "true")
    box = page.locator("#why-panel").bounding_box()
    assert box is not None and box["x"] + box["width"] <= 1440
    page.keyboard.press("Escape")
    expect(page.locator("#why-panel")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_an_article_is_copied_by_one_click(page: Page) -> None:
    page.goto("/cart")
    page.click("#line-1 [data-copy]")
    expect(page.locator("#announcer")).to_have_text("Скопировано")
    assert page.evaluate("navigator.clipboard.readText()") == "DIN933-10-40"


def test_the_theme_changes_at_once_and_is_remembered(page: Page) -> None:
    page.goto("/")
    page.locator(".topbar [data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/cart")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_removed_line_can_be_taken_back(page: Page, site: tuple[str, Gallery]) -> None:
    page.goto("/")
    page.get_by_role("button", name="undo_toast").click()
    toast = page.locator(".toast-undo")
    with page.expect_response("**/undo"):
        toast.get_by_role("button", name="Вернуть").click()
    expect(toast).to_have_count(0)
    assert [path for path, token, _ in site[1].posted if token == "sample-token"] == [
        "/line",
        "/undo",
    ]


def test_a_double_click_and_a_held_enter_are_one_wish(
    page: Page, site: tuple[str, Gallery]
) -> None:
    page.goto("/")
    page.get_by_role("button", name="undo_toast").dblclick()
    expect(page.locator(".toast-undo")).to_have_count(1)
    assert [path for path, _, _ in site[1].posted] == ["/line"]
    # Also a plain form, while the page that follows is on its way; come back to, it is sent anew.
    page.route("**/form", lambda route: route.abort())
    form = page.locator("form[action='/form']")
    tried: list[str] = []
    sent = f"{site[0]}/form"
    page.on("request", lambda asked: tried.append(asked.method) if asked.url == sent else None)
    form.evaluate("(form) => { form.requestSubmit(); form.requestSubmit(); }")
    page.wait_for_timeout(200)
    assert tried == ["POST"]


def test_a_toast_leaves_after_its_time_but_not_under_the_pointer(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    page.get_by_role("button", name="toast", exact=True).click()
    toast = page.locator(".toast-passing")
    toast.hover()
    assert (
        page.evaluate("document.querySelector('.toast-passing').getAnimations()[0].playState")
        == "paused"
    )
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('.toast-passing').getAnimations()[0].finish()")
    expect(toast).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "words"),
    [("500", "Ошибка на нашей стороне"), ("502", "Портал не ответил")],
)
def test_a_fault_is_said_and_replaces_nothing(page: Page, button: str, words: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#toasts")).to_contain_text(words)
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()


def test_long_work_is_asked_for_until_it_ends(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#import")).to_contain_text("принят")
    expect(page.locator("#import")).not_to_have_attribute("hx-trigger", "every 1s")


def test_hidden_columns_stay_hidden(page: Page) -> None:
    page.goto("/cart")
    page.get_by_role("button", name="Столбцы").click()
    page.get_by_label("Производитель").uncheck()
    expect(page.locator("thead [data-col=maker]")).to_be_hidden()
    page.reload()
    expect(page.locator("thead [data-col=maker]")).to_be_hidden()
    assert page.locator("tfoot th").get_attribute("colspan") == "5"


def test_on_a_phone_a_row_is_a_card_of_heads_and_values(page: Page) -> None:
    page.goto("/cart")
    page.get_by_role("button", name="Столбцы").click()
    page.get_by_label("Производитель").uncheck()
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    sheet = page.locator(".sheet-pairs")
    assert sheet.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    line = page.locator("#line-9 > td:visible")
    assert line.evaluate_all("(cells) => cells.map((one) => one.dataset.label ?? '')") == [
        "",
        "Наличие",
        "Цена, ₽",
        "Количество",
        "Сумма, ₽",
    ]
    # Also where a hidden column has narrowed the span before it.
    expect(page.locator("tfoot td").last).to_have_attribute("data-label", "Сумма, ₽")


def test_the_head_stays_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 600})
    page.goto("/")
    page.locator("#line-9").evaluate(
        "(row) => row.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    head = page.locator("thead th").first.bounding_box()
    bar = page.locator(".topbar").bounding_box()
    assert head is not None and bar is not None
    assert bar["y"] == 0
    assert abs(head["y"] - bar["height"]) <= 1


def test_a_dropped_file_is_shown_by_name(page: Page) -> None:
    page.goto("/")
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['a'], 'список.xlsx'));"
        " return t; }"
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    expect(page.locator("[data-drop-names]")).to_have_text("список.xlsx")


def test_mistakes_take_the_focus_and_lead_to_their_fields(page: Page) -> None:
    page.goto("/")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").first.click()
    expect(page.locator("#field-inn")).to_be_focused()


def test_on_a_phone_more_opens_the_rest(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    expect(page.locator("#cart-count")).to_have_text("23")
    page.get_by_role("button", name="Ещё").click()
    expect(page.locator("#more")).to_contain_text("kotova@example.com")
