"""Orders beyond a monthly limit, through the front door: they wait, and somebody else decides."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import END_ALL, Desk

from fondaco.orders.holds import let_go_of_ended
from fondaco_sdk.types.order import OrderState


async def test_within_the_limit_it_is_placed_and_beyond_it_waits_for_somebody_else(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    email = await desk.person("approver")
    await desk.limit(1000)
    first = await shop.order(buyer, 7)
    assert await desk.state() == "placed"
    assert await desk.journal() == [("placed", Decimal(700))]
    await shop.fill(5)
    cart = buyer.words((await buyer.get("/cart")).text)
    assert "Оформить" in cart
    page = (await buyer.get("/checkout")).text
    words = buyer.words(page)
    assert "Лимит на месяц, «Магазин»: осталось 300,00 ₽ из 1 000,00 ₽" in words
    assert "Этому заказу нужно 500,00 ₽" in words
    assert "«Магазин»: лимит на месяц 1 000,00 ₽ превышен на 200,00 ₽" in words
    assert "Согласовать заказ могут: Борис Согласующий" in words
    assert "Отправить на согласование" in words
    assert 'name="within_limits"' not in page

    told = await desk.told()
    sent = await buyer.send_form("/checkout", {**buyer.hidden(page), **shop.choices()})
    address = sent.headers["location"].partition("?")[0]
    assert await desk.state() == "awaiting_approval"
    assert await desk.told() == told == (1, 1)
    assert await desk.journal() == [("placed", Decimal(700))]
    assert await desk.reserved() == 12
    order = buyer.words((await buyer.get(address)).text)
    assert "ждёт согласования" in order
    assert "Согласовать его могут: Борис Согласующий" in order
    assert "Отозвать" in order
    [letter] = await desk.letters()
    assert letter["to"] == email
    assert "лимит на месяц 1 000,00 ₽ превышен на 200,00 ₽" in buyer.words(letter["text"])
    assert address in letter["text"]

    approver = await shop.browser(email)
    listed = (await approver.get("/approvals")).text
    assert address in listed
    assert first not in listed
    assert "Ждут согласования 1" in approver.words(listed)
    assert (await approver.send_form(f"{address}/approve")).headers["location"] == address
    assert await desk.state() == "placed"
    assert await desk.told() == (2, 2)
    assert await desk.journal() == [("placed", Decimal(700)), ("approved", Decimal(500))]
    assert await desk.reserved() == 12
    assert "Заказ согласован: Борис Согласующий" in buyer.words((await buyer.get(address)).text)
    assert (await desk.letters())[1]["to"] == shop.company.email
    assert "Согласовывать нечего" in approver.words((await approver.get("/approvals")).text)
    # Pressed again by the same person nothing happens.
    assert (await approver.send_form(f"{address}/approve")).status_code == 303
    assert await desk.told() == (2, 2)


async def test_room_that_went_meanwhile_is_told_before_anything_is_placed(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    await desk.person("approver")
    await desk.limit(1000)
    await shop.fill(6)
    form = await buyer.checkout_form()
    assert form["within_limits"] == "1"
    await shop.sql("update fondaco.spending_limit set amount = 500")
    answer = await buyer.send_form("/checkout", {**form, **shop.choices(comment="Срочно")})
    assert answer.status_code == 409
    words = buyer.words(answer.text)
    assert "Заказ больше того, что осталось от лимита. Он не оформлен" in words
    assert "Срочно" in words
    assert "Отправить на согласование" in words
    assert await shop.sql("select 1 from fondaco.customer_order") == []
    again = {**buyer.hidden(answer.text), **shop.choices(comment="Срочно")}
    assert (await buyer.send_form("/checkout", again)).status_code == 303
    assert await desk.state() == "awaiting_approval"


@pytest.mark.parametrize(
    ("whose", "first", "second"),
    [
        pytest.param({"buyer": True, "outlet": False}, "awaiting_approval", "awaiting_approval"),
        pytest.param({"buyer": True, "outlet": True}, "awaiting_approval", "placed"),
        pytest.param({"buyer": False, "outlet": True}, "awaiting_approval", "placed"),
    ],
)
async def test_a_limit_holds_for_its_buyer_at_its_outlet(
    shop: Any, buyer: Any, desk: Desk, whose: dict[str, bool], first: str, second: str
) -> None:
    other = await desk.outlet()
    await desk.limit(100, **whose)
    for outlet, expected in ((str(shop.company.outlet), first), (other, second)):
        await shop.fill(2)
        page = await buyer.send_form("/checkout/costs", {"to": f"outlet:{outlet}"})
        assert ("Отправить на согласование" in page.text) is (expected != "placed")
        await desk.send(buyer, f"outlet:{outlet}")
        assert await desk.state() == expected


async def test_fetched_goods_count_for_the_outlet_one_acts_for(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    await desk.bind(shop.company.email, shop.company.outlet)
    await desk.limit(100)
    place = (await shop.sql("select uuid from fondaco.place"))[0][0]
    await desk.order(buyer, 2, to=f"place:{place}")
    assert await desk.state() == "awaiting_approval"


async def _waiting(shop: Any, buyer: Any, desk: Desk, *quantities: int) -> str:
    """An order that waits under a limit of 100 roubles; its address."""
    if not await shop.sql("select 1 from fondaco.spending_limit"):
        await desk.limit(100)
    address = await desk.order(buyer, *(quantities or (5,)))
    assert await desk.state() == "awaiting_approval"
    return address


async def test_nobody_approves_their_own_order_in_any_way(
    shop: Any, desk: Desk, client: Any
) -> None:
    both = await desk.person("buyer", "approver", "company_admin", name="Инна Двух Ролей")
    await desk.person("approver")
    await shop.sql("update fondaco.user_account set roles = '{buyer}' where id = :id",
                   id=shop.company.user_id)  # fmt: skip
    two_roles = await shop.browser(both)
    await desk.limit(100)
    await two_roles.send_form("/cart/articles", {"article": "A-1", "quantity": "5"})
    here = f"outlet:{shop.company.outlet}"
    address = await desk.send(two_roles, here)
    assert await desk.state() == "awaiting_approval"
    page = (await two_roles.get(address)).text
    assert f"{address}/approve" not in page
    assert address not in (await two_roles.get("/approvals")).text
    for answer in ("approve", "refuse"):
        refused = await two_roles.send_form(f"{address}/{answer}", {"reason": "Так"})
        assert refused.status_code == 403
        assert "Свой заказ согласовать нельзя" in two_roles.words(refused.text)
    made = await two_roles.send_form("/profile/tokens", {"name": "Сам себе"})
    assert made.status_code in (200, 303)
    assert await desk.state() == "awaiting_approval"

    # A manager who ordered in the customer's name approves it neither there nor at the own desk.
    manager = await shop.browser(await shop.wholesaler.staff("manager", "head_of_sales"))
    card = (await shop.sql("select uuid from fondaco.company where id = :id", id=desk.company))[0]
    await manager.send_form(f"/staff/customers/{card[0]}/act")
    await manager.send_form("/cart/articles", {"article": "A-2", "quantity": "5"})
    behalf = await desk.send(manager, here)
    assert (await manager.send_form(f"{behalf}/approve")).status_code == 403
    assert (await manager.send_form(f"{address}/approve")).status_code == 403
    await manager.send_form("/behalf/end")
    await shop.sql("update fondaco.user_account set active = false where company_id = :c",
                   c=desk.company)  # fmt: skip
    refused = await manager.send_form(f"{behalf}/approve")
    assert refused.status_code == 403
    assert "Свой заказ согласовать нельзя" in manager.words(refused.text)
    assert await shop.sql("select distinct state from fondaco.customer_order") == [
        ("awaiting_approval",)
    ]


async def test_an_approver_answers_for_their_own_outlets_only(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    elsewhere = await desk.person("approver", name="Дальний")
    await desk.bind(elsewhere, await desk.outlet())
    here = await desk.person("approver", name="Здешний")
    await desk.bind(here, shop.company.outlet)
    address = await _waiting(shop, buyer, desk)
    assert [letter["to"] for letter in await desk.letters()] == [here]
    far, near = await shop.browser(elsewhere), await shop.browser(here)
    assert address not in (await far.get("/approvals")).text
    refused = await far.send_form(f"{address}/approve")
    assert refused.status_code == 403
    assert "Этот заказ могут согласовать: Здешний" in far.words(refused.text)
    assert (await near.send_form(f"{address}/approve")).status_code == 303
    assert await desk.state() == "placed"


async def test_an_approver_who_left_decides_nothing_and_the_manager_does(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    email = await desk.person("approver")
    approver = await shop.browser(email)
    address = await _waiting(shop, buyer, desk)
    manager_email = await shop.wholesaler.staff("manager")
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where email = :email)",
        email=manager_email,
    )
    manager = await shop.browser(manager_email)
    assert address not in (await manager.get("/approvals")).text
    refused = await manager.send_form(f"{address}/approve")
    assert refused.status_code == 403
    assert "Этот заказ могут согласовать: Борис Согласующий" in manager.words(refused.text)

    await shop.sql("update fondaco.user_account set active = false where email = :e", e=email)
    assert (await approver.send_form(f"{address}/approve")).status_code in (303, 401, 403)
    assert await desk.state() == "awaiting_approval"
    words = buyer.words((await buyer.get(address)).text)
    assert "В компании его согласовать некому, это сделает менеджер компании" in words
    await shop.fill(0, 5)
    told = buyer.words((await buyer.get("/checkout")).text)
    assert "В компании некому согласовать заказ. Его увидит ваш менеджер: Пётр Сотрудник" in told

    other = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await other.send_form(f"{address}/approve")).status_code == 403
    assert address in (await manager.get("/approvals")).text
    assert (await manager.send_form(f"{address}/approve")).status_code == 303
    assert await desk.state() == "placed"
    [(company, lists)] = await shop.sql(
        "select d.company_id, count(*) from fondaco.document d group by 1"
    )
    assert (company, lists) == (desk.company, 1)
    await _waiting(shop, buyer, desk)
    assert [one["to"] for one in await desk.letters()][-1] == manager_email


async def test_a_refusal_needs_a_reason_and_lets_go_of_everything(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk)
    assert "Отклонить заказ" in approver.words((await approver.get(f"{address}/refuse")).text)
    empty = await approver.send_form(f"{address}/refuse", {"reason": "  "})
    assert empty.status_code == 422
    assert 'href="#field-reason"' in empty.text
    long = await approver.send_form(f"{address}/refuse", {"reason": "я" * 501})
    assert long.status_code == 422
    assert "я" * 501 in long.text
    refused = await approver.send_form(f"{address}/refuse", {"reason": "Ждём акцию"})
    assert refused.status_code == 303
    assert await desk.state() == "cancelled"
    assert await desk.reserved() == 0
    assert await desk.journal() == []
    assert await desk.told() == (0, 0)
    words = buyer.words((await buyer.get(address)).text)
    assert "Заказ не согласован: Борис Согласующий. Ждём акцию" in words
    letter = (await desk.letters())[-1]
    assert letter["to"] == shop.company.email
    assert "Ждём акцию" in letter["text"]
    late = await approver.send_form(f"{address}/approve")
    assert late.status_code == 409
    assert "Заказ уже отклонён: Борис Согласующий" in approver.words(late.text)


async def test_the_buyer_withdraws_and_then_there_is_nothing_to_decide(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk)
    assert (await buyer.send_form(f"{address}/cancel")).status_code == 303
    assert await desk.reserved() == 0
    late = await approver.send_form(f"{address}/approve")
    assert late.status_code == 409
    assert "Заказ уже отозван" in approver.words(late.text)
    assert (await approver.get(f"{address}/refuse")).status_code == 409


async def test_the_second_of_two_approvers_sees_who_was_first(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    one = await shop.browser(await desk.person("approver", name="Первая"))
    two = await shop.browser(await desk.person("company_admin", name="Второй"))
    address = await _waiting(shop, buyer, desk)
    assert (await one.send_form(f"{address}/approve")).status_code == 303
    late = await two.send_form(f"{address}/approve")
    assert late.status_code == 409
    assert "Заказ уже согласован: Первая" in two.words(late.text)
    assert await desk.journal() == [("approved", Decimal(500))]
    assert await desk.told() == (1, 1)


async def test_a_cancelled_order_gives_back_into_the_month_it_was_taken_from(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    await desk.limit(1000)
    address = await shop.order(buyer, 7)
    await shop.sql("update fondaco.customer_order set placed_at = placed_at - interval '40 days'")
    for _ in range(2):
        await buyer.send_form(f"{address}/cancel")
    assert await desk.journal() == [("placed", Decimal(700)), ("cancelled", Decimal(-700))]
    assert len(await shop.sql("select distinct month from fondaco.spending_entry")) == 1


async def test_what_was_spent_last_month_does_not_count(shop: Any, buyer: Any, desk: Desk) -> None:
    await desk.limit(1000)
    await shop.order(buyer, 1)
    await shop.sql(
        "insert into fondaco.spending_entry (order_id, user_id, outlet_id, month, kind, amount)"
        " select order_id, user_id, outlet_id, month - interval '1 month', 'corrected', 900"
        " from fondaco.spending_entry"
    )
    await shop.fill(1)
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "осталось 900,00 ₽ из 1 000,00 ₽" in words


async def test_an_approved_order_that_is_cancelled_gives_back_too(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk)
    await approver.send_form(f"{address}/approve")
    await buyer.send_form(f"{address}/cancel")
    assert await desk.journal() == [("approved", Decimal(500)), ("cancelled", Decimal(-500))]


async def test_the_journal_is_only_added_to(shop: Any, buyer: Any) -> None:
    await shop.order(buyer, 1)
    for statement in (
        "delete from fondaco.spending_entry",
        "update fondaco.spending_entry set amount = 0",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await shop.sql(statement)


async def test_after_the_hold_the_goods_are_taken_again(shop: Any, buyer: Any, desk: Desk) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk)
    await shop.sql(END_ALL)
    await let_go_of_ended(shop.hall)
    assert await desk.reserved() == 0
    words = buyer.words((await buyer.get(address)).text)
    assert "заказ не согласовали вовремя" in words
    assert "оплата не пришла" not in words
    assert (await approver.send_form(f"{address}/approve")).status_code == 303
    assert await desk.reserved() == 5


async def test_goods_that_are_gone_are_named_and_nothing_is_sent(
    shop: Any, buyer: Any, desk: Desk
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk, 5, 3)
    await shop.sql(END_ALL)
    await shop.set_stock(1, 2)
    answer = await approver.send_form(f"{address}/approve")
    assert answer.status_code == 409
    words = approver.words(answer.text)
    assert "часть товара разобрали. Заказ не отправлен" in words
    assert "A-1: нужно 5 шт, свободно 2 шт" in words
    assert "A-2:" not in words
    assert await desk.state() == "awaiting_approval"
    assert await desk.told() == (0, 0)
    assert await desk.journal() == []
    assert (await approver.send_form(f"{address}/refuse", {"reason": "Нет"})).status_code == 303


async def test_prices_hold_as_long_as_the_goods_are_held(shop: Any, buyer: Any, desk: Desk) -> None:
    approver = await shop.browser(await desk.person("approver"))
    held = await _waiting(shop, buyer, desk)
    ended = await _waiting(shop, buyer, desk)
    await shop.set_price(1, 120)
    assert (await approver.send_form(f"{held}/approve")).status_code == 303
    await shop.sql(f"{END_ALL} and order_line_id in (select max(id) from fondaco.order_line)")
    answer = await approver.send_form(f"{ended}/approve")
    assert answer.status_code == 409
    assert "A-1: цена была 100,00 ₽, теперь 120,00 ₽" in approver.words(answer.text)
    assert await desk.state() == "awaiting_approval"


async def test_a_date_that_has_passed_moves(shop: Any, buyer: Any, desk: Desk) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk, 5, 3)
    await shop.sql("update fondaco.order_line set promised = promised - 3")
    await shop.sql("update fondaco.shipment set promised = promised - 3")
    await approver.send_form(f"{address}/approve")
    [(line, shipment)] = await shop.sql(
        "select distinct l.promised, s.promised from fondaco.order_line l, fondaco.shipment s"
    )
    assert line == shipment
    assert "Сроки сдвинулись" in buyer.words((await buyer.get(address)).text)


async def test_an_agreement_that_ended_sends_nothing(shop: Any, buyer: Any, desk: Desk) -> None:
    approver = await shop.browser(await desk.person("approver"))
    address = await _waiting(shop, buyer, desk)
    await shop.sql("update fondaco.agreement set active = false")
    answer = await approver.send_form(f"{address}/approve")
    assert answer.status_code == 409
    assert "больше не действует" in approver.words(answer.text)
    assert await desk.state() == "awaiting_approval"


async def test_statements_do_not_depend_on_the_number_of_lines(
    shop: Any, buyer: Any, desk: Desk, sql_budget: Any
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    shop.products = await shop.wholesaler.products(
        200, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    counted = set()
    for number in (1, 200):
        address = await _waiting(shop, buyer, desk, *([2] * number))
        await shop.sql(END_ALL)
        await shop.sql("update fondaco.order_line set promised = promised - 3")
        token = await approver.token()
        with sql_budget() as count:
            answer = await approver.post(f"{address}/approve", headers={"X-CSRFToken": token})
        assert answer.status_code == 303
        counted.add(count.number)
    assert len(counted) == 1, counted


async def test_fifty_that_wait_are_listed_with_the_statements_of_one(
    shop: Any, buyer: Any, desk: Desk, sql_budget: Any
) -> None:
    approver = await shop.browser(await desk.person("approver"))
    await desk.limit(0)
    counted = []
    for number in (1, 49):
        for _ in range(number):
            await desk.order(buyer, 1)
        await approver.get("/approvals")
        with sql_budget() as count:
            page = await approver.get("/approvals")
        counted.append((page.text.count('<th scope="row"'), count.number))
    assert [rows for rows, _ in counted] == [1, 50]
    assert counted[0][1] == counted[1][1], counted


def test_only_a_person_makes_an_order_placed() -> None:
    from fondaco.orders.states import MOVES

    assert not any(OrderState.PLACED in targets for targets in MOVES.values())
    assert MOVES.keys() == set(OrderState)
