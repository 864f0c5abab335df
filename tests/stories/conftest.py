"""A running demo and a signed-in buyer in headless Chromium, for all stories.

Screenshots go to `SCREENSHOTS`, where it is set, to be looked at.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_site import DemoSite, demo_site, site_folder
from people import Persons
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
BUYER = "sokolov@avtostan.example"
MORE_DISCS = """
    update fondaco.stock_row s set on_hand = s.on_hand + 100
      from fondaco.product p
     where p.id = s.product_id and p.name like '%Диск%' and s.lot = '' and s.arrives_on is null
       and s.on_hand - s.reserved between 1 and 99
"""

Shoot = Callable[[Page, str], None]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Stories need the browser and share one demo, so one process runs them all.

    Who asks for one chapter (`-k`, `--last-failed`) gets those before it too.
    """
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"))
            item.add_marker(pytest.mark.timeout(400))
            item.add_marker(pytest.mark.xdist_group("stories"))
    chapters = [item for item in items if item.get_closest_marker("chapters")]
    yield
    if chosen := [item for item in items if item in chapters]:
        begin = items.index(chosen[0])
        told = chapters[: chapters.index(chosen[-1]) + 1]
        items[begin:] = told + [item for item in items[begin:] if item not in chosen]


@pytest.fixture(scope="session")
def site() -> Iterator[DemoSite]:
    """One demo for all stories."""
    with site_folder() as folder, demo_site(folder) as running:
        yield running


@pytest.fixture(autouse=True)
def enough_discs(request: pytest.FixtureRequest) -> None:
    """Nearly every story buys of the first discs that a search finds in stock: what the ones before
    have left is no concern of theirs. Where none is free a story has made it so."""
    if "site" in request.fixturenames:
        request.getfixturevalue("site").run_sql(MORE_DISCS)


# Not for the session: as long as Playwright is open its event loop counts as running in this
# thread, and no asynchronous test after the stories could have one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def persons(site: DemoSite, browser: Browser) -> Iterator[Persons]:
    """Everybody of the story."""
    found = Persons(site, browser)
    yield found
    found.close()
    assert found.problems == []


@pytest.fixture
def page(site: DemoSite, browser: Browser) -> Iterator[Page]:
    """A signed-in buyer; any error in the browser's console fails the test."""
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    found = context.new_page()
    problems: list[str] = []
    found.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.goto("/login?next=/orders")
    found.fill("#email", BUYER)
    found.fill("#password", "fondaco")
    found.click("form[action='/login'] button[type=submit]")
    found.wait_for_url(re.compile(r"/orders$"))
    yield found
    context.close()
    assert problems == []


@pytest.fixture
def shoot() -> Shoot:
    """Takes a page in both widths and languages, if screenshots are wanted; leaves it as it was."""
    return _shoot


def _shoot(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for locale in ("ru", "en"):
            page.goto(f"/locale/{locale}?next={page.url.removeprefix(_origin(page))}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=Path(folder) / f"{name}-{width}-{locale}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/locale/ru?next={page.url.removeprefix(_origin(page))}")


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
