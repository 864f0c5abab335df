"""A buyer fetches the goods at a pickup point: chosen in the list, on the map, and on a phone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from carts import take_discs
from demo_site import DemoSite, demo_site, site_folder
from playwright.sync_api import Page, Route, expect

CHOSEN = "[data-point-said]"
SETTING = "FONDACO_DELIVERY__DEMO_CARRIER"


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    """A demo with the carrier that does not exist."""
    os.environ[SETTING] = "true"
    try:
        with site_folder() as folder, demo_site(folder, skus=100) as running:
            yield running
    finally:
        del os.environ[SETTING]


def _open_points(page: Page) -> None:
    """The checkout for an address in Moscow, to a point of the carrier that the demo makes up."""
    page.goto("/checkout")
    outlet = page.locator("#field-to option", has_text="Автозаводской").get_attribute("value")
    with page.expect_response(re.compile(r"/checkout/costs$")):
        page.select_option("#field-to", outlet)
    page.wait_for_load_state("networkidle")
    point = page.locator("#bring label", has=page.locator("[data-to-point]")).first
    point.click()
    page.wait_for_load_state("networkidle")
    page.locator(".pickup-point button", has_text=re.compile("пункт|point")).first.click()
    expect(page.locator(".points-list [data-point]").first).to_be_visible()


def test_a_point_is_chosen_in_the_list_and_another_one_on_the_map(page: Page) -> None:
    take_discs(page, 1)
    _open_points(page)
    _shoot(page, "points")
    first = page.locator(".points-list [data-point]").first
    name = first.get_attribute("data-point-text")
    assert name
    # By the keyboard alone.
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(CHOSEN)).to_have_text(name)
    expect(page.locator("input[name='point-']")).to_have_value(re.compile(r"^demo:D\d+$"))

    page.locator(".pickup-point button").first.click()
    pin = page.locator(".points-map .map-point").first
    expect(pin).to_be_visible()
    # Without tiles nothing is loaded from anywhere, and towns have their names.
    assert page.locator(".points-map img.leaflet-tile").count() == 0
    pin.focus()
    page.keyboard.press("Enter")
    chosen = page.locator(".leaflet-popup [data-point]")
    expect(chosen).to_be_visible()
    _shoot(page, "points-card")
    text = chosen.get_attribute("data-point-text")
    assert text
    chosen.click()
    expect(page.locator(CHOSEN)).to_have_text(text)


def test_a_point_stays_open_while_the_map_around_it_is_late(page: Page) -> None:
    take_discs(page, 1)
    _open_points(page)
    pin = page.locator(".points-map .map-point").first
    expect(pin).to_be_visible()
    late: list[Route] = []
    page.route(re.compile(r"/checkout/points/map\?"), lambda route: late.append(route))
    page.set_viewport_size({"width": 1300, "height": 900})
    while not late:
        page.wait_for_timeout(50)
    pin.focus()
    page.keyboard.press("Enter")
    chosen = page.locator(".leaflet-popup [data-point]")
    expect(chosen).to_be_visible()
    for one in late:
        one.continue_()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    text = chosen.get_attribute("data-point-text")
    assert text
    chosen.click()
    expect(page.locator(CHOSEN)).to_have_text(text)


def test_on_a_phone_the_list_comes_first_and_the_map_by_a_switch(page: Page) -> None:
    take_discs(page, 1)
    page.set_viewport_size({"width": 390, "height": 844})
    _open_points(page)
    expect(page.locator(".points-map")).to_be_hidden()
    _shoot(page, "points-phone-list")
    page.locator("[data-points-turn]").click()
    expect(page.locator(".points-map")).to_be_visible()
    expect(page.locator(".points-list")).to_be_hidden()
    expect(page.locator(".points-map .leaflet-marker-icon").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    _shoot(page, "points-phone-map")


def _shoot(page: Page, name: str) -> None:
    """As it is: another language would make the page anew, without the opened points."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", caret="initial")
