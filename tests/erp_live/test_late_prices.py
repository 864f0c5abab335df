"""The buyer answers to prices that the ERP named late: once, in whole, and within the limits."""

import asyncio
import re
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from erp_http import Erp1cStub
from live_desk import checks, late, order, sql

from fondaco.exchange.inbound import receive
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.ids import OrderId
from fondaco_sdk.types.order import OrderState

pytestmark = [pytest.mark.plugins("erp_1c", "credit_limit"), pytest.mark.timeout(180)]
D = Decimal
LETTERS = "select count(*) from fondaco.pgqueuer where entrypoint = 'notifications.mail'"
LINES = "select sku, quantity, unit_price, total from fondaco.order_line order by position"
HELD = "select sum(amount) from plugin_credit_limit.entry"
ANSWER = "select state, answer from fondaco.order_check"


class Late:
    """An order of two lines on the last known values, of which the ERP then names a price."""

    def __init__(self, hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub) -> None:
        self.hall, self.shop, self.buyer, self.erp = hall, shop, buyer, erp
        self.path = ""

    async def begins(self, *quantities: int, payment: str = "invoice", **prices: Any) -> None:
        """The order, and what the ERP says of A-1, ... once it answers."""
        self.erp.on_hand = 100_000
        await self.shop.fill(*quantities)
        self.erp.mood = "500"
        placed = await order(self.buyer, self.shop, payment)
        assert placed.status_code == 303, words(placed.text)
        self.path = placed.headers["location"].partition("?")[0]
        self.erp.mood = "well"
        self.erp.prices = {name.replace("_", "-"): price for name, price in prices.items()}
        self.hall.providers.pop(("erp", "1c"))
        await late(self.hall)
        assert await checks(self.hall) == [("differs",)]

    async def page(self) -> str:
        return (await self.buyer.get(self.path)).text

    async def seen(self) -> str:
        found = re.search(r'name="seen" value="([^"]+)"', await self.page())
        assert found
        return found[1]

    async def accept(self, seen: str = "") -> Any:
        form = {"seen": seen or await self.seen()}
        return await self.buyer.send_form(f"{self.path}/prices/accept", form)

    async def refuse(self) -> Any:
        return await self.buyer.send_form(f"{self.path}/prices/refuse", {})

    async def sql(self, statement: str) -> list[tuple[Any, ...]]:
        return await sql(self.hall, statement)

    async def moved(self, *states: OrderState) -> None:
        [(id,)] = await self.sql("select id from fondaco.customer_order")
        await self.shop.report(OrderId(id), *states)


@pytest_asyncio.fixture
async def case(hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub) -> Late:
    return Late(hall, shop, buyer, erp)


