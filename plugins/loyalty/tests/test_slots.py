"""The pieces of the cart's and the order's page."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
import pytest_asyncio
from loyalty_shop import Shop

from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import print_fragment
from fondaco_loyalty.slots import cart_status, order_aside
from fondaco_sdk.context import Subject
from fondaco_sdk.testing.contracts import SlotCase, SlotContract
from fondaco_sdk.testing.factories import subject
from fondaco_sdk.web import Fragment

pytestmark = pytest.mark.plugins("loyalty")

Printer = Callable[..., str]


@pytest.fixture
def printed(hall: Hall) -> Printer:
    """`printed(fragment, "en")`: the piece as HTML on one line."""
    return partial(print_fragment, hall)


class TestCartStatus(SlotContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> SlotCase:
        await shop.tiers()
        await shop.bought("12000")
        other = await shop.new_company("Василёк")
        subjects = [
            subject("a", company_id=shop.company.customer.company_id, amount=Decimal(5)),
            subject("b", company_id=other.customer.company_id, amount=Decimal(7)),
        ]
        return SlotCase(cart_status, "loyalty", shop.ask, subjects)


class TestOrderAside(SlotContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> SlotCase:
        await shop.tiers()
        orders = [await shop.order(3), await shop.order(4, deliver=False)]
        subjects = [
            subject(str(o.id), company_id=o.company_id, order=o.uuid, amount=o.total)
            for o in orders
        ]
        return SlotCase(order_aside, "loyalty", shop.ask, subjects)


async def _cart(shop: Shop, amount: str, currency: str = "RUB") -> Fragment:
    asked = subject(
        company_id=shop.company.customer.company_id, amount=Decimal(amount), currency=currency
    )
    return (await cart_status(shop.ask, [asked]))["cart"]


async def test_the_cart_says_what_it_brings(shop: Shop, printed: Printer) -> None:
    await shop.tiers()
    await shop.bought("15500")
    said = printed(await _cart(shop, "12000"))
    assert "Статус «Серебро», скидка 5 %." in said
    assert "До статуса «Золото» со скидкой 7,5 % осталось 34 500,00 ₽." in said
    assert "С этим заказом останется 22 500,00 ₽." in said
    assert 'href="/loyalty"' in said
    assert "вы получите статус «Золото»" in printed(await _cart(shop, "34500"))
    assert "Этот заказ в другой валюте" in printed(await _cart(shop, "34500", "USD"))
    assert "₽12,000.00" not in printed(await _cart(shop, "1"), "en")
    assert "₽34,500.00 more brings the status “Gold”" in printed(await _cart(shop, "1"), "en")


async def test_without_statuses_it_says_nothing(shop: Shop) -> None:
    asked = [subject(company_id=shop.company.customer.company_id), Subject(key="guest")]
    assert await cart_status(shop.ask, asked) == {}


async def test_at_the_top_and_before_the_first(shop: Shop, printed: Printer) -> None:
    await shop.tiers()
    assert "Статуса пока нет." in printed(await _cart(shop, "1"))
    await shop.bought("50000")
    assert "Это высший статус." in printed(await _cart(shop, "1"))


async def test_an_order_says_the_same_before_and_after_it_is_counted(
    shop: Shop, printed: Printer
) -> None:
    await shop.tiers()
    order = await shop.order(100, deliver=False)
    asked = [subject("o", company_id=order.company_id, order=order.uuid)]
    before = printed((await order_aside(shop.ask, asked))["o"])
    assert "Заказ добавляет к вашему обороту 10 000,00 ₽." in before
    assert "Статус «Серебро», скидка 5 %." in before
    await shop.order(1)
    await shop.cancel(order.id)
    cancelled = printed((await order_aside(shop.ask, asked))["o"])
    assert "Заказ отменён и в оборот не входит." in cancelled
    assert "Серебро», скидка" not in cancelled
