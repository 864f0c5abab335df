"""When documents are issued: at a shipment, once; on demand, by whoever may."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from shipping_shop import ShippingShop

from fondaco.documents.issuing import follow_shipments
from fondaco.exchange.deliveries import deliver_due
from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.orders.payments.service import Receipt, book
from fondaco.testing.client import Client
from fondaco.testing.pdf import text_of
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.events import OrderStateChangedV1
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("documents_ru")


async def _as(shop: ShippingShop, client: Client, role: str) -> Client:
    """The buyer of the first company with another role."""
    await shop.run("update fondaco.user_account set roles = array[:role] where email = :email",
                   role=role, email=shop.company.email)  # fmt: skip
    await client.sign_in(shop.company.email, PASSWORD)
    return client


async def test_a_shipment_has_its_documents_once(shop: ShippingShop, buyer: Client) -> None:
    order = await shop.shipped(3, 2)
    upd, waybill = await shop.documents("upd"), await shop.documents("torg12")
    assert [one["format"] for one in upd] == [one["format"] for one in waybill] == ["pdf", "xlsx"]
    assert len({one["number"] for one in upd}) == 1
    event = OrderStateChangedV1(
        order_id=order.id,
        order_uuid=order.uuid,
        number=order.number,
        company_id=order.company_id,
        legal_entity_id=order.legal_entity_id,
        at=shop.hall.clock.now(),
        before=OrderState.PLACED,
        after=OrderState.SHIPPED,
    )
    for _ in range(2):
        async with system_ask(shop.hall).act() as act:
            await follow_shipments(act, event)
    assert await shop.documents("upd") == upd

    for one in (*upd, *waybill):
        await shop.render(one["id"])
    page = words((await buyer.get(f"/orders/{order.uuid}")).text)
    assert f"УПД № {upd[0]['number']}" in page
    text = text_of((await buyer.get(f"/documents/{upd[0]['uuid']}/file")).content)
    assert "Статус: 1" in text
    assert order.number in text
    assert "500,00" in text
    assert "90,17" in text
    assert "Договор № 17/2026" in text
    assert "Тверь, ул. Новая, 2" in text
    assert (await buyer.get(f"/documents/{upd[1]['uuid']}/file")).content.startswith(b"PK")
    assert (await buyer.get(f"/orders/{order.uuid}/documents.zip")).status_code == 200


async def test_what_the_erp_issues_is_not_issued_here(shop: ShippingShop) -> None:
    settings = shop.hall.settings
    theirs = replace(settings.documents, by_erp=("upd",))
    shop.hall.settings = replace(settings, documents=theirs)
    await shop.shipped(3)
    assert await shop.documents("upd") == []
    assert [one["format"] for one in await shop.documents("torg12")] == ["pdf", "xlsx"]


async def test_other_states_issue_nothing(shop: ShippingShop) -> None:
    order = await shop.order(1)
    await shop.report(order.id, OrderState.CONFIRMED, OrderState.PICKING)
    await deliver_due(shop.hall)
    assert await shop.documents("upd") == []


async def test_numbers_are_counted_by_kind_without_gaps(shop: ShippingShop) -> None:
    for _ in range(3):
        await shop.shipped(1)
    numbers = [one["number"][-6:] for one in await shop.documents("upd") if one["format"] == "pdf"]
    assert numbers == ["000001", "000002", "000003"]
    assert [one["number"][-6:] for one in await shop.documents("torg12")][::2] == numbers


async def test_a_seller_without_vat_issues_status_two(shop: ShippingShop, buyer: Client) -> None:
    await shop.run("update fondaco.seller set vat_payer = false")
    await shop.shipped(3)
    (pdf, _), invoice = await shop.documents("upd"), (await shop.documents("invoice"))[0]
    for one in (pdf, invoice):
        await shop.render(one["id"])
    text = text_of((await buyer.get(f"/documents/{pdf['uuid']}/file")).content)
    assert "Статус: 2" in text
    assert "22%" not in text
    assert "300,00" in text
    billed = text_of((await buyer.get(f"/documents/{invoice['uuid']}/file")).content)
    assert "Без НДС" in billed
    assert "22%" not in billed


async def test_a_upd_names_the_documents_by_which_it_was_paid_before(
    shop: ShippingShop, staff: Client
) -> None:
    await shop.run(
        "with s as (insert into fondaco.bank_statement (uuid) values (gen_random_uuid())"
        " returning id) insert into fondaco.bank_payment (uuid, statement_id, seller_id, key,"
        " account, number, day, received_on, amount, currency) select gen_random_uuid(), s.id,"
        " l.id, 'a|b', 'a', '77', '2026-02-27', '2026-03-02', 100, 'RUB'"
        " from s, fondaco.seller l"
    )
    order = await shop.order(9)
    settings = shop.hall.settings
    theirs = replace(settings.payments, bank_authority="erp")
    shop.hall.settings = replace(settings, payments=theirs)
    record = {"external_id": "d", "order": order.number, "amount": "200", "currency": "RUB",
              "number": "УТ-5", "date": "2026-02-20"}  # fmt: skip
    await receive(shop.hall, "erp.payments", [record])
    after = _days_ago(shop, -1)
    for source, reference, amount, paid_on, kind in (
        ("statement", "a|b#2", 100, date(2026, 3, 2), "received"),
        ("staff", "5/1 2026-01-15", 100, date(2026, 1, 15), "received"),
        ("staff", "5/2 2026-01-16", 100, date(2026, 1, 16), "received"),
        ("staff", "strike:5/2 2026-01-16", 100, date(2026, 1, 16), "struck"),
        ("yookassa", "2f", 100, date(2026, 1, 17), "received"),
        ("staff", f"6 {after}", 100, after, "received"),
    ):
        how: Any = kind
        money = Receipt(Decimal(amount), "RUB", source, reference, None, how, paid_on=paid_on)
        await _book(shop, order.id, money)
    await shop.report(order.id, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    (pdf, _) = await shop.documents("upd")
    await shop.render(pdf["id"])
    text = words(text_of((await staff.get(f"/documents/{pdf['uuid']}/file")).content))
    assert "5/1 от 15.01.2026, УТ-5 от 20.02.2026, 77 от 27.02.2026 (5)" in text


async def test_the_rate_is_that_of_the_day_of_shipment(shop: ShippingShop, buyer: Client) -> None:
    order = await shop.order(3)
    # Priced under another law than it is shipped under.
    await shop.run("update fondaco.order_line set vat_rate = 20, vat_amount = 50")
    await shop.report(order.id, OrderState.SHIPPED)
    await deliver_due(shop.hall)
    (pdf, _) = await shop.documents("upd")
    (line,) = pdf["content"]["lines"]
    assert (line["vat_rate"], Decimal(line["vat_amount"])) == ("22", Decimal("54.10"))
    assert Decimal(line["total"]) == 300


async def _demand(client: Client, shop: ShippingShop, **fields: str) -> Any:
    agreement = await shop.rows("select uuid from fondaco.agreement order by id limit 1")
    said = {
        "kind": "reconciliation",
        "agreement": str(agreement[0][0]),
        "since": (shop.today - timedelta(days=30)).isoformat(),
        "until": shop.today.isoformat(),
    }
    return await client.send_form("/documents/new", {**said, **fields})


async def test_an_accountant_asks_for_an_act(shop: ShippingShop, client: Client) -> None:
    await shop.shipped(3)
    await shop.shipped(5)
    accountant = await _as(shop, client, "accountant")
    form = (await accountant.get("/documents/new")).text
    assert "Акт сверки" in form
    assert "Договор № 17/2026" in words(form)
    made = await _demand(accountant, shop)
    assert made.status_code == 303, made.text
    pdf, _xlsx = await shop.documents("reconciliation")
    assert made.headers["location"] == f"/documents/{pdf['uuid']}"
    await shop.render(pdf["id"])
    text = text_of((await accountant.get(f"/documents/{pdf['uuid']}/file")).content)
    first = (await shop.documents("upd"))[0]["number"]
    assert f"УПД № {first}" in text
    assert "Обороты за период 800,00 0,00" in text
    assert "в пользу ООО «Опт» составляет 800,00 руб. (Восемьсот рублей 00 копеек)" in text
    # Pressed twice, it is one act; a new shipment makes another.
    assert (await _demand(accountant, shop)).headers["location"] == made.headers["location"]
    await shop.shipped(1)
    assert (await _demand(accountant, shop)).headers["location"] != made.headers["location"]
    assert [one["number"][-6:] for one in await shop.documents("reconciliation")][::2] == [
        "000001",
        "000002",
    ]


async def test_what_was_before_the_period_is_the_opening_balance(
    shop: ShippingShop, client: Client
) -> None:
    early = await shop.shipped(7)
    await shop.run(
        "update fondaco.order_entry set at = at - interval '60 days'"
        " where order_id = :order and kind = 'state.shipped'",
        order=early.id,
    )
    late = await shop.shipped(2)
    await _payments(
        shop, (early.id, 550, 50), (early.id, -50, 49), (late.id, 100, 1), (late.id, -30, 1)
    )
    accountant = await _as(shop, client, "accountant")
    await _demand(accountant, shop)
    content = (await shop.documents("reconciliation"))[0]["content"]
    assert Decimal(content["opening"]) == 200
    assert [(e["text"][:6], Decimal(e["debit"]), Decimal(e["credit"])) for e in content["entries"]
            ] == [("Оплата", 0, 100), ("Возвра", 30, 0), ("УПД № ", 200, 0)]  # fmt: skip


async def _payments(shop: ShippingShop, *payments: tuple[int, int, int]) -> None:
    """Money that came so many days ago; less than nothing went back."""
    for order, amount, days in payments:
        kind: Any = "received" if amount > 0 else "refunded"
        money = Receipt(
            Decimal(abs(amount)), "RUB", "bank", f"{order}:{amount}", None, kind,
            paid_on=_days_ago(shop, days),
        )  # fmt: skip
        await _book(shop, order, money)


async def _book(shop: ShippingShop, order: int, money: Receipt) -> None:
    async with system_ask(shop.hall).act() as act:
        await book(act, OrderId(order), money)


def _days_ago(shop: ShippingShop, days: int) -> date:
    return shop.today - timedelta(days)


async def _credits(shop: ShippingShop) -> list[tuple[str, Decimal]]:
    """The payments of the newest act."""
    entries = (await shop.documents("reconciliation"))[-1]["content"]["entries"]
    return [(one["date"], Decimal(one["credit"])) for one in entries if Decimal(one["credit"])]


async def test_a_payment_is_of_the_day_it_was_paid_on(shop: ShippingShop, client: Client) -> None:
    order = await shop.shipped(3)
    await _payments(shop, (order.id, 100, 9), (order.id, 200, 40))
    accountant = await _as(shop, client, "accountant")
    await _demand(accountant, shop)
    assert await _credits(shop) == [(_days_ago(shop, 9).isoformat(), Decimal(100))]
    content = (await shop.documents("reconciliation"))[0]["content"]
    assert Decimal(content["opening"]) == -200


async def test_what_was_counted_by_mistake_is_in_no_act(shop: ShippingShop, client: Client) -> None:
    order = await shop.shipped(3)
    await _payments(shop, (order.id, 300, 40), (order.id, 100, 9), (order.id, 90, 8))
    struck: Any = "struck"
    for amount, mistake in ((300, 300), (100, 100), (30, 90)):
        back = Receipt(Decimal(amount), "RUB", "bank", f"strike:{order.id}:{mistake}", None, struck)
        await _book(shop, order.id, back)
    accountant = await _as(shop, client, "accountant")
    await _demand(accountant, shop)
    content = (await shop.documents("reconciliation"))[0]["content"]
    assert await _credits(shop) == [(_days_ago(shop, 8).isoformat(), Decimal(60))]
    assert [Decimal(one["debit"]) for one in content["entries"]] == [0, 300]
    assert Decimal(content["opening"]) == 0


async def test_the_statements_of_an_act_do_not_grow(
    shop: ShippingShop, client: Client, sql_budget: Any
) -> None:
    accountant = await _as(shop, client, "accountant")
    counted = []
    for _ in range(2):
        for _ in range(4):
            await shop.shipped(1)
        with sql_budget() as count:
            await _demand(accountant, shop)
        counted.append(count.number)
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "upd"}, "kind"),
        ({"kind": "invoice"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"since": ""}, "since"),
        ({"since": "2026-99-01"}, "since"),
        ({"since": "2001-01-01"}, "since"),
        ({"until": "2999-01-01", "since": "2998-12-01"}, "until"),
        ({"agreement": "x"}, "agreement"),
    ],
)
async def test_a_wrong_demand_keeps_what_was_typed(
    shop: ShippingShop, client: Client, fields: dict[str, str], field: str
) -> None:
    accountant = await _as(shop, client, "accountant")
    answer = await _demand(accountant, shop, **fields)
    assert answer.status_code == 422
    assert f'id="field-{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await shop.rows("select 1 from fondaco.document") == []


async def test_only_those_who_may_ask_and_only_on_their_own_agreements(
    shop: ShippingShop, client: Client
) -> None:
    buyer = await _as(shop, client, "buyer")
    assert (await buyer.get("/documents/new")).status_code == 403
    assert (await _demand(buyer, shop)).status_code == 403
    other = await shop.new_company("Василёк")
    (row,) = await shop.rows(
        "select uuid from fondaco.agreement where id = :id", id=other.customer.agreement_id
    )
    accountant = await _as(shop, client, "accountant")
    assert (await _demand(accountant, shop, agreement=str(row[0]))).status_code == 404
    assert "Василёк" not in (await accountant.get("/documents/new")).text


async def test_nobody_asks_for_a_kind_that_is_closed_to_him(
    shop: ShippingShop, client: Client
) -> None:
    settings = shop.hall.settings
    closed = replace(settings.documents, rights={"reconciliation": ()})
    shop.hall.settings = replace(settings, documents=closed)
    accountant = await _as(shop, client, "accountant")
    form = (await accountant.get("/documents/new")).text
    assert "Договор поставки" in form
    assert "Акт сверки" not in form
    assert (await _demand(accountant, shop)).status_code == 422
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    assert (await _demand(client, shop)).status_code == 303


async def test_staff_issue_a_contract_for_a_customer(shop: ShippingShop, staff: Client) -> None:
    await shop.new_company("Василёк")
    (row,) = await shop.rows("select uuid from fondaco.company where name = 'Ромашка'")
    form = (await staff.get("/documents/new", params={"company": str(row[0])})).text
    assert "Ромашка" in form
    assert "Василёк" not in form
    made = await _demand(staff, shop, kind="contract")
    (one,) = await shop.documents("contract")
    assert made.headers["location"] == f"/documents/{one['uuid']}"
    assert one["number"] == "17/2026"
    await shop.render(one["id"])
    text = text_of((await staff.get(f"/documents/{one['uuid']}/file")).content)
    assert "Договор поставки № 17/2026" in text
    assert "ООО «Ромашка»" in text


async def test_a_corrected_contract_keeps_its_agreement(shop: ShippingShop, staff: Client) -> None:
    made = await _demand(staff, shop, kind="contract")
    # A newer one of the same parties in the same currency, on other terms.
    await shop.run(
        "insert into fondaco.agreement (uuid, legal_entity_id, seller_id, number, currency,"
        " payment_days) select gen_random_uuid(), legal_entity_id, seller_id, '99/2026', currency,"
        " payment_days + 45 from fondaco.agreement where number = '17/2026'"
    )
    corrected = await staff.send_form(f"{made.headers['location']}/correct")
    assert corrected.status_code == 303, corrected.text
    rows = await shop.rows("select content from fondaco.document where kind = 'contract'")
    assert len(rows) == 2
    assert rows[0][0]["payment_days"] == rows[1][0]["payment_days"]


async def test_a_corrected_upd_says_so_and_both_formats_follow(
    shop: ShippingShop, staff: Client
) -> None:
    await shop.shipped(3)
    (pdf, _) = await shop.documents("upd")
    await shop.run("update fondaco.legal_entity set address = 'г. Тверь, пл. Мира, 1'")
    made = await staff.send_form(f"/documents/{pdf['uuid']}/correct")
    assert made.status_code == 303, made.text
    rows = await shop.documents("upd")
    assert [(one["version"], one["format"]) for one in rows] == [
        (1, "pdf"), (1, "xlsx"), (2, "pdf"), (2, "xlsx")
    ]  # fmt: skip
    await shop.render(rows[2]["id"])
    text = text_of((await staff.get(f"/documents/{rows[2]['uuid']}/file")).content)
    assert "Исправление № 1 от" in text
    assert "г. Тверь, пл. Мира, 1" in text


async def test_a_corrected_act_keeps_its_period(shop: ShippingShop, staff: Client) -> None:
    await shop.shipped(3)
    made = await _demand(staff, shop)
    await shop.shipped(2)
    again = await staff.send_form(f"{made.headers['location']}/correct")
    assert again.status_code == 303, again.text
    first, _, second, _ = await shop.documents("reconciliation")
    assert second["version"] == 2
    assert second["number"] == first["number"] == second["content"]["number"]
    assert second["content"]["since"] == first["content"]["since"]
    assert len(second["content"]["entries"]) == 2


async def _of_english_speakers(shop: ShippingShop) -> None:
    await shop.run("update fondaco.user_account set locale = 'en'")


async def test_an_english_speaker_gets_the_form_in_its_language(
    shop: ShippingShop, staff: Client
) -> None:
    order = await shop.shipped(3)
    await _payments(shop, (order.id, 100, 1))
    await _of_english_speakers(shop)
    assert "Reconciliation act" in (await staff.get("/documents/new")).text
    for kind in ("reconciliation", "contract"):
        assert (await _demand(staff, shop, kind=kind)).status_code == 303
    act, _ = await shop.documents("reconciliation")
    (contract,) = await shop.documents("contract")
    assert act["content"]["basis"].startswith("Договор № 17/2026")
    texts = []
    for one in (act, contract):
        await shop.render(one["id"])
        texts.append(text_of((await staff.get(f"/documents/{one['uuid']}/file")).content))
    assert f"Оплата заказа № {order.number}" in texts[0]
    assert f"УПД № {(await shop.documents('upd'))[0]['number']}" in texts[0]
    assert "(Двести рублей 00 копеек)" in texts[0]
    assert " г." in texts[1].partition("Договор поставки № 17/2026")[2][:60]


async def test_a_correction_by_an_english_speaker_is_in_the_language_of_its_document(
    shop: ShippingShop, staff: Client
) -> None:
    await shop.shipped(3)
    await _of_english_speakers(shop)
    for kind in ("upd", "invoice"):
        before = (await shop.documents(kind))[0]
        assert (await staff.send_form(f"/documents/{before['uuid']}/correct")).status_code == 303
        after = (await shop.documents(kind))[-1]
        assert (after["version"], after["locale"]) == (2, "ru")
        found = after["content"].get("basis") or after["content"]["parties"]["basis"]
        assert found.startswith("Договор № 17/2026")
