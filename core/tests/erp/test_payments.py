"""The ERP tells of money for orders; through the front door."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from fondaco.documents.statements import PAID
from fondaco.hooks.hall import Hall
from fondaco.orders.service import Orders
from fondaco.settings import Payments, Settings
from fondaco.testing.client import Client
from fondaco.testing.erp import Erp, connect
from fondaco.testing.shop import WorkingShop
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.order import Order

D = Decimal


@pytest.fixture
def authority() -> str:
    return "erp"


@pytest.fixture
def settings(tmp_path: Any, authority: Any) -> Settings:
    """A site whose bank is read by the ERP."""
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        payments=Payments(bank_authority=authority),
    )


@pytest_asyncio.fixture
async def shop(hall: Hall, wholesaler: Wholesaler) -> WorkingShop:
    found = WorkingShop(hall, wholesaler)
    await found.open()
    return found


@pytest_asyncio.fixture
async def sender(shop: WorkingShop, client: Client, wholesaler: Wholesaler) -> Erp:
    return await connect(client, wholesaler)


def paid(order: str, amount: str = "100.00", **changes: Any) -> dict[str, Any]:
    return {
        "external_id": "doc-1",
        "order": order,
        "amount": amount,
        "currency": "RUB",
        "number": "77",
        "date": "2026-03-01",
        **changes,
    }


async def received(shop: WorkingShop, order: Order) -> Decimal:
    return (await Orders(shop.ask).orders([order.id], shop.ask.scope))[order.id].received


async def refusal(sender: Erp, record: dict[str, Any]) -> str:
    answer = await sender.send("payments", record)
    (reason,) = answer.reasons
    return reason


async def entries(shop: WorkingShop) -> list[tuple[str, Decimal]]:
    async with shop.hall.database.transaction() as connection:
        rows = await connection.execute(
            text("select kind, amount, source from fondaco.payment_entry order by id")
        )
        found = rows.all()
    assert {row.source for row in found} <= {"erp"}
    return [(row.kind, row.amount) for row in found]


async def test_money_is_booked_once_by_number_or_uuid(shop: WorkingShop, sender: Erp) -> None:
    order = await shop.order(3)
    for _ in range(2):
        await sender.all_of("payments", [paid(order.number)])
    await sender.all_of("payments", [paid(str(order.uuid), "200", external_id="doc-2")])
    assert await received(shop, order) == 300
    assert len(await entries(shop)) == 2


async def test_it_is_paid_on_the_day_of_its_document(shop: WorkingShop, sender: Erp) -> None:
    order = await shop.order(3)
    await sender.all_of("payments", [paid(order.number, date="2026-02-27")])
    found = await shop.ask.fetch(text("select paid_on from fondaco.payment_entry"))
    assert [row.paid_on for row in found] == [date(2026, 2, 27)]


async def test_a_later_version_corrects_and_an_older_one_is_refused(
    shop: WorkingShop, sender: Erp
) -> None:
    order = await shop.order(3)
    await sender.all_of("payments", [paid(order.number)])
    await sender.all_of("payments", [paid(order.number, "90", version=3)])
    assert await received(shop, order) == 90
    assert "версия 3" in await refusal(sender, paid(order.number, "80", version=2))
    assert "увеличьте номер версии" in await refusal(sender, paid(order.number, "80", version=3))
    await sender.all_of("payments", [paid(order.number, "90", version=5)])
    assert "версия 5" in await refusal(sender, paid(order.number, "80", version=4))
    await sender.all_of("payments", [paid(order.number, "0", version=6)])
    assert await received(shop, order) == 0
    await sender.all_of("payments", [paid(order.number, "90", version=7)])
    assert await received(shop, order) == 90
    assert [kind for kind, _ in await entries(shop)] == [
        "received", "struck", "received", "struck", "received",
    ]  # fmt: skip


async def test_money_that_goes_back(shop: WorkingShop, sender: Erp) -> None:
    order = await shop.order(3)
    back = paid(order.number, "40", external_id="doc-2", kind="refunded")
    assert "получено меньше" in await refusal(sender, back)
    await sender.all_of("payments", [paid(order.number), back])
    assert await received(shop, order) == 60
    assert "Сумму и заказ возврата" in await refusal(sender, {**back, "amount": "50", "version": 2})


async def test_what_is_refused_leaves_the_others(shop: WorkingShop, sender: Erp) -> None:
    order = await shop.order(3)
    await sender.all_of("payments", [paid(order.number)])
    assert "на портале нет" in await refusal(sender, paid(str(uuid4()), external_id="x"))
    assert "в RUB, а оплата в USD" in await refusal(
        sender, paid(order.number, currency="USD", external_id="x")
    )
    assert "двух знаков" in await refusal(sender, paid(order.number, "1.001", external_id="x"))
    back = paid(order.number, "40", version=2, kind="refunded")
    assert "другого вида" in await refusal(sender, back)
    assert await received(shop, order) == 100


async def test_a_document_that_is_bound_to_another_order_takes_its_money_there(
    shop: WorkingShop, sender: Erp
) -> None:
    order, other = await shop.order(3), await shop.order(1)
    await sender.all_of("payments", [paid(order.number), paid(other.number, external_id="doc-2")])
    assert "для другого заказа" in await refusal(sender, paid(other.number))
    await sender.all_of(
        "payments",
        [
            paid(other.number, "90", version=2),
            paid(order.number, version=2, external_id="doc-2"),
        ],
    )
    assert await received(shop, order) == 100
    assert await received(shop, other) == 90
    assert "версия 2" in await refusal(sender, paid(order.number, version=1))
    await sender.all_of("payments", [paid(other.number, "0", version=3)])
    assert await received(shop, other) == 0


async def test_money_that_has_gone_back_meanwhile_is_not_taken_to_another_order(
    shop: WorkingShop, sender: Erp
) -> None:
    order, other = await shop.order(3), await shop.order(1)
    back = paid(order.number, "40", external_id="doc-2", kind="refunded")
    await sender.all_of("payments", [paid(order.number), back])
    assert "получено меньше" in await refusal(sender, paid(other.number, version=2))
    assert "заказ возврата" in await refusal(sender, {**back, "order": other.number, "version": 2})
    assert await received(shop, order) == 60
    assert await received(shop, other) == 0


class TestWhenStatementsCount:
    """`payments.bank_authority = "statement"`: the word of the ERP is shown."""

    @pytest.fixture
    def authority(self) -> str:
        return "statement"

    async def test_it_is_shown_and_not_booked(self, shop: WorkingShop, sender: Erp) -> None:
        order = await shop.order(3)
        for _ in range(2):
            await sender.all_of("payments", [paid(order.number)])
        assert await received(shop, order) == 0
        detail = await Orders(shop.ask).detail(order.uuid, shop.ask.scope)
        told = [e for e in detail.timeline if e.kind == "payment.erp_told"]
        assert len(told) == 1
        assert not await entries(shop)

    async def test_of_another_order_both_are_told(self, shop: WorkingShop, sender: Erp) -> None:
        order, other = await shop.order(3), await shop.order(1)
        await sender.all_of("payments", [paid(order.number)])
        await sender.all_of("payments", [paid(other.number, version=2)])
        for one, last in ((order, "документ отменён"), (other, "поступило 100,00")):
            detail = await Orders(shop.ask).detail(one.uuid, shop.ask.scope)
            told = [e for e in detail.timeline if e.kind == "payment.erp_told"]
            assert last in max(told, key=lambda e: e.at).ru


async def test_a_later_version_with_another_day_moves_the_money_of_the_act(
    shop: WorkingShop, sender: Erp
) -> None:
    order = await shop.order(3)
    for version, day in ((1, "2026-03-01"), (2, "2026-02-10")):
        await sender.send("payments", paid(order.number, version=version, date=day))
        asked = {
            "entity": shop.company.customer.legal_entity_id,
            "seller": shop.seller,
            "currency": "RUB",
            "since": date(2026, 1, 1),
            "until": date(2026, 12, 31),
        }
        (row,) = await shop.ask.fetch(PAID, asked)
        assert (str(row.day), row.amount) == (day, 100)
    assert await entries(shop) == [("received", D(100))]
