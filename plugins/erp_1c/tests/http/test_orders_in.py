"""What 1C says of orders: states, its own numbers, lines that it changed."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from exchange_desk import ExchangeShop, document
from lxml import etree
from sqlalchemy import text

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_erp_1c.sim.client import Failure, Onec
from fondaco_sdk.types.order import AmendedLine, Order, OrderState
from fondaco_sdk.types.reason import Reason

pytestmark = pytest.mark.plugins("erp_1c")


async def _begun(shop: ExchangeShop, version: str = "") -> Onec:
    onec = shop.onec("sale")
    await onec.begin(version)
    return onec


def _line(product: str, quantity: str, price: str, total: str = "") -> str:
    total = total or str(Decimal(quantity) * Decimal(price))
    return (
        f"<Товар><Ид>{product}</Ид><Наименование>{product}</Наименование>"
        f"<ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу><Количество>{quantity}</Количество>"
        f"<Сумма>{total}</Сумма></Товар>"
    )


DELIVERY = (
    "<Товар><Ид>ORDER_DELIVERY</Ид><Наименование>Доставка заказа</Наименование>"
    "<ЦенаЗаЕдиницу>340</ЦенаЗаЕдиницу><Количество>1</Количество><Сумма>340</Сумма></Товар>"
)


def _said(
    number: str, *lines: str, id: str = "", version: str = "", extra: str = "", **requisites: str
) -> str:
    values = "".join(
        f"<ЗначениеРеквизита><Наименование>{name.replace('_', ' ')}</Наименование>"
        f"<Значение>{value}</Значение></ЗначениеРеквизита>"
        for name, value in requisites.items()
    )
    goods = f"<Товары>{''.join(lines)}</Товары>" if lines else ""
    return (
        f"<Документ><Ид>{id}</Ид><НомерВерсии>{version}</НомерВерсии><Номер>{number}</Номер>"
        f"<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль>{extra}{goods}"
        f"<ЗначенияРеквизитов>{values}</ЗначенияРеквизитов></Документ>"
    )


async def _send(shop: ExchangeShop, *documents: str, encoding: str = "windows-1251") -> str:
    """Through the older protocol; what the log says of documents that were refused."""
    onec = await _begun(shop)
    await onec.send("orders.xml", document("".join(documents), encoding=encoding))
    rows = await shop.all("select said from plugin_erp_1c.file order by id desc limit 1")
    return str(rows[0][0])


async def _state(shop: ExchangeShop, order: Order) -> str:
    rows = await shop.all("select state from fondaco.customer_order where id = :o", o=order.id)
    return str(rows[0][0])


async def _stock(shop: ExchangeShop) -> dict[str, tuple[int, int]]:
    """(reserved by the rows, held by reservations) of each article."""
    rows = await shop.all(
        "select p.sku, s.reserved, coalesce((select sum(r.quantity) from fondaco.reservation r"
        " where r.stock_id = s.id and r.state = 'held'), 0)"
        " from fondaco.stock_row s join fondaco.product p on p.id = s.product_id order by 1"
    )
    return {sku: (int(reserved), int(held)) for sku, reserved, held in rows}


@pytest.mark.parametrize(
    ("requisites", "state"),
    [
        ({"Статус_заказа": "Подтверждён"}, "confirmed"),
        ({"СтатусЗаказа": "к  выполнению"}, "confirmed"),
        ({"СтатусЗаказа": "[P] Оплачен", "Заказ_оплачен": "true"}, "confirmed"),
        ({"Статуса_заказа_ИД": "F", "Отгружен": "true"}, "completed"),
        ({"Статус_Заказа": "Отгружен"}, "shipped"),
        ({"Проведен": "true"}, "confirmed"),
        ({"Статус_заказа": "[N] Принят"}, "placed"),
        ({"Статус_заказа": "Принят", "Проведен": "true"}, "confirmed"),
        ({"Дата_отгрузки_по_1С": "2026-11-28", "Проведен": "true"}, "shipped"),
        ({"Дата_отгрузки_по_1С": "0001-01-01T00:00:00"}, "placed"),
        ({"ПометкаУдаления": "true"}, "cancelled"),
        ({"Отменен": "true", "Статус_заказа": "Подтверждён"}, "cancelled"),
    ],
)
async def test_a_state_comes_by_the_requisites(
    shop: ExchangeShop, requisites: dict[str, str], state: str
) -> None:
    order = await shop.order(2)
    assert await _send(shop, _said(order.number, **requisites)) == ""
    assert await _state(shop, order) == state


async def test_what_1c_told_is_not_sent_back_to_it(shop: ExchangeShop) -> None:
    order = await shop.order(2, deliver=True)
    onec = await _begun(shop)
    await onec.query()
    await onec.confirm()
    line = _line("A-1", "1", "100")
    await _send(shop, _said(order.number, line, Статус_заказа="Подтверждён", Номер_по_1С="УТ-7"))
    await deliver_due(shop.hall)
    assert not list(etree.fromstring(await (await _begun(shop)).query()))
    # But what our own people do afterwards is.
    await shop.cancel(order.id)
    assert len(list(etree.fromstring(await (await _begun(shop)).query()))) == 1
    assert await shop.all("select number from plugin_erp_1c.document") == [("УТ-7",)]


async def test_lines_that_1c_changed_bring_everything_along(
    shop: ExchangeShop, client: Client
) -> None:
    order = await shop.order(10, 4)
    said = await _send(
        shop,
        _said(
            order.number,
            _line("A-1", "6", "90.50"),
            _line("A-3", "5", "100"),
            DELIVERY,
            Проведен="true",
        ),
    )
    assert said == ""
    rows = await shop.all(
        "select sku, quantity, unit_price, total, vat_amount from fondaco.order_line"
        " order by position"
    )
    assert [(sku, int(quantity), total, vat) for sku, quantity, _, total, vat in rows] == [
        ("A-1", 6, Decimal("543.00"), Decimal("97.92")),
        ("A-2", 0, Decimal("0.00"), Decimal("0.00")),
        ("A-3", 5, Decimal("500.00"), Decimal("90.16")),
    ]
    assert await shop.all("select total, vat_total from fondaco.customer_order") == [
        (Decimal("1043.00"), Decimal("188.08"))
    ]
    assert await _stock(shop) == {"A-1": (6, 6), "A-2": (0, 0), "A-3": (5, 5)}
    await client.sign_in(shop.company.email, PASSWORD)
    page = words((await client.get(f"/orders/{order.uuid}")).text)
    for told in (
        "было 10 шт",
        "была 100,00 ₽",
        "Убрано из заказа",
        "A-2 Болт 2, 4 шт",
        "добавлено",
    ):
        assert told in page, told
    assert "Состав заказа изменён" in page
    (letter,) = await shop.all("select payload::text from fondaco.outbox"
                               " where type = 'order.amended.v1'")  # fmt: skip
    assert '"source": "erp_1c"' in letter[0]
    mails = await shop.all(
        "select convert_from(payload, 'UTF8') from fondaco.pgqueuer"
        " where convert_from(payload, 'UTF8') like '%Состав заказа%'"
    )
    assert len(mails) == 1 and "было 10" in mails[0][0]


SERVICE = (
    "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ТипНоменклатуры</Наименование>"
    "<Значение>Услуга</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Товар>"
)


async def test_a_service_that_was_ordered_stays_and_one_of_1c_alone_is_no_line(
    shop: ExchangeShop,
) -> None:
    order = await shop.order(10, 2)
    ordered = _line("A-2", "2", "100").replace("</Товар>", SERVICE)
    brought = _line("доставка-1с", "1", "340").replace("</Товар>", SERVICE)
    told = _said(order.number, _line("A-1", "6", "100"), ordered, brought, DELIVERY)
    assert await _send(shop, told) == ""
    lines = "select sku, cast(quantity as int) from fondaco.order_line order by position"
    assert await shop.all(lines) == [("A-1", 6), ("A-2", 2)]
    # A document of nothing else says nothing of the lines.
    assert await _send(shop, _said(order.number, brought)) == ""
    assert await shop.all(lines) == [("A-1", 6), ("A-2", 2)]


async def test_the_months_spending_follows_what_1c_changed(shop: ExchangeShop) -> None:
    order = await shop.order(10, 4)
    spent = "select sum(amount) from fondaco.spending_entry"
    assert await shop.all(spent) == [(Decimal("1400.00"),)]
    await _send(shop, _said(order.number, _line("A-1", "6", "100")))
    assert await shop.all(spent) == [(Decimal("600.00"),)]


async def test_the_same_document_again_changes_nothing(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    told = _said(order.number, _line("A-1", "6", "100"), version="AAAAAQAAAAk=", Проведен="true")
    for _ in range(3):
        assert await _send(shop, told) == ""
    assert await shop.all("select count(*) from fondaco.order_line_change") == [(1,)]
    assert await _stock(shop) == {"A-1": (6, 6), "A-2": (0, 0), "A-3": (0, 0)}


async def test_an_older_document_is_refused_and_the_others_live_on(shop: ExchangeShop) -> None:
    one, other = await shop.order(10), await shop.order(8)
    await _send(shop, _said(one.number, _line("A-1", "6", "100"), version="AAAAAQAAAAk="))
    said = await _send(
        shop,
        _said(one.number, _line("A-1", "10", "100"), version="AAAAAQAAAAg="),
        _said("Щ-404", Проведен="true"),
        _said(other.number, _line("A-1", "7", "100"), _line("чужой", "1", "5")),
        _said(other.number, _line("A-1", "семь", "100", "700")),
        _said(other.number, _line("A-1", "5", "100"), Статус_заказа="Собран роботом"),
    )
    assert said.split("\n") == [
        f"{one.number}: документ старше того, что уже получен: пропущен",
        "Щ-404: заказа с таким номером на портале нет",
        f"{other.number}: строки не приняты: товара «чужой» на портале нет, сначала выгрузите его",
        f"{other.number}: строка «A-1»: «семь» не число",
        f"{other.number}: статус «Собран роботом» не сопоставлен: добавьте его в настройки",
    ]
    rows = await shop.all("select quantity from fondaco.order_line order by id")
    assert [int(row[0]) for row in rows] == [6, 5]


async def test_a_state_that_goes_backwards_is_refused(shop: ExchangeShop) -> None:
    order = await shop.order(1)
    await _send(shop, _said(order.number, Статус_заказа="Отгружен"))
    said = await _send(shop, _said(order.number, Статус_заказа="Подтверждён"))
    assert "уже в другом состоянии" in said
    assert await _state(shop, order) == "shipped"
    # Not the lines, where they still count: who went forward here by hand has not refused them.
    other = await shop.order(5)
    await shop.report(other.id, OrderState.PICKING)
    back = _said(other.number, _line("A-1", "4", "100"), Статус_заказа="Подтверждён")
    assert "уже в другом состоянии" in await _send(shop, back)
    assert await shop.all(
        "select o.state, o.total from fondaco.customer_order o where o.id = :o", o=other.id
    ) == [("picking", Decimal("400.00"))]
    # The same again is no step back.
    assert await _send(shop, _said(order.number, Статус_заказа="Отгружен")) == ""


async def test_what_is_free_nowhere_is_not_held_and_waits_for_a_day(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    await shop.run("update fondaco.stock_row set on_hand = 12")
    assert await _send(shop, _said(order.number, _line("A-1", "30", "100"))) == ""
    assert (await _stock(shop))["A-1"] == (12, 12)
    assert await shop.all("select quantity, why from fondaco.undated_line") == [
        (Decimal("18.000"), "short")
    ]
    assert await _send(shop, _said(order.number, _line("A-1", "20", "100"))) == ""
    assert (await _stock(shop))["A-1"] == (12, 12)
    assert await shop.all("select quantity from fondaco.undated_line") == [(Decimal("8.000"),)]
    assert await _send(shop, _said(order.number, _line("A-1", "9", "100"))) == ""
    assert (await _stock(shop))["A-1"] == (9, 9)
    assert await shop.all("select * from fondaco.undated_line") == []


async def test_orders_that_grow_at_the_same_moment_never_hold_more_than_there_is(
    shop: ExchangeShop,
) -> None:
    orders = [await shop.order(10, 10) for _ in range(4)]
    await shop.run("update fondaco.stock_row set on_hand = 55")

    async def amend(order: Order) -> None:
        async with system_ask(shop.hall).act() as act:
            (part,) = await act.fetch(
                text("select uuid from fondaco.shipment where order_id = :o"), {"o": order.id}
            )
            await act.orders.amend(
                order.id,
                part.uuid,
                [
                    AmendedLine(p, Decimal(20), Decimal(100), Decimal(2000))
                    for p in shop.products[:2]
                ],
                source="test",
                reason=Reason("test", "Так решили", "It was decided so"),
            )

    await asyncio.gather(*map(amend, orders))
    held = await _stock(shop)
    assert (held["A-1"], held["A-2"]) == ((55, 55), (55, 55))
    short = await shop.all("select sum(quantity) from fondaco.undated_line")
    assert short == [(Decimal("50.000"),)]


async def test_an_order_of_several_documents_is_where_its_last_is(shop: ExchangeShop) -> None:
    order = await shop.order(4, 6)
    await shop.run(
        "with added as (insert into fondaco.shipment (uuid, order_id, seller_id)"
        " select gen_random_uuid(), order_id, seller_id from fondaco.shipment returning id)"
        " update fondaco.order_line l set shipment_id = added.id from added where l.sku = 'A-2'"
    )
    await _send(shop, _said(f"{order.number}/1", Статус_заказа="Отгружен"))
    assert await _state(shop, order) == "placed"
    await _send(shop, _said(f"{order.number}/2", Статус_заказа="Подтверждён"))
    assert await _state(shop, order) == "confirmed"
    await _send(shop, _said(f"{order.number}/2", Статус_заказа="Отгружен"))
    assert await _state(shop, order) == "shipped"


async def test_a_cancelled_part_leaves_the_order_and_the_last_one_cancels_it(
    shop: ExchangeShop,
) -> None:
    order = await shop.order(4, 6)
    await shop.run(
        "with added as (insert into fondaco.shipment (uuid, order_id, seller_id)"
        " select gen_random_uuid(), order_id, seller_id from fondaco.shipment returning id)"
        " update fondaco.order_line l set shipment_id = added.id from added where l.sku = 'A-2'"
    )
    assert await _send(shop, _said(f"{order.number}/2", ПометкаУдаления="true")) == ""
    assert await _state(shop, order) == "placed"
    assert await shop.all("select total from fondaco.customer_order") == [(Decimal("400.00"),)]
    assert await _stock(shop) == {"A-1": (4, 4), "A-2": (0, 0), "A-3": (0, 0)}
    assert await _send(shop, _said(f"{order.number}/1", ПометкаУдаления="true")) == ""
    assert await _state(shop, order) == "cancelled"
    assert await _stock(shop) == {"A-1": (0, 0), "A-2": (0, 0), "A-3": (0, 0)}


async def test_the_newer_protocol_stores_first_and_imports_then(shop: ExchangeShop) -> None:
    orders = [await shop.order(1) for _ in range(3)]
    onec = await _begun(shop, "3.1")
    body = "".join(f"<Контейнер>{_said(o.number, Проведен='true')}</Контейнер>" for o in orders)
    await onec.send("documents.xml", document(body, version="3.1"), piece=333)
    assert await _state(shop, orders[0]) == "placed"
    assert (await onec.load("documents.xml"))[-1].word == "success"
    assert [await _state(shop, order) for order in orders] == ["confirmed"] * 3
    assert (await onec.load("documents.xml"))[-1].word == "success"
    with pytest.raises(Failure, match="не передан"):
        await onec.load("nothing.xml")


async def test_the_older_protocol_waits_for_the_last_piece(shop: ExchangeShop) -> None:
    order = await shop.order(1)
    onec = await _begun(shop)
    body = document(_said(order.number, Проведен="true"), encoding="windows-1251")
    with pytest.raises(Failure, match="XML повреждён"):
        await onec.send("orders.xml", body[:-40])
    await onec.send("orders.xml", body)
    assert await _state(shop, order) == "confirmed"


async def test_documents_of_1c_7_7_are_read(shop: ExchangeShop) -> None:
    order = await shop.order(5)
    told = (
        f'<Документ Дата="2026-11-28" Номер="{order.number}" Время="12:00:00"'
        ' ХозОперация="Order" Сумма="300" Валюта="руб.">'
        '<ТоварнаяПозиция Каталог="К" Товар="A-1" Единица="шт" Количество="3" Цена="100"'
        ' Сумма="300"><СуммаНалога Налог="AVT" Ставка="22" Сумма="54" ВключенВСумму="1"/>'
        "</ТоварнаяПозиция></Документ>"
    )
    assert await _send(shop, told) == ""
    rows = await shop.all("select quantity from fondaco.order_line")
    assert int(rows[0][0]) == 3


async def test_a_tax_beside_the_sums_is_added(shop: ExchangeShop) -> None:
    order = await shop.order(10)
    beside = (
        "<Налоги><Налог><Наименование>НДС</Наименование><УчтеноВСумме>false</УчтеноВСумме>"
        "<Сумма>220</Сумма></Налог></Налоги>"
    )
    line = _line("A-1", "10", "100", "1000").replace(
        "</Товар>", "<Налоги><Налог><Сумма>220</Сумма></Налог></Налоги></Товар>"
    )
    assert await _send(shop, _said(order.number, line, extra=beside)) == ""
    assert await shop.all("select total, vat_total from fondaco.customer_order") == [
        (Decimal("1220.00"), Decimal("220.00"))
    ]


async def test_statements_do_not_depend_on_the_lines(shop: ExchangeShop, sql_budget: Any) -> None:
    numbers = []
    for quantities in ((10,), (10, 10, 10)):
        order = await shop.order(*quantities)
        lines = [_line(f"A-{n + 1}", "9", "100") for n in range(len(quantities))]
        with sql_budget() as count:
            assert await _send(shop, _said(order.number, *lines)) == ""
        numbers.append(count.number)
    assert numbers[0] == numbers[1]


async def test_an_order_is_never_amended_once_it_is_shipped(shop: ExchangeShop) -> None:
    order = await shop.order(5)
    await shop.report(order.id, OrderState.SHIPPED)
    assert await _send(shop, _said(order.number, _line("A-1", "1", "1"))) == ""
    assert await shop.all("select total from fondaco.customer_order") == [(Decimal("500.00"),)]
