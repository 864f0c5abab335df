"""Orders on their way to 1C: offered, confirmed, and offered again where nobody confirmed."""

from decimal import Decimal
from typing import Any

import pytest
from exchange_desk import ExchangeShop
from lxml import etree

from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.orders.payments.service import Receipt, book
from fondaco.settings import Settings
from fondaco_erp_1c.http import sale
from fondaco_erp_1c.orders import orders_out
from fondaco_erp_1c.sim.client import Onec
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("erp_1c")


async def _begun(shop: ExchangeShop, version: str = "") -> Onec:
    onec = shop.onec("sale")
    await onec.begin(version)
    return onec


def _documents(body: bytes) -> list[Any]:
    return list(etree.fromstring(body).iter("Документ"))


def _numbers(body: bytes) -> list[str]:
    return [one.findtext("Номер") for one in _documents(body)]


async def test_an_order_goes_out_whole_in_the_older_schema(shop: ExchangeShop) -> None:
    order = await shop.order(10, 2, deliver=True)
    onec = await _begun(shop)
    body = await onec.query()
    assert body.startswith(b"<?xml version='1.0' encoding='windows-1251'?>")
    root = etree.fromstring(body)
    assert (root.tag, root.get("ВерсияСхемы")) == ("КоммерческаяИнформация", "2.08")
    (document,) = root.findall("Документ")
    assert document.findtext("Номер") == order.number
    assert document.findtext("ХозОперация") == "Заказ товара"
    assert document.findtext("Сумма") == f"{order.total:.2f}"
    tax = document.find("Налоги/Налог")
    assert tax.findtext("УчтеноВСумме") == "true"
    assert tax.findtext("Сумма") == f"{order.vat_total:.2f}"
    party = document.find("Контрагенты/Контрагент")
    assert party.findtext("ОфициальноеНаименование") == "ООО «Ромашка»"
    assert party.findtext("ИНН") and party.findtext("КПП") == "770001001"
    lines = document.findall("Товары/Товар")
    assert [(one.findtext("Ид"), one.findtext("Количество")) for one in lines] == [
        ("A-1", "10"),
        ("A-2", "2"),
    ]
    assert sum(Decimal(one.findtext("Сумма")) for one in lines) == order.total
    assert lines[0].findtext("Налоги/Налог/УчтеноВСумме") == "true"
    assert lines[0].findtext("СтавкиНалогов/СтавкаНалога/Ставка") == "22"
    assert lines[0].find("БазоваяЕдиница").get("Код") == "796"
    said = {
        one.findtext("Наименование"): one.findtext("Значение")
        for one in document.find("ЗначенияРеквизитов")
    }
    assert said["Статус заказа"] == "Принят" and said["Организация"] == "ООО «Опт»"
    assert said["Адрес доставки"] == "Тверь, ул. Новая, 2" and said["Отменен"] == "false"


BROUGHT = (
    "update fondaco.shipment set delivery_code = 'fleet:north', delivery_ru = 'Наша машина',"
    " delivery_en = 'Our lorry', delivery_price = 610, delivery_vat = '22',"
    " delivery_vat_rate = 22, delivery_vat_amount = 110, carrier = 'fleet', point_code = 'P1',"
    " point_text = 'Пункт, 1'"
)
PAID_FOR = (
    "update fondaco.customer_order set total = total + 610, vat_total = vat_total + 110"
    " returning total, vat_total"
)


