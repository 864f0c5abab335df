"""What was typed at the checkout is there again after the browser was closed."""

import re

from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import buyer_of_shop, opened
from fondaco.testing.wholesaler import PASSWORD

shop = opened(WorkingShop)
buyer = buyer_of_shop()


async def _outlet(shop: WorkingShop) -> str:
    return f"outlet:{shop.company.outlet}"


async def test_a_draft_waits_with_the_cart_until_the_order_is_placed(
    shop: WorkingShop, buyer: Client
) -> None:
    await shop.fill(3)
    typed = {"to": await _outlet(shop), "payment": "invoice", "comment": "Позвонить за час",
             "customer_reference": "ЗК-7"}  # fmt: skip
    kept = await buyer.send_form("/checkout/draft", typed, headers={"HX-Request": "true"})
    assert kept.status_code == 204
    page = (await buyer.get("/checkout")).text
    assert "Позвонить за час" in page
    assert 'value="ЗК-7"' in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert (await buyer.send_form("/checkout", {**form, **typed})).status_code == 303
    await shop.fill(1)
    again = (await buyer.get("/checkout")).text
    assert "Позвонить за час" not in again
    assert "ЗК-7" not in again


async def test_what_cannot_be_chosen_any_more_is_not_chosen(
    shop: WorkingShop, buyer: Client
) -> None:
    await shop.fill(3)
    gone = "outlet:0197a000-0000-7000-8000-00000000000a"
    await buyer.send_form("/checkout/draft", {"to": gone, "payment": "barter", "rest": "barter"})
    page = (await buyer.get("/checkout")).text
    assert gone not in page
    assert re.search(r'value="invoice"[^>]* checked', page)


async def test_another_company_has_another_draft(shop: WorkingShop, buyer: Client) -> None:
    other = await shop.new_company("Василёк")
    await shop.fill(3)
    await shop.fill(3, company=other)
    await buyer.send_form("/checkout/draft", {"comment": "Моё"})
    assert "Моё" in (await buyer.get("/checkout")).text
    await buyer.send_form("/logout")
    await buyer.sign_in(other.email, PASSWORD)
    page = await buyer.get("/checkout")
    assert page.status_code == 200
    assert "Моё" not in page.text
