"""Payment documents of 1C over HTTP: booked once, corrected, taken back, and never guessed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from exchange_desk import ExchangeShop, document

from fondaco.settings import Payments, Settings
from fondaco_sdk.types.order import Order, OrderState

pytestmark = pytest.mark.plugins("erp_1c")

BANK, CASH = "Выплата безналичных денег", "Выплата наличных денег"
CARD, BACK = "Эквайринговая операция", "Возврат безналичных денег"


@pytest.fixture
def authority() -> str:
    return "erp"


@pytest.fixture
def settings(tmp_path: Path, authority: Any) -> Settings:
    """A site whose bank is read by 1C."""
    return Settings(
        data_dir=str(tmp_path / "data"),
        secret="test-secret",
        payments=Payments(bank_authority=authority),
    )


def _paid(
    order: Order,
    amount: str,
    *,
    key: str = "pay-1",
    operation: str = BANK,
    day: str = "2026-03-01",
    currency: str = "руб.",
    **requisites: str,
) -> str:
    values = "".join(
        f"<ЗначениеРеквизита><Наименование>{name}</Наименование>"
        f"<Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in {"Проведен": "true", **requisites}.items()
    )
    return (
        f"<Документ><Ид>{key}</Ид><НомерВерсии>AAAAAAAAAAE=</НомерВерсии>"
        f"<Номер>00-77</Номер><Номер1С>00-77</Номер1С><Дата1С>{day}</Дата1С>"
        f"<Основание>{order.number}</Основание><ХозОперация>{operation}</ХозОперация>"
        f"<Валюта>{currency}</Валюта><Сумма>{amount}</Сумма>"
        f"<ЗначенияРеквизитов>{values}</ЗначенияРеквизитов></Документ>"
    )


async def _send(shop: ExchangeShop, *documents: str) -> str:
    onec = shop.onec("sale")
    await onec.begin()
    await onec.send("orders.xml", document("".join(documents), encoding="windows-1251"))
    await shop.work()
    rows = await shop.all("select said from plugin_erp_1c.file order by id desc limit 1")
    return str(rows[0][0])


async def _received(shop: ExchangeShop) -> Decimal:
    rows = await shop.all("select coalesce(sum(amount), 0) from fondaco.payment_entry")
    return Decimal(rows[0][0])


async def _state(shop: ExchangeShop, order: Order) -> str:
    rows = await shop.all("select state from fondaco.customer_order where id = :o", o=order.id)
    return str(rows[0][0])


@pytest.mark.parametrize("operation", [BANK, CASH])
async def test_money_that_1c_tells_of_is_booked_once(shop: ExchangeShop, operation: str) -> None:
    order = await shop.order(10)
    for _ in range(3):
        assert await _send(shop, _paid(order, "400", operation=operation)) == ""
    assert await _received(shop) == Decimal("400.00")
    assert await _send(shop, _paid(order, "600,00", key="pay-2", operation=operation)) == ""
    assert await _received(shop) == order.total == Decimal("1000.00")


async def test_a_corrected_sum_takes_the_place_of_the_former_one(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await _send(shop, _paid(order, "400"))
    await _send(shop, _paid(order, "450"))
    assert await _received(shop) == Decimal("450.00")
    await _send(shop, _paid(order, "400"))
    assert await _received(shop) == Decimal("400.00")


@pytest.mark.parametrize("void", [{"ПометкаУдаления": "true"}, {"Проведен": "false"}])
async def test_a_void_document_takes_its_money_and_never_the_order(
    shop: ExchangeShop, void: dict[str, str]
) -> None:
    order = await shop.order(10)
    await _send(shop, _paid(order, "400"))
    assert await _send(shop, _paid(order, "400", **void)) == ""
    assert await _received(shop) == Decimal(0)
    assert await _state(shop, order) != "cancelled"


async def test_what_went_back_is_taken_off(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await _send(shop, _paid(order, "1000"))
    assert await _send(shop, _paid(order, "250", key="back-1", operation=BACK)) == ""
    assert await _received(shop) == Decimal("750.00")


async def test_money_of_cards_is_told_by_the_acquirer_alone(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    assert await _send(shop, _paid(order, "1000", operation=CARD)) == ""
    assert await _received(shop) == Decimal(0)


async def test_what_cannot_be_booked_says_why(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    said = await _send(
        shop,
        _paid(order, "много", key="a"),
        _paid(order, "10", key="b", day="вчера"),
        _paid(order, "10", key="c", currency="USD"),
    )
    assert said.split("\n") == [
        "00-77: в документе оплаты нет суммы",
        "00-77: в документе оплаты нет идентификатора или даты по 1С",
    ]
    rows = await shop.all("select document, refused from plugin_erp_1c.payment")
    assert [row[0] for row in rows] == ["c"]
    assert "USD" in rows[0][1]
    assert await _received(shop) == Decimal(0)


@pytest.mark.parametrize("authority", ["statement"])
async def test_where_statements_count_the_word_of_1c_is_shown(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    assert await _send(shop, _paid(order, "400")) == ""
    assert await _received(shop) == Decimal(0)
    rows = await shop.all("select ru from fondaco.order_entry where kind = 'payment.erp_told'")
    assert len(rows) == 1 and "400" in rows[0][0]


async def test_a_deleted_waybill_leaves_the_order_alone(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    told = _paid(order, "1000", key="", operation="Отпуск товара", ПометкаУдаления="true")
    assert await _send(shop, told) == ""
    assert await _state(shop, order) == "placed"


async def test_a_payment_older_than_the_order_counts_too(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await _send(
        shop,
        f"<Документ><Ид></Ид><НомерВерсии>AAAAAQAAAAk=</НомерВерсии><Номер>{order.number}</Номер>"
        "<ХозОперация>Заказ товара</ХозОперация></Документ>",
    )
    assert await _send(shop, _paid(order, "400")) == ""
    assert await _received(shop) == Decimal("400.00")


@pytest.mark.parametrize(
    ("operation", "requisites"),
    [
        (BANK, {}),
        (CASH, {"Дата оплаты по 1С": "2026-03-01"}),
        (CARD, {}),
        (BACK, {"Заказ оплачен": "true"}),
    ],
)
async def test_a_document_of_money_is_no_word_on_the_state(
    shop: ExchangeShop, operation: str, requisites: dict[str, str]
) -> None:
    placed, waiting = await shop.order(10), await shop.order(10)
    await shop.report(waiting.id, OrderState.AWAITING_PAYMENT)
    for order in (placed, waiting):
        said = _paid(order, "10", key=order.number, operation=operation, **requisites)
        await _send(shop, said)
    assert await _state(shop, placed) == "placed"
    assert await _state(shop, waiting) == "awaiting_payment"


async def test_an_order_goes_on_once_all_of_its_money_has_come(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    assert await _send(shop, _paid(order, "10")) == ""
    assert await _state(shop, order) == "awaiting_payment"
    assert await _send(shop, _paid(order, "990", key="pay-2")) == ""
    assert await _received(shop) == order.total
    assert await _state(shop, order) == "picking"


async def test_an_order_of_1c_with_a_day_of_payment_is_confirmed(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await shop.report(order.id, OrderState.AWAITING_PAYMENT)
    told = _paid(
        order, "1000", key="", operation="Заказ товара", **{"Дата оплаты по 1С": "2026-03-01"}
    )
    assert await _send(shop, told) == ""
    assert await _state(shop, order) == "confirmed"


async def _refusal(shop: ExchangeShop) -> str:
    rows = await shop.all("select refused from plugin_erp_1c.payment")
    return str(rows[0][0])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"currency": "USD"}, "USD"),
        ({"operation": BACK}, "другого вида"),
    ],
)
async def test_a_document_that_says_otherwise_with_the_same_sum_is_not_passed_over(
    shop: ExchangeShop, changes: dict[str, Any], why: str
) -> None:
    order = await shop.order(10)
    await _send(shop, _paid(order, "400"))
    assert await _refusal(shop) == ""
    await _send(shop, _paid(order, "400", **changes))
    assert why in await _refusal(shop)
    assert await _received(shop) == Decimal("400.00")
    await _send(shop, _paid(order, "400"))
    assert await _refusal(shop) == ""
    assert await _received(shop) == Decimal("400.00")


async def test_a_document_that_is_bound_to_another_order_takes_its_money_there(
    shop: ExchangeShop,
) -> None:
    order, other = await shop.order(10), await shop.order(10)
    by_order = "select order_id, received from fondaco.payment where received > 0"
    for bound in (order, other, other, order):
        await _send(shop, _paid(bound, "400"))
        assert await _refusal(shop) == ""
        assert await shop.all(by_order) == [(bound.id, Decimal(400))]


async def test_what_was_refused_is_tried_again(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    back = _paid(order, "400", key="back", operation=BACK)
    await _send(shop, back)
    assert await _refusal(shop) != ""
    await _send(shop, _paid(order, "1000"))
    await _send(shop, back)
    assert await _received(shop) == Decimal("600.00")
    versions = "select version from plugin_erp_1c.payment where document = 'back'"
    assert await shop.all(versions) == [(2,)]
    await _send(shop, back)
    assert await shop.all(versions) == [(2,)]