async def test_delivery_is_a_line_of_its_own_and_comes_back_as_none(shop: ExchangeShop) -> None:
    order = await shop.order(3, deliver=True)
    await shop.all(f"{BROUGHT} returning id")
    ((total, vat_total),) = await shop.all(PAID_FOR)
    (document,) = _documents(await (await _begun(shop)).query())
    assert document.findtext("Сумма") == f"{total:.2f}"
    assert document.findtext("Налоги/Налог/Сумма") == f"{vat_total:.2f}"
    goods, delivery = document.findall("Товары/Товар")
    assert goods.findtext("Ид") == "A-1"
    assert [delivery.findtext(tag) for tag in ("Ид", "Наименование", "Количество", "Сумма")] == [
        "ORDER_DELIVERY",
        "Доставка заказа",
        "1",
        "610.00",
    ]
    assert delivery.findtext("Налоги/Налог/Сумма") == "110.00"
    kinds = {
        one.findtext("Наименование"): one.findtext("Значение")
        for one in delivery.find("ЗначенияРеквизитов")
    }
    assert kinds["ТипНоменклатуры"] == "Услуга"
    said = {
        one.findtext("Наименование"): one.findtext("Значение")
        for one in document.find("ЗначенияРеквизитов")
    }
    assert (said["Способ доставки"], said["Сумма доставки"]) == ("Наша машина", "610.00")
    assert (said["Пункт выдачи"], said["Код пункта выдачи"]) == ("Пункт, 1", "P1")
    assert sum(Decimal(one.findtext("Сумма")) for one in document.find("Товары")) == total
    async with system_ask(shop.hall).act() as ask:
        (told,) = await orders_out(ask, [order.id])
    assert (told.total, told.vat_total) == (total, vat_total)


async def test_from_2_09_on_each_document_has_a_container_and_is_utf_8(shop: ExchangeShop) -> None:
    await shop.order(1, deliver=True)
    body = await (await _begun(shop, "3.1")).query()
    root = etree.fromstring(body)
    assert root.get("ВерсияСхемы") == "3.1"
    assert [one.tag for one in root] == ["Контейнер"]
    assert b"encoding='UTF-8'" in body and not body.startswith(b"\xef\xbb\xbf")


async def test_only_what_is_confirmed_does_not_come_again(shop: ExchangeShop) -> None:
    order = await shop.order(1, deliver=True)
    onec = await _begun(shop)
    assert _numbers(await onec.query()) == [order.number]
    # It never said that it has it, and begins anew: there it is again.
    onec = await _begun(shop)
    assert _numbers(await onec.query()) == [order.number]
    await onec.confirm()
    assert _numbers(await (await _begun(shop)).query()) == []


async def test_another_query_of_the_same_session_confirms(shop: ExchangeShop) -> None:
    await shop.order(1, deliver=True)
    onec = await _begun(shop)
    assert len(_numbers(await onec.query())) == 1
    assert _numbers(await onec.query()) == []
    rows = await shop.all(
        "select confirmed, version, confirmed_at is not null from plugin_erp_1c.order_sync"
    )
    assert rows == [(1, 1, True)]


async def test_a_change_between_query_and_success_is_not_lost(shop: ExchangeShop) -> None:
    order = await shop.order(1, deliver=True)
    onec = await _begun(shop)
    await onec.query()
    await shop.cancel(order.id)
    await onec.confirm()
    (document,) = _documents(await (await _begun(shop)).query())
    said = {one.findtext("Наименование"): one.findtext("Значение") for one in document.iter()}
    assert said["Отменен"] == "true" and said["Статус заказа"] == "Отменён"


async def test_money_makes_an_order_go_out_again_unless_1c_has_told_of_it(
    shop: ExchangeShop,
) -> None:
    order = await shop.order(1, deliver=True)
    onec = await _begun(shop)
    await onec.query()
    await onec.confirm()
    for source, again in (("erp", []), ("bank", [order.number])):
        async with system_ask(shop.hall).act() as act:
            await book(act, order.id, Receipt(Decimal(50), "RUB", source, "77"))
        await deliver_due(shop.hall)
        onec = await _begun(shop)
        body = await onec.query()
        assert _numbers(body) == again
    (document,) = _documents(body)
    values = document.findall("ЗначенияРеквизитов/ЗначениеРеквизита")
    said = {one.findtext("Наименование"): one.findtext("Значение") for one in values}
    assert said["Метод оплаты"] == "По счёту"
    assert said["Заказ оплачен"] == "true"


