"""The block on an invoice."""

import pytest
import pytest_asyncio
from loyalty_shop import Shop

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco_loyalty.hooks import document_blocks
from fondaco_sdk.testing.contracts import DocumentBlocksCase, DocumentBlocksContract
from fondaco_sdk.testing.factories import document
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("loyalty")


class TestDocumentBlocks(DocumentBlocksContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> DocumentBlocksCase:
        await shop.tiers()
        other = await shop.new_company("Василёк")
        orders = [await shop.order(150), await shop.order(4, company=other)]
        documents = [
            document(key, order=order.uuid, company_id=order.company_id)
            for key, order in enumerate(orders)
        ]
        return DocumentBlocksCase(document_blocks, system_ask(shop.hall), documents)


async def _text(shop: Shop, order: Order) -> str:
    asked = document(order=order.uuid, company_id=order.company_id)
    (block,) = await document_blocks(system_ask(shop.hall), [asked])
    assert "₽" in block.text.en
    return block.text.ru.replace("\u202f", " ")


async def test_it_says_the_same_whether_the_order_was_counted_or_not(shop: Shop) -> None:
    await shop.tiers()
    order = await shop.order(150, deliver=False)
    said = await _text(shop, order)
    assert said == (
        "С этим заказом вы получаете статус «Серебро»: скидка 5 % на следующие заказы."
        " Заказ добавляет к обороту 15 000,00 ₽, за 365 дн. получается 15 000,00 ₽."
        " До статуса «Золото» останется 35 000,00 ₽."
    )
    await deliver_due(shop.hall)
    assert await _text(shop, order) == said


async def test_a_holder_is_told_what_was_added(shop: Shop) -> None:
    await shop.tiers()
    await shop.bought("60000")
    said = await _text(shop, await shop.order(10))
    assert said == (
        "Ваш статус — «Золото», скидка 7,5 %."
        " Заказ добавляет к обороту 925,00 ₽, за 365 дн. получается 60 925,00 ₽."
    )


async def test_another_currency_and_another_company_get_no_block(shop: Shop) -> None:
    await shop.tiers()
    order = await shop.order(1)
    system = system_ask(shop.hall)
    stranger = document(order=order.uuid, company_id=order.company_id + 1000)
    assert await document_blocks(system, [stranger]) == ()
    await shop.run("update fondaco.customer_order set currency = 'USD'")
    asked = document(order=order.uuid, company_id=order.company_id)
    assert await document_blocks(system, [asked]) == ()


async def test_it_says_what_was_paid_with_points(shop: Shop) -> None:
    await shop.tiers()
    await shop.grant(50)
    await shop.wish()
    said = await _text(shop, await shop.order(10))
    assert said.startswith("Заказ добавляет к обороту 950,00 ₽")
    assert said.endswith("Бонусами оплачено 50,00 ₽.")
