"""The ERP is asked at the moment of ordering: confirmed, different, or silent, through the door."""

import asyncio
from decimal import Decimal
from time import perf_counter
from typing import Any, get_args

import pytest
from erp_http import Erp1cStub, Mood
from live_desk import checks, form_of, hidden, late, order, sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.exchange import breaker
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.testing.client import Client
from fondaco.testing.shop import WorkingShop, words

pytestmark = [pytest.mark.plugins("erp_1c"), pytest.mark.timeout(180)]

ON_HAND = 100_000
HELD = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and state like 'idle in transaction%'"
)
SILENT: tuple[Mood, ...] = tuple(
    mood for mood in get_args(Mood) if mood not in ("well", "slow", "negative_stock", "comma")
)


@pytest.fixture(autouse=True)
def full(erp: Erp1cStub) -> None:
    erp.on_hand = ON_HAND


async def test_what_is_as_known_is_ordered_and_confirmed(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(5, 2, 1)
    placed = await order(buyer, shop)
    assert placed.status_code == 303, placed.text
    assert await checks(hall) == [("confirmed",)]
    # Three lines in packets of two, and what was asked is what the portal believes.
    assert [len(body["lines"]) for _, body in erp.asked] == [2, 1]
    first = erp.asked[0][1]
    assert first["lines"][0]["product"] == "A-1"
    assert Decimal(first["lines"][0]["price"]) == 100
    assert Decimal(first["lines"][0]["places"][0]["quantity"]) == 5
    assert first["agreement"].startswith("agreement-")
    assert "подтверждены 1С" in words((await buyer.get(placed.headers["location"])).text)


async def test_another_price_is_brought_to_the_buyer_and_ordered_at_the_second_press(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(5, 2)
    erp.prices["A-1"] = "110.50"
    form = await form_of(buyer, shop)
    answer = await buyer.send_form("/checkout", form)
    assert answer.status_code == 409
    assert "A-1 цена 100,00 ₽ 110,50 ₽" in words(answer.text)
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(0,)]
    again = hidden(answer.text, shop)
    assert again["key"] == form["key"]
    placed = await buyer.send_form("/checkout", again)
    assert placed.status_code == 303
    assert await sql(hall, "select total from fondaco.customer_order") == [(Decimal("752.50"),)]
    assert await checks(hall) == [("confirmed",)]
    # The same key once more is the same order.
    assert (await buyer.send_form("/checkout", again)).headers["location"] == placed.headers[
        "location"
    ]
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(1,)]


async def test_a_newer_price_list_is_a_newer_word_than_an_answer(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(1)
    erp.prices["A-1"] = "110"
    assert (await order(buyer, shop)).status_code == 409
    assert "110,00" in words((await buyer.get("/cart")).text)
    await shop.run("update fondaco.price_row set price = 120, changed_at = now()")
    assert "120,00" in words((await buyer.get("/cart")).text)


async def test_less_stock_is_brought_to_the_buyer(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(5)
    [(place,)] = await sql(hall, "select external_id from fondaco.place")
    erp.stock["A-1", place] = "3"
    answer = await order(buyer, shop)
    assert answer.status_code in (409, 422), answer.status_code
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(0,)]
    assert await sql(hall, "select on_hand from fondaco.stock_row order by product_id limit 1") == [
        (3,)
    ]
    assert "3" in words(answer.text)


async def test_what_is_gone_there_is_not_ordered(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(5)
    erp.gone.add("A-1")
    assert (await order(buyer, shop)).status_code in (409, 422)
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(0,)]


@pytest.mark.parametrize("mood", SILENT)
async def test_whatever_is_wrong_with_the_erp_the_order_goes_through_and_says_so(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub, mood: Mood
) -> None:
    await shop.fill(5)
    form = await form_of(buyer, shop)
    erp.mood = mood
    started = perf_counter()
    placed = await buyer.send_form("/checkout", form)
    assert perf_counter() - started < 3.5
    assert placed.status_code == 303, words(placed.text)
    assert await checks(hall) == [("last_known",)]
    assert await sql(hall, "select total from fondaco.customer_order") == [(500,)]
    assert "1С не отвечала" in words((await buyer.get(placed.headers["location"])).text)
    # Pressed again it is the same order, whatever the ERP does.
    again = await buyer.send_form("/checkout", form)
    assert again.headers["location"] == placed.headers["location"]
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(1,)]

    erp.mood = "well"
    hall.providers.pop(("erp", "1c"))
    await late(hall)
    assert await checks(hall) == [("confirmed_late",)]
    await late(hall)
    entries = "select count(*) from fondaco.order_entry where kind = 'checked'"
    assert await sql(hall, entries) == [(1,)]


@pytest.mark.parametrize("mood", ["comma", "slow"])
async def test_how_1c_writes_numbers_does_not_matter(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub, mood: Mood
) -> None:
    erp.mood = mood
    await shop.fill(5)
    assert (await order(buyer, shop)).status_code == 303
    assert await checks(hall) == [("confirmed",)]