async def test_one_document_for_each_shipment(shop: ExchangeShop) -> None:
    order = await shop.order(4, 6, deliver=True)
    await shop.run(
        "with added as (insert into fondaco.shipment (uuid, order_id, seller_id)"
        " select gen_random_uuid(), order_id, seller_id from fondaco.shipment returning id)"
        " update fondaco.order_line l set shipment_id = added.id from added"
        " where l.sku = 'A-2'"
    )
    found = _documents(await (await _begun(shop)).query())
    assert [one.findtext("Номер") for one in found] == [f"{order.number}/1", f"{order.number}/2"]
    assert [one.findtext("Сумма") for one in found] == ["400.00", "600.00"]
    assert len({one.findtext("Ид") for one in found}) == 2


async def test_what_waits_for_an_approval_is_not_told(shop: ExchangeShop) -> None:
    order = await shop.order(1)
    await shop.run("delete from fondaco.delivery")
    await shop.report(order.id, OrderState.CANCELLED)
    await deliver_due(shop.hall)
    assert _numbers(await (await _begun(shop)).query()) == []


async def test_signs_that_an_encoding_or_xml_has_no_place_for(shop: ExchangeShop) -> None:
    order = await shop.order(1, deliver=True)
    await shop.run("update fondaco.customer_order set comment = :c", c="Ё € 語 \x01 <b>&")
    (document,) = _documents(await (await _begun(shop)).query())
    assert document.findtext("Комментарий") == "Ё € 語  <b>&"
    assert document.findtext("Номер") == order.number


async def test_what_is_no_character_of_xml_stays_behind_and_the_order_goes_out(
    shop: ExchangeShop,
) -> None:
    order = await shop.order(1, deliver=True)
    await shop.run(
        "update fondaco.customer_order set comment = :c", c="до\ufffe\uffff\x0b после 😀\ufffd"
    )
    await shop.run("update fondaco.unit set name = name || :c", c="\uffff\x02")
    (document,) = _documents(await (await _begun(shop)).query())
    assert document.findtext("Комментарий") == "до после 😀\ufffd"
    assert document.findtext("Номер") == order.number


async def test_an_answer_that_was_never_made_offers_nothing(
    shop: ExchangeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shop.order(1, deliver=True)
    onec = await _begun(shop)

    def broken(*_args: Any, **_said: Any) -> bytes:
        raise ValueError("no XML")

    with monkeypatch.context() as patched:
        patched.setattr(sale, "orders_xml", broken)
        assert (await onec.call("query")).word == "failure"
    # Who asks again has stored what came before: nothing did.
    assert _numbers(await onec.query()) == [order.number]


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    import msgspec

    own = getattr(request, "param", None)
    return msgspec.structs.replace(settings, plugins={"erp_1c": own}) if own else settings


@pytest.mark.parametrize(
    "settings",
    [{"partners": {"ut11": {"schema": "3.1", "encoding": "utf-8-sig"}}, "orders_at_once": 2}],
    indirect=True,
)
async def test_a_partner_may_want_it_otherwise_and_many_go_in_batches(shop: ExchangeShop) -> None:
    for _ in range(3):
        await shop.order(1, deliver=True)
    onec = await _begun(shop)
    body = await onec.query()
    assert body.startswith(b"\xef\xbb\xbf<?xml") and b"\xd0\x9a" in body
    assert len(_documents(body)) == 2
    assert len(_documents(await onec.query())) == 1
    assert len(_documents(await onec.query())) == 0


async def test_statements_do_not_depend_on_orders_and_lines(
    shop: ExchangeShop, sql_budget: Any
) -> None:
    orders = [(await shop.order(1, 2, 3)).id for _ in range(5)]
    ask = system_ask(shop.hall)
    for wanted in (orders[:1], orders):
        with sql_budget() as count:
            found = await orders_out(ask, wanted)
        assert (len(found), count.number) == (len(wanted), 3)
        assert {len(one.lines) for one in found} == {3}


async def test_info_names_states_under_both_spellings(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    root = etree.fromstring((await onec.call("info")).body)
    assert [one.tag for one in root] == [
        "C" + "татусы",
        "С" + "татусы",
        "ПлатежныеСистемы",
        "СлужбыДоставки",
    ]
    assert root[0][0].findtext("Название") == "Принят"
