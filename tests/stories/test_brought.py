"""What bringing the goods costs is seen, chosen and ordered, without a jump of the page."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from carts import at_rest, take_discs
from demo_site import DemoSite, demo_site, site_folder
from people import Persons
from playwright.sync_api import Browser, Page, expect

Shoot = Callable[[Page, str], None]

BUYER = "sokolov@avtostan.example"
MANIFEST = """
    from fondaco_sdk.manifest import Plugin, Text

    plugin = Plugin(name="lorry", version="1", title=Text("Машина", "Lorry"), hooks="lorry.hooks")
"""
HOOKS = """
    from decimal import Decimal

    from fondaco_sdk.hooks import impl
    from fondaco_sdk.types.delivery import DeliveryOffer
    from fondaco_sdk.types.reason import Reason

    LORRY = Reason("lorry.own", "Собственная доставка", "Our own lorry")
    FAST = Reason("lorry.fast", "Экспресс", "Express")
    POINT = Reason("lorry.point", "До пункта выдачи", "To a pickup point")
    FULL = Reason("lorry.full", "Машина уже полная", "The lorry is full")


    @impl
    async def delivery_offers(ask, parcels):
        found = []
        for parcel in parcels:
            day = parcel.ready_on
            for code, title, price, more in (
                ("lorry:own", LORRY, 500, {}),
                ("lorry:fast", FAST, 900, {"stale": True}),
                ("lorry:point", POINT, 950, {"to_point": True, "carrier": "lorry"}),
                ("lorry:night", LORRY, 100, {"refusal": FULL}),
            ):
                offer = DeliveryOffer(
                    parcel.key, code, title, Decimal(price), "22", day, day, **more
                )
                found.append(offer)
        return found
"""


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """A demo with a lorry."""
    before = os.environ.get("PYTHONPATH")
    with site_folder() as folder:
        _install(folder / "plugins")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder / "plugins"), before)))
        try:
            with demo_site(folder, skus=100) as running:
                yield running
        finally:
            if before is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = before


def _install(folder: Path) -> None:
    files = {
        "lorry/__init__.py": "",
        "lorry/manifest.py": MANIFEST,
        "lorry/hooks.py": HOOKS,
        "lorry-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: lorry\nVersion: 1\n",
        "lorry-1.dist-info/entry_points.txt": "[fondaco.plugins]\nlorry = lorry.manifest:plugin\n",
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(content))


@pytest.fixture(scope="module")
def persons(site: DemoSite, browser: Browser) -> Iterator[Persons]:
    """Whoever orders; a word on their console fails the story."""
    found = Persons(site, browser)
    yield found
    found.close()
    assert found.problems == []


def _to(page: Page, kind: str) -> None:
    """Choose the first outlet or place."""
    value = page.locator(f"#field-to option[value^='{kind}:']").first.get_attribute("value")
    page.locator("#field-to").select_option(value)


def _choose(page: Page, code: str) -> None:
    """As people do: they press the words."""
    page.locator(f"label:has(input[value$='{code}'])").click()


def _comes_to(page: Page, amount: float) -> None:
    """The sums, the button and what is posted are the same."""
    expect(page.locator("#send button[type=submit]")).to_have_text(
        re.compile(f"{amount:,.2f}".replace(",", "\\D?").replace(".", "\\D"))
    )
    assert float(page.locator("#sums [name=shown_total]").get_attribute("value") or 0) == amount


def test_the_sums_follow_the_way_to_bring_it(
    site: DemoSite, persons: Persons, shoot: Shoot
) -> None:
    page = persons.signed_in(BUYER)
    take_discs(page, 2)
    page.goto("/checkout")
    _to(page, "outlet")
    bring = page.locator("#bring")
    expect(bring.get_by_text("Собственная доставка").first).to_be_visible()
    expect(page.locator("input[value$='lorry:own']")).to_be_checked()
    expect(page.locator("input[value$='lorry:night']")).to_be_disabled()
    expect(page.locator(".pickup-point")).to_be_hidden()
    shoot(page, "brought")
    before = float(page.locator("#sums [name=shown_total]").get_attribute("value") or 0)
    _choose(page, "lorry:fast")
    _comes_to(page, before + 400)
    # The choice is not drawn anew under the hand that makes it.
    expect(page.locator("input[value$='lorry:fast']")).to_be_focused()
    _choose(page, "lorry:point")
    expect(page.locator(".pickup-point")).to_be_visible()
    # Fetched, it costs nothing.
    _to(page, "place")
    expect(bring.locator("fieldset")).to_have_count(0)
    _comes_to(page, before - 500)
    _to(page, "outlet")
    expect(page.locator("input[value$='lorry:own']")).to_be_checked()
    _comes_to(page, before)
    page.locator("#send button[type=submit]").click()
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]+"))
    expect(page.locator("#order-lines")).to_contain_text("Доставка: Собственная доставка")
    shoot(page, "brought-order")
    assert site.rows_of("select delivery_code, delivery_price from fondaco.shipment"
                        " where delivery_code <> ''") == [("lorry:own", 500)]  # fmt: skip


def test_a_comment_is_kept_while_it_is_typed(persons: Persons) -> None:
    page = persons.signed_in(BUYER)
    take_discs(page, 1)
    page.goto("/checkout")
    at_rest(page)
    posted: list[str] = []
    page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)
    comment = page.locator("#field-comment")
    comment.focus()
    with page.expect_response("**/checkout/draft"):
        page.keyboard.type("Позвонить за час", delay=20)
    expect(comment).to_be_focused()
    expect(comment).to_have_value("Позвонить за час")
    assert [url.rpartition("/")[2] for url in posted] == ["draft"]
    # The browser is closed before the field is left.
    again = page.context.new_page()
    page.close()
    again.goto("/checkout")
    expect(again.locator("#field-comment")).to_have_value("Позвонить за час")
