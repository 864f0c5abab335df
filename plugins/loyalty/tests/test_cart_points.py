"""The field for points in the cart: what is typed, what is refused, what the order then has."""

import pytest
import pytest_asyncio
from loyalty_shop import Shop

from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_loyalty.slots import cart_points
from fondaco_sdk.context import Subject
from fondaco_sdk.testing.contracts import SlotCase, SlotContract

pytestmark = pytest.mark.plugins("loyalty")

PARTIAL = {"hx-request": "true"}


@pytest_asyncio.fixture
async def buyer(shop: Shop, client: Client) -> Client:
    """The first company's buyer with ten pieces in the cart, 1,000 in all, and 500 points."""
    await shop.grant(480)
    await shop.grant(20, days=3)
    await client.sign_in(shop.company.email, PASSWORD)
    await client.get("/locale/ru")
    await client.send_form("/cart/articles", {"article": "A-1", "quantity": "10"})
    return client


class TestCartPoints(SlotContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop, buyer: Client) -> SlotCase:
        cart = await shop.ask.cart.priced()
        subjects = [Subject(key, cart.company_id, cart=cart) for key in ("a", "b")]
        return SlotCase(cart_points, "loyalty", shop.ask, subjects)


async def test_the_cart_says_how_many_there_are_and_how_many_may_be_used(buyer: Client) -> None:
    page = words((await buyer.get("/cart")).text)
    assert "Доступно бонусов: 500." in page
    assert "Скоро сгорят 20 (последний день" in page
    assert "можно использовать до 300: не больше 30 % суммы" in page


async def test_points_are_used_and_taken_out_again(buyer: Client) -> None:
    answer = await buyer.send_form("/loyalty/points", {"points": "120,5"})
    assert answer.status_code == 303
    page = words((await buyer.get("/cart")).text)
    assert "Бонусами оплачено 120,50 ₽." in page
    assert "879,50 ₽" in page
    part = await buyer.send_form("/loyalty/points", {"points": "", "all": "1"}, headers=PARTIAL)
    assert part.status_code == 200
    assert part.headers["hx-trigger"] == "cart-changed"
    assert "Бонусами оплачено 300,00 ₽." in words(part.text)
    assert "<h1" not in part.text
    gone = await buyer.send_form("/loyalty/points/remove", headers=PARTIAL)
    assert "оплачено" not in words(gone.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Заполните поле"),
        ("сто", "«сто» не число"),
        ("0", "Введите число больше нуля"),
        ("-5", "Введите число больше нуля"),
        ("1.234", "Введите число больше нуля"),
        ("301", "Сейчас можно использовать не больше 300"),
        ("1e30", "Сейчас можно использовать не больше 300"),
    ],
)
async def test_what_cannot_be_is_said_at_the_field_and_kept(
    shop: Shop, buyer: Client, typed: str, said: str
) -> None:
    for headers in ({}, PARTIAL):
        answer = await buyer.send_form("/loyalty/points", {"points": typed}, headers=headers)
        assert answer.status_code == 422
        assert said in words(answer.text)
        assert f'value="{typed}"' in answer.text
    assert (await shop.points()).wish is None


async def test_a_cart_that_shrinks_uses_fewer_and_says_so(buyer: Client) -> None:
    await buyer.send_form("/loyalty/points", {"points": "300"})
    await buyer.send_form("/cart/clear")
    assert (await buyer.send_form("/loyalty/points", {"points": "10"})).status_code == 422
    await buyer.send_form("/cart/articles", {"article": "A-1", "quantity": "1"})
    page = words((await buyer.get("/cart")).text)
    assert "Бонусами оплачено 30,00 ₽." in page
    assert "Меньше, чем вы просили" in page


async def test_who_has_none_sees_no_field(shop: Shop, client: Client) -> None:
    other = await shop.new_company("Василёк")
    await shop.grant(500)
    await client.sign_in(other.email, PASSWORD)
    await client.send_form("/cart/articles", {"article": "A-1", "quantity": "10"})
    assert "cart-points" not in (await client.get("/cart")).text
    assert (await client.send_form("/loyalty/points", {"points": "5"})).status_code == 422


async def test_in_another_currency_points_do_not_pay(shop: Shop, client: Client) -> None:
    other = await shop.new_company("Берёзка", currency="USD")
    await shop.grant(500, company=other)
    await client.sign_in(other.email, PASSWORD)
    assert (await client.send_form("/loyalty/points", {"points": "5"})).status_code == 422
