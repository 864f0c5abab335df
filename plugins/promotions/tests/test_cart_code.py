"""The code field of the cart, through the front door: used, refused with words, not guessed."""

import asyncio
import re
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio
from promo_shop import Shop
from sqlalchemy import text

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_promotions.cart_code import TRIES_AN_HOUR
from fondaco_promotions.slots import cart_summary
from fondaco_sdk.context import Subject
from fondaco_sdk.testing.contracts import SlotCase, SlotContract
from fondaco_sdk.types.actor import ActorKind

pytestmark = pytest.mark.plugins("promotions")

HTMX = {"HX-Request": "true"}


class TestCartSummary(SlotContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> SlotCase:
        campaign = await shop.campaign(by_code=True)
        await shop.code(campaign, "AUTUMN")
        await shop.hold("AUTUMN")
        await shop.fill(1, 2)
        cart = (await shop.cart()).cart
        subjects = [Subject(key, cart.company_id, cart=cart) for key in ("a", "b")]
        return SlotCase(cart_summary, "promotions", shop.ask, subjects)


async def _try(buyer: Client, code: str) -> tuple[int, str]:
    answer = await buyer.send_form("/promotions/code", {"code": code}, headers=HTMX)
    return answer.status_code, words(answer.text)


async def test_a_code_is_used_from_the_cart_and_taken_out_again(shop: Shop, buyer: Client) -> None:
    campaign = await shop.campaign(by_code=True, name_ru="Листопад", name_en="Leaves")
    await shop.code(campaign, "ОСЕНЬ-26")
    await shop.fill(2)
    page = (await buyer.get("/cart")).text
    assert "Акции и промокод" in page
    assert "В корзине действует один промокод" in page
    answer = await buyer.send_form("/promotions/code", {"code": " oсень 26"}, headers=HTMX)
    assert answer.status_code == 200
    assert "cart-changed" in answer.headers["hx-trigger"]
    assert "Листопад: −10 %. Промокод применён." in words(answer.text)
    cart = words((await buyer.get("/cart")).text)
    assert "180,00 ₽" in cart
    await buyer.get("/locale/en?next=/cart")
    assert "Leaves: −10%. The promo code is applied." in words((await buyer.get("/cart")).text)
    await buyer.get("/locale/ru?next=/cart")
    (line,) = (await shop.cart()).cart.lines
    why = words((await buyer.get(f"/cart/lines/{line.uuid}/why")).text)
    assert "Акция «Листопад» по промокоду: −10 %" in why
    answer = await buyer.send_form("/promotions/code/remove", headers=HTMX)
    assert "cart-changed" in answer.headers["hx-trigger"]
    assert "Листопад" not in answer.text
    assert (await shop.cart()).cart.quote.total == 200


async def test_the_products_page_says_why_too(shop: Shop, buyer: Client) -> None:
    await shop.campaign(percent=Decimal("2.5"), name_ru="Неделя", name_en="Week")
    (row,) = await shop.ask.fetch(_FIRST)
    page = words((await buyer.get(f"/products/{row.uuid}")).text)
    assert "97,50 ₽" in page
    why = words((await buyer.get(f"/products/{row.uuid}/why")).text)
    assert "Акция «Неделя»: −2,5 %" in why


async def test_without_a_script_it_is_whole_pages(shop: Shop, buyer: Client) -> None:
    campaign = await shop.campaign(by_code=True)
    await shop.code(campaign, "AUTUMN")
    await shop.fill(1)
    wrong = await buyer.send_form("/promotions/code", {"code": "нет такого"})
    assert wrong.status_code == 422
    assert 'id="field-code-error"' in wrong.text
    assert 'value="нет такого"' in wrong.text
    assert "<h1" in wrong.text
    right = await buyer.send_form("/promotions/code", {"code": "autumn"})
    assert (right.status_code, right.headers["location"]) == (303, "/cart")
    assert "Промокод принят" in (await buyer.get("/cart")).text
    assert (await buyer.send_form("/promotions/code/remove")).status_code == 303


async def test_what_is_wrong_with_a_code_is_said(shop: Shop, buyer: Client) -> None:
    now = shop.ask.now
    other = await shop.new_company("Василёк")
    shapes = {
        "ENDED-1": {"ends_at": now - timedelta(hours=1)},
        "COMES-1": {"starts_at": now + timedelta(hours=1)},
        "OTHERS1": {"companies": (other.customer.company_id,)},
        "DEARER1": {"level": "order", "min_total": Decimal(500)},
        "USEDUP1": {"limit_total": 1},
        "PAUSED1": {},
    }
    for code, shape in shapes.items():
        await shop.code(await shop.campaign(by_code=True, **shape), code)
    await shop.run(
        "update plugin_promotions.campaign c set paused_at = now()"
        " from plugin_promotions.code d where d.campaign_id = c.id and d.label = 'PAUSED1'"
    )
    await shop.hold("USEDUP1", other)
    await shop.order(1, company=other)
    good = await shop.campaign(by_code=True, percent=Decimal(1))
    await shop.code(good, "GOOD-ONE")
    await shop.fill(2)
    assert (await _try(buyer, "good one"))[0] == 200
    for code, said in (
        ("", "Введите промокод"),
        ("nosuch", "Такого промокода нет"),
        ("=1+1", "Такого промокода нет"),
        ("Ж" * 60, "Такого промокода нет"),
        ("ended1", "Акция закончилась"),
        ("comes1", "Акция ещё не началась"),
        ("others1", "выдан другим компаниям"),
        ("paused1", "Акция приостановлена"),
        ("usedup1", "использован столько раз"),
        ("dearer1", "Код действует от 500,00 ₽: не хватает 300,00 ₽"),
    ):
        status, page = await _try(buyer, code)
        assert (status, said in page) == (422, True), (code, page)
    cart = await shop.cart()
    assert cart.cart.quote.total == 198, "the code before stays"


async def test_a_kept_code_says_why_it_does_nothing(shop: Shop, buyer: Client) -> None:
    campaign = await shop.campaign(by_code=True, percent=Decimal(5), products=(shop.products[2],))
    await shop.code(campaign, "THIRD-ONE")
    await shop.campaign(percent=Decimal(20))
    await shop.fill(1)
    assert "в корзине нет товаров этой акции" in (await _try(buyer, "THIRD-ONE"))[1]
    await shop.fill(1, 1, 1)
    page = words((await buyer.get("/cart")).text)
    assert "Цены этой корзины он не меняет: Действует более выгодное." in page
    assert "Акция «Осень»: −20 %" in page
    await shop.run("update plugin_promotions.campaign set paused_at = now()")
    assert "Больше не действует" in words((await buyer.get("/cart")).text)


async def test_codes_cannot_be_guessed(shop: Shop, buyer: Client) -> None:
    await shop.code(await shop.campaign(by_code=True), "SECRET-7")
    await shop.fill(1)
    for _ in range(TRIES_AN_HOUR):
        assert "Такого промокода нет" in (await _try(buyer, "guess-me"))[1]
    status, said = await _try(buyer, "SECRET-7")
    assert status == 422
    assert "Слишком много неверных промокодов" in said
    await shop.run("update plugin_promotions.attempt set at = at - interval '61 minutes'")
    assert (await _try(buyer, "SECRET-7"))[0] == 200


async def test_a_burst_of_guesses_is_counted_like_a_row_of_them(shop: Shop, buyer: Client) -> None:
    await shop.fill(1)
    headers = {**HTMX, "X-CSRFToken": await buyer.token()}
    tries = TRIES_AN_HOUR + 6
    answers = await asyncio.gather(
        *(
            buyer.post("/promotions/code", data={"code": f"GUESS{n:03}"}, headers=headers)
            for n in range(tries)
        )
    )
    assert sum("Такого промокода нет" in answer.text for answer in answers) == TRIES_AN_HOUR
    assert sum("Слишком много неверных" in answer.text for answer in answers) == 6


async def test_a_code_belongs_to_one_persons_cart(shop: Shop, buyer: Client) -> None:
    await shop.code(await shop.campaign(by_code=True), "SHARED-1")
    await shop.fill(1)
    assert (await _try(buyer, "SHARED-1"))[0] == 200
    other = await shop.new_company("Василёк")
    assert (await shop.price(ask=other.ask(shop.hall))).unit_price == 100
    assert (await shop.price()).unit_price == 90
    await shop.fill(1, company=other)
    await buyer.sign_in(other.email, PASSWORD)
    assert "SHARED-1" not in (await buyer.get("/cart")).text


async def test_who_acts_for_no_company_has_no_code(shop: Shop, client: Client) -> None:
    for role in ("picker", "accountant"):
        email = await shop.wholesaler.staff(role)
        await client.sign_in(email, PASSWORD)
        assert (await client.send_form("/promotions/code", {"code": "X"})).status_code == 403
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await client.send_form("/promotions/code", {"code": "X"})).status_code == 403
    assert shop.ask.actor.kind is ActorKind.BUYER


