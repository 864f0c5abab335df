"""One order for several outlets in a browser: from the keyboard and the clipboard to the order."""

from collections.abc import Callable

from carts import take_discs
from playwright.sync_api import Page, expect

Shoot = Callable[[Page, str], None]

PASTE = """text => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = { clipboardData: data, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def test_the_cart_is_shared_out_from_the_keyboard_and_ordered(page: Page, shoot: Shoot) -> None:
    take_discs(page, 3)

    page.goto("/cart/outlets")
    page.locator("form[action='/cart/outlets/begin'] button").click()
    cells = page.locator("input[data-share]")
    state = page.locator("[data-shares-state]")
    cells.first.fill(cells.first.get_attribute("step") or "1")
    cells.first.press("Enter")
    expect(state).to_have_text("Сохранено")
    below = page.locator("#shares tbody tr").nth(1).locator("input[data-share]").first
    expect(below).to_be_focused()
    below.press("ArrowRight")
    expect(
        page.locator("#shares tbody tr").nth(1).locator("input[data-share]").nth(1)
    ).to_be_focused()

    page.locator("#shares-equal > button").click()
    expect(page.get_by_role("button", name="Вернуть как было")).to_be_visible()
    step = cells.first.get_attribute("step") or "1"
    cells.first.focus()
    page.evaluate(PASTE, f"{step}\t{step}\n")
    expect(page.locator("#shares-fit > button")).to_have_count(0)
    expect(state).to_have_text("Сохранено")
    shoot(page, "outlets")

    page.goto("/cart")
    refused = page.locator("tr.is-refused button[formaction$='/remove']")
    while left := refused.count():
        refused.first.click()
        expect(refused).to_have_count(left - 1)
    page.get_by_role("link", name="Оформить заказ").click()
    expect(page.locator("#parts tbody tr")).to_have_count(4)
    page.locator("#send button[type=submit]").click()
    expect(page.get_by_role("heading", name="4 отгрузки")).to_be_visible()
    shoot(page, "order-for-outlets")
