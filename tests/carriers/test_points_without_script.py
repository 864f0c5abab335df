"""A pickup point is chosen page by page where the browser runs no script."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from cdek import Cdek, office
from counter import Counter

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD

CHOOSE = "/checkout/points/choose?carrier=cdek&of="
OFFER = "250.50 cdek:234"
DRAFT = "select checkout from fondaco.cart"
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def _form_of(page: str) -> Mapping[str, str]:
    """What the browser would send of the checkout: what is hidden, checked or typed."""
    form = page[page.index('<form method="post" action="/checkout" ') :]
    found = {}
    for tag in _INPUT.findall(form[: form.index("</form>")]):
        said = dict(_ATTRIBUTE.findall(tag))
        stands = said.get("type") in ("hidden", "text") or " checked" in tag
        if "name" in said and stands and 'form="' not in tag:
            found[said["name"]] = unescape(said.get("value", ""))
    return found


async def _to_points(shop: Counter, buyer: Client, **typed: str) -> Any:
    """Press the button that leads to the points, with an offer to one of them chosen."""
    form = {**_form_of((await buyer.get("/checkout")).text), **shop.to, **typed}
    chosen = {**form, "part": "", "offer-": OFFER}
    return await buyer.send_form("/checkout/points?carrier=cdek&of=", chosen)


@pytest.fixture
async def shelf(shop: Counter) -> Counter:
    """Points are copied, and four kilograms in the cart."""
    await shop.copy()
    await shop.fill(2)
    return shop


async def test_from_the_checkout_to_a_point_and_back_to_the_order(
    shelf: Counter, buyer: Client
) -> None:
    led = await _to_points(shelf, buyer, comment="Звонить за час", customer_reference="К-9")
    assert (led.status_code, led.headers["location"]) == (303, CHOOSE)
    page = await buyer.get(CHOOSE)
    said = words(page.text)
    assert "Рядом с адресом: Москва, ул Сухонская, д 11" in said
    assert "Пунктов: 3." in said
    assert 'name="point" value="MSK1"' in page.text
    back = await buyer.send_form(CHOOSE, {"point": "MSK1"})
    assert (back.status_code, back.headers["location"]) == (303, "/checkout#bring")
    checkout = await buyer.get("/checkout")
    assert "СДЭК, Москва, MSK1, ул. MSK1, 1" in words(checkout.text)
    assert "Звонить за час" in checkout.text
    form = _form_of(checkout.text)
    assert (form["offer-"], form["point-"]) == (OFFER, "cdek:MSK1")
    assert form["customer_reference"] == "К-9"
    placed = await buyer.send_form("/checkout", form)
    assert placed.status_code == 303, words(placed.text)
    rows = await shelf.all("select carrier, point_code, delivery_price from fondaco.shipment")
    assert [(*row[:2], str(row[2])) for row in rows] == [("cdek", "MSK1", "250.50")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"point_words": "ЛУБЯНКА"}, "Пунктов: 1."),
        ({"point_words": "москва"}, "Пунктов: 3."),
        ({"point_words": "Тверь"}, "Подходящих пунктов нет."),
        ({"point_card": "1"}, "Пунктов: 2."),
        ({"point_kind": "locker"}, "Пунктов: 3."),
        ({"point_kind": "nonsense"}, "Пунктов: 3."),
    ],
)
async def test_points_are_looked_for_by_words_and_kind(
    shelf: Counter, buyer: Client, asked: Mapping[str, str], found: str
) -> None:
    await _to_points(shelf, buyer)
    page = await buyer.get(CHOOSE, params={"carrier": "cdek", "of": "", **asked})
    assert found in words(page.text)
    for name, typed in asked.items():
        assert (f'value="{typed}"' in page.text) is (name != "point_kind"), "one kind, no choice"


async def test_what_cannot_be_chosen_leaves_the_draft(
    shelf: Counter, buyer: Client, service: Cdek
) -> None:
    await _to_points(shelf, buyer)
    before = await shelf.all(DRAFT)
    for form, path, status in (
        ({"point": "NOWHERE"}, CHOOSE, 404),
        ({}, CHOOSE, 404),
        ({"point": "MSK1"}, CHOOSE.replace("cdek", "other"), 404),
        ({"point": "MSK1"}, f"{CHOOSE}x", 404),
    ):
        assert (await buyer.send_form(path, form)).status_code == status, (path, form)
    elsewhere = await buyer.send_form(CHOOSE, {"point": "TVR1"})
    assert elsewhere.headers["location"] == CHOOSE
    assert "в другом городе" in words((await buyer.get(CHOOSE)).text)
    assert await shelf.all(DRAFT) == before


async def test_the_page_follows_another_address_by_a_press(shelf: Counter, buyer: Client) -> None:
    form = _form_of((await buyer.get("/checkout")).text)
    kept = await buyer.send_form("/checkout/draft", {**form, **shelf.to, "comment": "До обеда"})
    assert (kept.status_code, kept.headers["location"]) == (303, "/checkout")
    page = await buyer.get("/checkout")
    assert _form_of(page.text)["to"] == shelf.to["to"]
    assert "cdek:234" in page.text and "До обеда" in page.text
    # A script keeps it by the way, and the page stays as it is.
    silent = await buyer.send_form("/checkout/draft", form, headers={"HX-Request": "true"})
    assert silent.status_code in (200, 201, 204) and not silent.text


async def test_who_may_not_order_does_not_choose(shelf: Counter, client: Client) -> None:
    assert (await client.get(CHOOSE)).status_code in (303, 401)
    await client.sign_in(await shelf.wholesaler.staff("manager"), PASSWORD)
    assert (await client.get(CHOOSE)).status_code == 403


async def test_statements_do_not_depend_on_points_or_lines(
    shop: Counter, buyer: Client, service: Cdek, sql_budget: Any
) -> None:
    await shop.copy()
    await shop.fill(1)
    await _to_points(shop, buyer)
    await buyer.get(CHOOSE)
    with sql_budget() as few:
        await buyer.get(CHOOSE)
    service.offices += [office(f"N{n}", "Москва", 55.7, 37.6) for n in range(300)]
    await shop.copy()
    await shop.fill(1, 1, 1)
    await buyer.get(CHOOSE)
    with sql_budget() as many:
        await buyer.get(CHOOSE)
    assert many.number == few.number