_FIRST = text("select uuid from fondaco.product where sku = 'A-1'")


async def test_a_promotion_larger_than_the_price_gives_it_away_and_no_more(
    shop: Shop, buyer: Client
) -> None:
    await shop.campaign(amount=Decimal(500), products=(shop.products[0],))
    await shop.campaign(level="order", amount=Decimal(5000))
    await shop.fill(2, 1)
    page = words((await buyer.get("/cart")).text)
    assert "Итого с НДС 0,00 ₽" in page
    assert "Скидка на заказ 100,00 ₽" in page
    assert "−500" not in page.replace("−500,00 ₽ с единицы", "")


async def test_two_codes_typed_in_two_tabs_at_once_leave_one_of_them(
    shop: Shop, buyer: Client
) -> None:
    for code, percent in (("TEN-OFF", 10), ("FIVE-OFF", 5)):
        await shop.code(await shop.campaign(by_code=True, percent=Decimal(percent)), code)
    await shop.fill(1)
    headers = {**HTMX, "X-CSRFToken": await buyer.token()}
    for _ in range(3):
        answers = await asyncio.gather(
            *(
                buyer.post("/promotions/code", data={"code": code}, headers=headers)
                for code in ("TEN-OFF", "FIVE-OFF") * 3
            )
        )
        assert {answer.status_code for answer in answers} == {200}
        (held,) = await shop.ask.fetch(_HELD)
        cart = words((await buyer.get("/cart")).text)
        assert held.label in cart
        assert (await shop.cart()).cart.quote.total == (90 if held.label == "TEN-OFF" else 95)


