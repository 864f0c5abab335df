"""Staff upload a statement, look, book, and settle what is in doubt."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from bank_files import OURS, account, payment, statement
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.orders.bank import pages
from fondaco.orders.bank.service import matches_of, payments_of
from fondaco.orders.payments.service import Receipt, book
from fondaco.orders.service import Orders
from fondaco.settings import Payments, Settings
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.order import Order, OrderState

HOME = "/staff/statements"
D = Decimal


async def upload(client: Client, *sections: str, encoding: str = "cp1251") -> httpx.Response:
    data = statement(sections).encode(encoding)
    return await send(client, data)


async def send(client: Client, data: bytes) -> httpx.Response:
    return await client.post(
        HOME,
        data={"_csrf_token": await client.token()},
        files={"file": ("kl_to_1c.txt", data, "text/plain")},
    )


async def rows(shop: WorkingShop, sql: str, **values: Any) -> Sequence[Any]:
    async with shop.hall.database.transaction() as connection:
        return (await connection.execute(text(sql), values)).all()


async def inn(shop: WorkingShop) -> str:
    found = await rows(
        shop,
        "select tax_id from fondaco.legal_entity where company_id = :company",
        company=shop.company.customer.company_id,
    )
    return str(found[0][0])


async def read(shop: WorkingShop, order: Order) -> Order:
    return (await Orders(shop.ask).orders([order.id], shop.ask.scope))[order.id]


async def one_payment(shop: WorkingShop) -> UUID:
    ((uuid,),) = await rows(shop, "select uuid from fondaco.bank_payment")
    return UUID(str(uuid))


async def book_all(client: Client, page: httpx.Response) -> httpx.Response:
    pairs = re.findall(r'name="pair" value="([^"]+)"', page.text)
    return await client.send_form(f"{HOME}/book", {"pair": pairs, "statement": ""})


async def test_from_the_file_to_a_paid_order(shop: WorkingShop, staff: Client) -> None:
    order = await shop.order(3)
    purpose = f"Оплата заказа {order.number}"
    answer = await upload(
        staff, account(), payment(ПлательщикИНН=await inn(shop), НазначениеПлатежа=purpose)
    )
    assert answer.status_code == 303, words(answer.text)
    page = await staff.get(answer.headers["location"])
    assert "Готово к учёту" in page.text
    assert order.number in page.text
    assert (await read(shop, order)).received == 0

    booked = await book_all(staff, page)
    assert booked.status_code == 303
    paid = await read(shop, order)
    assert paid.paid
    ((source, reference),) = await rows(shop, "select source, reference from fondaco.payment_entry")
    assert source == "statement"
    assert reference == f"{OURS}|2026-03-01|77|300.00|40702810100000000002"
    audit = await rows(
        shop, "select action from fondaco.audit_entry where action like 'payment.statement.%'"
    )
    assert {row[0] for row in audit} == {"payment.statement.upload", "payment.statement.book"}
    assert "из банковской выписки" in (await staff.get(f"/orders/{order.uuid}")).text


async def test_it_is_paid_on_the_day_the_bank_took_it(shop: WorkingShop, staff: Client) -> None:
    await shop.order(3)
    late = payment(ПлательщикИНН=await inn(shop), ДатаПоступило="03.03.2026")
    page = await staff.get((await upload(staff, late)).headers["location"])
    await book_all(staff, page)
    assert await rows(shop, "select paid_on from fondaco.payment_entry") == [(date(2026, 3, 3),)]


async def test_the_same_statement_twice_counts_once(shop: WorkingShop, staff: Client) -> None:
    order = await shop.order(3)
    one = payment(ПлательщикИНН=await inn(shop))
    page = await staff.get((await upload(staff, one)).headers["location"])
    await book_all(staff, page)
    again = await staff.get((await upload(staff, one, one)).headers["location"])
    assert "известных раньше: 2" in words(again.text)
    assert 'name="pair"' not in again.text
    await book_all(staff, page)
    assert (await read(shop, order)).received == 300


async def test_what_changed_since_it_was_shown_is_not_booked(
    shop: WorkingShop, staff: Client
) -> None:
    order = await shop.order(3)
    page = await staff.get(
        (await upload(staff, payment(ПлательщикИНН=await inn(shop)))).headers["location"]
    )
    async with system_ask(shop.hall).act() as act:
        await book(act, order.id, Receipt(D(300), "RUB", "card", str(uuid4())))
    await book_all(staff, page)
    assert (await read(shop, order)).received == 300
    assert [row[0] for row in await rows(shop, "select state from fondaco.bank_payment")] == [
        "open"
    ]


async def test_a_payment_in_doubt_is_split_by_a_person(shop: WorkingShop, staff: Client) -> None:
    first, second = await shop.order(3), await shop.order(1)
    await upload(staff, payment(Сумма="350.01", ПлательщикИНН=await inn(shop)))
    uuid = await one_payment(shop)
    page = await staff.get(f"{HOME}/payments/{uuid}")
    assert first.number in page.text
    assert "сумма другая" in page.text

    form = {"order": [first.number, second.number], "amount": ["300", "50,00"]}
    wrong = await staff.send_form(f"{HOME}/payments/{uuid}/assign", form)
    assert wrong.status_code == 422
    assert "до копейки" in wrong.text
    assert (await read(shop, first)).received == 0

    form["amount"] = ["300", "50,01"]
    done = await staff.send_form(f"{HOME}/payments/{uuid}/assign", form)
    assert done.status_code == 303
    assert [(await read(shop, o)).received for o in (first, second)] == [300, D("50.01")]
    again = await staff.send_form(f"{HOME}/payments/{uuid}/assign", form)
    assert again.status_code in (409, 422)
    assert (await read(shop, first)).received == 300

    await staff.send_form(f"{HOME}/payments/{uuid}/strike")
    assert [(await read(shop, o)).received for o in (first, second)] == [0, 0]
    whole = {"order": [first.number], "amount": ["350.01"]}
    assert (await staff.send_form(f"{HOME}/payments/{uuid}/assign", whole)).status_code == 303
    assert (await read(shop, first)).received == D("350.01")


async def test_taken_back_it_leaves_every_part_what_came_for_it_otherwise(
    shop: WorkingShop, staff: Client
) -> None:
    order = await shop.order(3)
    await shop.run(
        "insert into fondaco.payment (uuid, order_id, position, way, provider, ru, en, before,"
        "                             amount, currency)"
        " select gen_random_uuid(), order_id, 2, 'card', '', ru, en, true, 100, currency"
        "   from fondaco.payment"
    )
    await shop.run("update fondaco.payment set amount = 200 where position = 1")
    parts = "select received from fondaco.payment order by position"
    second = (await read(shop, order)).payments[1].uuid
    async with system_ask(shop.hall).act() as act:
        await book(act, order.id, Receipt(D(60), "RUB", "card", "1", payment=second))
    await upload(staff, payment(Сумма="240.00", ПлательщикИНН=await inn(shop)))
    uuid = await one_payment(shop)
    form = {"order": [order.number], "amount": ["240"]}
    assert (await staff.send_form(f"{HOME}/payments/{uuid}/assign", form)).status_code == 303
    assert [row[0] for row in await rows(shop, parts)] == [200, 100]
    await staff.send_form(f"{HOME}/payments/{uuid}/strike")
    assert [row[0] for row in await rows(shop, parts)] == [0, 60]


async def test_wrong_rows_say_what_is_wrong(shop: WorkingShop, staff: Client) -> None:
    await shop.order(3)
    await upload(staff, payment(ПлательщикИНН=await inn(shop)))
    url = f"{HOME}/payments/{await one_payment(shop)}/assign"
    answer = await staff.send_form(url, {"order": ["нет такого"], "amount": ["х"]})
    assert answer.status_code == 422
    assert "такого заказа нет" in answer.text
    assert (await staff.send_form(url, {"order": [], "amount": []})).status_code == 422
    gone = await staff.send_form(f"{HOME}/payments/{uuid4()}/assign", {"order": [], "amount": []})
    assert gone.status_code == 404


async def test_not_ours_and_back(shop: WorkingShop, staff: Client) -> None:
    await shop.order(3)
    await upload(staff, payment(ПлательщикИНН=await inn(shop)))
    uuid = await one_payment(shop)
    await staff.send_form(f"{HOME}/payments/{uuid}/aside")
    assert 'name="pair"' not in (await staff.get(HOME)).text
    twice = await staff.send_form(f"{HOME}/payments/{uuid}/aside")
    assert twice.status_code == 409
    await staff.send_form(f"{HOME}/payments/{uuid}/restore")
    assert 'name="pair"' in (await staff.get(HOME)).text


async def test_a_cancelled_order_is_left_to_a_person(shop: WorkingShop, staff: Client) -> None:
    order = await shop.order(3)
    await shop.cancel(order.id)
    purpose = f"заказ {order.number}"
    await upload(staff, payment(ПлательщикИНН=await inn(shop), НазначениеПлатежа=purpose))
    home = await staff.get(HOME)
    assert "заказ отменён" in home.text
    assert 'name="pair"' not in home.text
    assert (await read(shop, order)).state is OrderState.CANCELLED


async def test_what_is_no_customers_money_is_left_out(shop: WorkingShop, staff: Client) -> None:
    answer = await upload(
        staff,
        payment(Номер="1", ПолучательСчет="40702810900000000077"),
        payment(Номер="2", ДатаПоступило=""),
        payment(Номер="3", ПлательщикРасчСчет=OURS),
    )
    page = await staff.get(answer.headers["location"])
    assert "Новых поступлений: 0, известных раньше: 0, между своими счетами: 1" in words(page.text)
    assert not await rows(shop, "select 1 from fondaco.bank_payment")


async def test_sums_that_do_not_fit_are_said(shop: WorkingShop, staff: Client) -> None:
    answer = await upload(staff, account(received="500.00", closing="1400.00"), payment())
    said = words((await staff.get(answer.headers["location"])).text)
    assert "с оборотами не даёт конечного" in said
    assert "поступления в файле составляют 300,00 ₽" in said


async def test_files_that_are_refused(
    shop: WorkingShop, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await upload(staff, payment(Сумма="х"))
    assert broken.status_code == 422
    assert "Строка 10" in broken.text
    other = statement([], accounts=["40702810900000000077"]).encode()
    assert "нет у ваших юрлиц" in (await send(staff, other)).text
    empty = await staff.send_form(HOME, {})
    assert "Выберите файл" in empty.text
    monkeypatch.setattr(pages, "LARGEST", 10)
    assert "больше 20 МБ" in (await upload(staff, payment())).text
    assert not await rows(shop, "select 1 from fondaco.bank_statement")


async def test_only_who_may_sees_statements(shop: WorkingShop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await client.get(HOME)).status_code == 403
    await client.sign_in(shop.company.email, PASSWORD)
    assert (await client.get(HOME)).status_code in (403, 404)


async def test_the_statements_do_not_grow_with_the_payments(
    shop: WorkingShop, staff: Client, sql_budget: Any
) -> None:
    await shop.order(3)
    sections = [payment(Номер=str(n), ПлательщикИНН=await inn(shop)) for n in range(120)]
    await upload(staff, *sections)
    ask = system_ask(shop.hall)
    payments = await payments_of(ask, ["open"], 500)
    assert len(payments) == 120
    with sql_budget() as count:
        found = await matches_of(ask, payments)
    assert count.number == 2
    assert {m.why.code for m in found if m.why} == {"bank.twice"}


class TestWhenTheErpTells:
    """`payments.bank_authority = "erp"`."""

    @pytest.fixture
    def settings(self, tmp_path: Any) -> Settings:
        return Settings(
            data_dir=str(tmp_path / "data"),
            secret="test-secret",
            payments=Payments(bank_authority="erp"),
        )

    async def test_a_statement_is_only_looked_at(self, shop: WorkingShop, staff: Client) -> None:
        order = await shop.order(3)
        await upload(staff, payment(ПлательщикИНН=await inn(shop)))
        page = await staff.get(HOME)
        assert order.number in page.text
        assert 'name="pair"' not in page.text
        pair = f"{await one_payment(shop)}:{order.uuid}"
        answer = await staff.send_form(f"{HOME}/book", {"pair": [pair]})
        assert answer.status_code == 409
        assert (await read(shop, order)).received == 0