async def test_stock_below_nothing_is_nothing(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    erp.mood = "negative_stock"
    await shop.fill(5)
    assert (await order(buyer, shop)).status_code in (409, 422)
    assert await sql(hall, "select count(*) from fondaco.customer_order") == [(0,)]


async def test_no_connection_is_held_and_after_five_silences_nobody_waits(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub, database_url: str
) -> None:
    engine = create_async_engine(database_url)
    erp.mood = "hang"
    for press in range(breaker.FAILURES):
        await shop.fill(1)
        form = await form_of(buyer, shop)
        erp.called.clear()
        ordering = asyncio.ensure_future(buyer.send_form("/checkout", form))
        await asyncio.wait_for(erp.called.wait(), 5)
        if not press:
            async with engine.connect() as connection:
                assert (await connection.execute(text(HELD))).scalar_one() == 0
        assert (await ordering).status_code == 303
    await engine.dispose()
    asked = len(erp.asked)
    await shop.fill(1)
    form = await form_of(buyer, shop)
    started = perf_counter()
    assert (await buyer.send_form("/checkout", form)).status_code == 303
    assert perf_counter() - started < 1
    assert len(erp.asked) == asked
    assert set(await checks(hall)) == {("last_known",)}


async def test_a_late_difference_is_brought_to_the_buyer_and_changes_no_price(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub
) -> None:
    await shop.fill(5)
    erp.mood = "refusing"
    placed = await order(buyer, shop)
    erp.mood = "well"
    erp.prices["A-1"] = 111
    hall.providers.pop(("erp", "1c"))
    letters = "select count(*) from fondaco.pgqueuer where entrypoint = 'notifications.mail'"
    [(before,)] = await sql(hall, letters)
    await late(hall)
    await late(hall)
    assert await checks(hall) == [("differs",)]
    page = words((await buyer.get(placed.headers["location"])).text)
    assert "A-1: была 100,00 ₽, в 1С 111,00 ₽" in page
    assert await sql(hall, "select total from fondaco.customer_order") == [(500,)]
    [(after,)] = await sql(hall, letters)
    assert after == before + 1


async def test_an_order_that_the_erp_answers_wrongly_stands_in_nobodys_way(
    hall: Hall,
    shop: WorkingShop,
    buyer: Client,
    erp: Erp1cStub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fondaco.checkout.asked.late.AT_ONCE", 3)
    erp.mood = "500"
    for quantities in ([1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1]):
        await shop.fill(*quantities)
        placed = await order(buyer, shop)
        assert placed.status_code == 303, words(placed.text)
    erp.mood, erp.prices["A-2"] = "well", "0"
    hall.providers.pop(("erp", "1c"))
    for _ in range(3):
        await late(hall)
    assert await checks(hall) == [("last_known",)] * 5 + [("confirmed_late",)]
    # Nor of those who order now, nor is it told at every try.
    await shop.fill(1)
    assert (await order(buyer, shop)).status_code == 303
    assert (await checks(hall))[-1] == ("confirmed",)
    entries = "select order_id, ru from fondaco.order_entry where kind = 'check_misfit'"
    told = await sql(hall, entries)
    assert len({row[0] for row in told}) == len(told) == 5
    assert all("A-2" in row[1] for row in told)
    [(uuid,)] = await sql(hall, "select uuid from fondaco.customer_order order by id limit 1")
    assert "на вопрос о заказе ответила не полностью" in words(
        (await buyer.get(f"/orders/{uuid}")).text
    )
    # Once 1C is mended, they are confirmed as all others.
    del erp.prices["A-2"]
    for _ in range(6):
        await late(hall)
    assert {state for (state,) in await checks(hall)} == {"confirmed_late", "confirmed"}


async def test_stock_that_went_meanwhile_is_never_sold_twice(
    hall: Hall, shop: WorkingShop, erp: Erp1cStub
) -> None:
    [(place,)] = await sql(hall, "select external_id from fondaco.place")
    erp.stock["A-1", place] = "7"
    erp.mood = "slow"
    others = [shop.company, await shop.new_company("Василёк"), await shop.new_company("Мак")]
    for statement in (
        "update fondaco.agreement set external_id = 'agreement-' || id where external_id is null",
        "update fondaco.legal_entity set external_id = 'entity-' || id where external_id is null",
    ):
        await shop.run(statement)

    async def buys(company: Any) -> None:
        for _ in range(2):
            try:
                await shop.order(*([] if _ else [3]), company=company)
            except Exception:
                continue
            return

    await asyncio.gather(*(buys(one) for one in others))
    [(reserved, on_hand)] = await sql(
        hall,
        "select sum(reserved), sum(on_hand) from fondaco.stock_row s"
        " join fondaco.product p on p.id = s.product_id where p.sku = 'A-1'",
    )
    [(sold,)] = await sql(hall, "select coalesce(sum(quantity), 0) from fondaco.order_line")
    assert on_hand == 7
    assert reserved == sold == 6


async def test_without_the_setting_nobody_is_asked(
    hall: Hall, shop: WorkingShop, buyer: Client, erp: Erp1cStub, settings: Settings
) -> None:
    from msgspec.structs import replace

    hall.settings = replace(settings, erp=replace(settings.erp, live_check=False))
    await shop.fill(5)
    assert (await order(buyer, shop)).status_code == 303
    assert erp.asked == []
    assert await checks(hall) == []
