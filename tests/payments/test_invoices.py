"""The invoice of an order that is paid online: it does not ask for the same money by bank."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from till import CARD, Till

from fondaco.documents.model import RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.testing.client import Client
from fondaco.testing.pdf import text_of
from fondaco.testing.shop import words
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("payments_yookassa")


async def _invoice(shop: Till, buyer: Client) -> str:
    [(id, uuid)] = await shop.rows(
        "select id, uuid from fondaco.document d where kind = 'invoice' and not exists"
        " (select from fondaco.document n where n.chain = d.chain and n.version > d.version)"
    )
    job = JobContext(shop.hall, Outside(), "documents.render", 1)
    await render_document(job, RenderDocument(id))
    return text_of((await buyer.get(f"/documents/{uuid}/file")).content)


async def test_paid_by_card_it_asks_for_nothing(shop: Till, buyer: Client) -> None:
    await shop.sold(3, payment=CARD)
    text = await _invoice(shop, buyer)
    assert "Всего к оплате: 0,00" in text
    assert "Ноль рублей 00 копеек" in text
    assert "QR" not in text


async def test_paid_in_parts_it_asks_for_its_own(shop: Till, buyer: Client) -> None:
    await shop.sold(3, payment="invoice", amount=Decimal(100), rest=CARD)
    text = await _invoice(shop, buyer)
    assert "Всего к оплате: 100,00" in text
    assert "Сто рублей 00 копеек" in text


async def test_by_invoice_alone_it_asks_for_all_with_a_code(shop: Till, buyer: Client) -> None:
    await shop.sold(3, payment="invoice")
    text = await _invoice(shop, buyer)
    assert "Всего к оплате: 300,00" in text
    assert "QR" in text


async def _pay_otherwise(shop: Till, buyer: Client, order: Order, way: str) -> None:
    path = f"/orders/{order.uuid}/payments/{order.payments[0].uuid}/otherwise"
    assert (await buyer.send_form(path, {"way": way})).status_code == 303
    await deliver_due(shop.hall)


async def test_it_follows_a_part_that_is_paid_otherwise(shop: Till, buyer: Client) -> None:
    order = await shop.sold(3, payment=CARD)
    await deliver_due(shop.hall)
    await _pay_otherwise(shop, buyer, order, "invoice")
    by_bank = await _invoice(shop, buyer)
    assert "Всего к оплате: 300,00" in by_bank
    assert "QR" in by_bank
    await _pay_otherwise(shop, buyer, order, CARD)
    by_card = await _invoice(shop, buyer)
    assert "Всего к оплате: 0,00" in by_card
    assert "QR" not in by_card
    found = await shop.rows(
        "select number, version from fondaco.document where kind = 'invoice' order by version"
    )
    assert [version for _, version in found] == [1, 2, 3]
    assert len({number for number, _ in found}) == 1


@pytest.mark.parametrize(
    ("days", "paid", "said"),
    [
        (30, {"payment": CARD}, "Предоплата 100 %"),
        (30, {"payment": "invoice"}, "Отсрочка платежа, календарных дней: 30"),
        (0, {"payment": "invoice"}, "Предоплата 100 %"),
        (
            30,
            {"payment": CARD, "amount": Decimal(100), "rest": "invoice"},
            "Предоплата 100,00 ₽. Остальное (200,00 ₽) — отсрочка платежа, календарных дней: 30",
        ),
    ],
)
async def test_its_terms_are_those_of_the_order(
    shop: Till, buyer: Client, days: int, paid: dict[str, Any], said: str
) -> None:
    await shop.run("update fondaco.agreement set payment_days = :days", days=days)
    customer = replace(shop.company.customer, payment_days=days)
    await shop.sold(3, company=replace(shop.company, customer=customer), **paid)
    assert said in words(await _invoice(shop, buyer))