async def test_accepting_amends_the_order_once_and_everything_follows(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    page = words(await case.page())
    assert "A-1 5 шт 100,00 ₽ 111,10 ₽ 555,50 ₽" in page
    assert "Заказ стоит 700,00 ₽, по ценам 1С будет стоить 755,50 ₽" in page
    seen = await case.seen()
    answers = await asyncio.gather(*(case.accept(seen) for _ in range(3)))
    assert {one.status_code for one in answers} == {303}
    assert await case.sql(LINES) == [("A-1", 5, D("111.10"), D("555.50")), ("A-2", 2, 100, 200)]
    assert await case.sql("select total from fondaco.customer_order") == [(D("755.50"),)]
    assert await case.sql("select sum(amount) from fondaco.payment") == [(D("755.50"),)]
    assert await case.sql(ANSWER) == [("differs", "accepted")]
    told = "select count(*) from fondaco.outbox where type = 'order.amended.v1'"
    assert await case.sql(told) == [(1,)]
    audit = "select count(*) from fondaco.audit_entry where action = 'order.price_answer'"
    assert await case.sql(audit) == [(1,)]
    page = words(await case.page())
    assert "Цены 1С приняты" in page and "Покупатель принял цены 1С" in page
    assert "prices/accept" not in await case.page()
    # The other answer comes too late, and says so.
    assert (await case.refuse()).status_code == 409
    assert await case.sql("select total from fondaco.customer_order") == [(D("755.50"),)]


async def test_a_lower_price_may_be_accepted_too(case: Late) -> None:
    await case.begins(5, A_1="90")
    assert (await case.accept()).status_code == 303
    assert await case.sql("select total from fondaco.customer_order") == [(450,)]


async def test_refusing_takes_the_lines_off_and_leaves_the_rest(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    [(before,)] = await case.sql(LETTERS)
    for _ in range(2):
        assert (await case.refuse()).status_code == 303
    assert await case.sql(LINES) == [("A-1", 0, 100, 0), ("A-2", 2, 100, 200)]
    assert await case.sql("select total from fondaco.customer_order") == [(200,)]
    held = "select sum(quantity) from fondaco.reservation where state = 'held'"
    assert await case.sql(held) == [(2,)]
    assert await case.sql(ANSWER) == [("differs", "refused")]
    [(after,)] = await case.sql(LETTERS)
    assert after > before
    assert (await case.accept("1")).status_code == 409


async def test_refusing_all_lines_cancels_the_order(case: Late) -> None:
    await case.begins(5, A_1="111.10")
    assert "Отказаться и отменить заказ" in words(await case.page())
    assert (await case.refuse()).status_code == 303
    assert await case.sql("select state from fondaco.customer_order") == [("cancelled",)]
    held = "select count(*) from fondaco.reservation where state = 'held'"
    assert await case.sql(held) == [(0,)]


async def test_what_is_being_picked_is_settled_by_a_manager(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    await case.moved(OrderState.CONFIRMED, OrderState.PICKING)
    assert "отказ получит менеджер" in words(await case.page())
    assert (await case.refuse()).status_code == 303
    assert await case.sql("select state, total from fondaco.customer_order") == [("picking", 700)]
    assert await case.sql(ANSWER) == [("differs", "refused")]


async def test_what_has_left_cannot_be_answered(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    seen = await case.seen()
    await case.moved(OrderState.CONFIRMED, OrderState.PICKING, OrderState.SHIPPED)
    assert "обратитесь к менеджеру" in words(await case.page())
    for answer in (await case.accept(seen), await case.refuse()):
        assert answer.status_code == 409
    assert await case.sql("select total from fondaco.customer_order") == [(700,)]


async def test_another_total_than_was_shown_is_not_accepted(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    for wrong in ("700", "755.49", "nonsense", "sNaN", "1e9999999"):
        assert (await case.accept(wrong)).status_code == 409
    assert await case.sql("select total from fondaco.customer_order") == [(700,)]
    assert await case.sql(ANSWER) == [("differs", None)]


async def test_goods_without_a_price_can_only_be_refused(case: Late) -> None:
    await case.begins(5, 2, A_1=None)
    page = await case.page()
    assert "prices/accept" not in page and "цены нет" in words(page)
    assert (await case.accept("700")).status_code == 409
    assert (await case.refuse()).status_code == 303
    assert await case.sql("select total from fondaco.customer_order") == [(200,)]


async def test_another_company_neither_sees_nor_answers(case: Late, client: Client) -> None:
    await case.begins(5, 2, A_1="111.10")
    seen = await case.seen()
    other = await case.shop.new_company("Чужие")
    stranger = Late(case.hall, case.shop, await _signed_in(case.shop, client, other), case.erp)
    stranger.path = case.path
    assert (await stranger.accept(seen)).status_code == 404
    assert (await stranger.refuse()).status_code == 404
    assert await case.sql(ANSWER) == [("differs", None)]


async def test_beyond_a_monthly_limit_an_approver_has_to_accept(case: Late) -> None:
    await case.begins(5, 2, A_1="111.10")
    await case.shop.run(
        "insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
        " select gen_random_uuid(), c.company_id, s.outlet_id, 740"
        " from fondaco.shipment s join fondaco.customer_order c on c.id = s.order_id"
    )
    answer = await case.accept()
    assert answer.status_code == 409
    assert "примет тот, кто согласует заказы" in words(answer.text)
    assert await case.sql("select total from fondaco.customer_order") == [(700,)]
    # The control: the same order within the limit.
    await case.shop.run("update fondaco.spending_limit set amount = 800")
    assert (await case.accept()).status_code == 303


async def _limit_of(case: Late, email: str, amount: int) -> None:
    """What a person of the company may spend in a month."""
    await case.shop.run(
        "insert into fondaco.spending_limit (uuid, company_id, user_id, amount)"
        " select gen_random_uuid(), company_id, id, cast(:amount as numeric)"
        "   from fondaco.user_account where email = :email",
        email=email,
        amount=amount,
    )


@pytest.mark.parametrize(("of_buyer", "of_colleague", "status"), [(740, 0, 409), (0, 10, 303)])
async def test_whoever_accepts_the_limits_of_who_placed_the_order_count(
    case: Late, client: Client, of_buyer: int, of_colleague: int, status: int
) -> None:
    await case.begins(5, 2, A_1="111.10")
    email = "colleague@romashka.test"
    await case.shop.run(
        "insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)"
        " select gen_random_uuid(), company_id, :email, 'Борис', password_hash, roles"
        "   from fondaco.user_account where id = :first",
        email=email,
        first=case.shop.company.user_id,
    )
    for who, amount in ((case.shop.company.email, of_buyer), (email, of_colleague)):
        if amount:
            await _limit_of(case, who, amount)
    seen = await case.seen()
    await client.sign_in(email, PASSWORD)
    colleague = Late(case.hall, case.shop, client, case.erp)
    colleague.path = case.path
    assert (await colleague.accept(seen)).status_code == status


async def _limit(case: Late, amount: str, version: int, **more: Any) -> None:
    entity = case.shop.company.customer.legal_entity_id
    await case.shop.run(
        "update fondaco.legal_entity set external_id = 'e-' || id where id = :id", id=entity
    )
    record = {"legal_entity": f"e-{entity}", "version": version, "limit": amount, **more}
    assert (await receive(case.hall, "credit_limit.limits", [record])).accepted == 1


async def test_on_credit_the_hold_follows_the_accepted_price(case: Late) -> None:
    await _limit(case, "740", 1)
    await case.begins(5, 2, payment="credit_limit", A_1="111.10")
    answer = await case.accept()
    assert (answer.status_code, "лимит" in words(answer.text)) == (409, True)
    assert await case.sql("select total from fondaco.customer_order") == [(700,)]
    assert await case.sql(HELD) == [(700,)]
    assert await case.sql(ANSWER) == [("differs", None)]
    # What the order lacks is given, and the same press goes through.
    await _limit(case, "800", 2)
    assert (await case.accept()).status_code == 303
    assert await case.sql(HELD) == [(D("755.50"),)]
    assert await case.sql("select way, sum(amount) from fondaco.payment group by way") == [
        ("credit_limit", D("755.50"))
    ]


async def test_on_credit_a_price_beyond_what_the_erp_counts_is_held(case: Late) -> None:
    await _limit(case, "740", 1)
    await case.begins(5, 2, payment="credit_limit", A_1="111.10")
    ((number,),) = await case.sql("select number from fondaco.customer_order")
    items = [{"amount": "700", "state": "ordered", "order": number}]
    await _limit(case, "740", 2, items=items)
    assert (await case.accept()).status_code == 409
    await _limit(case, "800", 3, items=items)
    assert (await case.accept()).status_code == 303
    assert await case.sql(HELD) == [(D("55.50"),)]


async def test_on_credit_what_is_refused_is_held_no_longer(case: Late) -> None:
    await _limit(case, "1000", 1)
    await case.begins(5, 2, payment="credit_limit", A_1="111.10")
    assert (await case.refuse()).status_code == 303
    assert await case.sql(HELD) == [(200,)]


async def test_a_price_that_the_erp_amends_first_ends_the_question(case: Late) -> None:
    from fondaco.hooks.context import system_ask
    from fondaco.orders.amending.service import amend
    from fondaco_sdk.types.order import AmendedLine
    from fondaco_sdk.types.reason import Reason

    await case.begins(5, 2, A_1="111.10")
    [(id, shipment)] = await case.sql("select order_id, uuid from fondaco.shipment")
    one, two = case.shop.products[:2]
    said = Reason("test", "1С изменила", "Amended by the ERP")

    async def amended(quantity: int, price: int) -> None:
        lines = [
            AmendedLine(one, D(quantity), D(price), D(quantity * price)),
            AmendedLine(two, D(2), D(100), D(200)),
        ]
        async with system_ask(case.hall).act() as act:
            await amend(act, OrderId(id), shipment, lines, source="erp_1c", reason=said)

    # Another quantity leaves the question of the price open.
    await amended(4, 100)
    assert "по ценам 1С будет стоить 644,40 ₽" in words(await case.page())
    await amended(4, 112)
    assert await case.sql(ANSWER) == [("differs", "amended")]
    assert "заказ с тех пор пересчитан" in words(await case.page())


async def _signed_in(shop: WorkingShop, client: Client, company: Any) -> Client:
    await client.sign_in(company.email, PASSWORD)
    return client