async def test_a_code_taken_out_in_one_tab_is_not_sold_by_the_checkout_of_another(
    shop: Shop, buyer: Client
) -> None:
    await shop.code(await shop.campaign(by_code=True), "TEN-OFF")
    await shop.fill(1)
    assert (await _try(buyer, "TEN-OFF"))[0] == 200
    first = (await buyer.get("/checkout")).text
    assert "90,00 ₽" in words(first)
    await buyer.send_form("/promotions/code/remove", headers=HTMX)
    refused = await _order(shop, buyer, first)
    assert refused.status_code == 409
    assert "100,00 ₽" in words(refused.text)
    assert await shop.ask.fetch(_ORDERS) == []
    placed = await _order(shop, buyer, refused.text)
    assert (placed.status_code, "placed=1" in placed.headers["location"]) == (303, True)
    assert [row.total for row in await shop.ask.fetch(_ORDERS)] == [100]


async def test_a_code_of_one_use_in_two_tabs_makes_one_order_cheaper(
    shop: Shop, buyer: Client
) -> None:
    campaign = await shop.campaign(by_code=True)
    await shop.code(campaign, "ONCE-ONLY", 1)
    other = await shop.new_company("Василёк")
    for company in (shop.company, other):
        await shop.fill(1, company=company)
        await shop.hold("ONCE-ONLY", company)
    page = (await buyer.get("/checkout")).text
    assert "90,00 ₽" in words(page)
    assert (await shop.order(company=other)).total == 90
    refused = await _order(shop, buyer, page)
    assert refused.status_code == 409
    assert "100,00 ₽" in words(refused.text)
    assert await shop.used(campaign) == 1
    assert [row.total for row in await shop.ask.fetch(_ORDERS)] == [90]


async def test_an_order_that_promotions_give_away_is_placed_at_nothing_and_not_below(
    shop: Shop, buyer: Client
) -> None:
    await shop.campaign(amount=Decimal(500))
    await shop.campaign(level="order", amount=Decimal(5000), stackable=True)
    await shop.fill(2, 1)
    placed = await _order(shop, buyer, (await buyer.get("/checkout")).text)
    assert placed.status_code == 303, words(placed.text)
    assert "placed=1" in placed.headers["location"]
    assert [row.total for row in await shop.ask.fetch(_ORDERS)] == [0]
    said = words((await buyer.get(placed.headers["location"])).text)
    assert "0,00 ₽" in said
    assert not re.search(r"Итого[^₽]*−", said)


async def _order(shop: Shop, buyer: Client, page: str) -> httpx.Response:
    """Press the button of a checkout page."""
    form = {**dict(_HIDDEN.findall(page)), "payment": "invoice"}
    return await buyer.send_form("/checkout", {**form, "to": f"outlet:{shop.company.outlet}"})


_HIDDEN = re.compile(r'<input type="hidden" name="(key|shown|shown_total)" value="([^"]*)">')
_ORDERS = text("select total from fondaco_api.order_v1 order by id")
_HELD = text(
    "select d.label from plugin_promotions.cart_code k"
    " join plugin_promotions.code d on d.id = k.code_id"
)
