"""The checkout through the front door: what was shown is ordered, once, or nothing is."""

from typing import Any
from uuid import UUID

import pytest


async def test_from_the_cart_to_a_cancelled_order_and_back(shop: Any, buyer: Any) -> None:
    await shop.fill(5, 2)
    page = (await buyer.get("/cart")).text
    line = buyer.lines_of(page)[0]
    await buyer.partial(f"/cart/lines/{line}", {"quantity": "7"})
    quote = await buyer.send_form("/cart/quote", {"format": "pdf"})
    assert (await buyer.get(quote.headers["location"])).status_code == 200

    form = await buyer.checkout_form()
    decided = shop.choices(comment="Позвоните за час", customer_reference="ЗК-77")
    placed = await buyer.send_form("/checkout", {**form, **decided})
    assert placed.headers["location"].endswith("?placed=1")
    order = await buyer.get(placed.headers["location"])
    words = buyer.words(order.text)
    assert "оформлен" in words
    assert "900,00 ₽" in words
    assert "Позвоните за час" in words
    assert "ЗК-77" in words
    assert "Тверь, ул. Новая, 2" in words
    assert "Счёт на оплату" in words
    assert await shop.sql("select sum(reserved) from fondaco.stock_row") == [(9,)]

    address = placed.headers["location"].partition("?")[0]
    await buyer.send_form(f"{address}/cancel")
    assert await shop.sql("select sum(reserved) from fondaco.stock_row") == [(0,)]
    repeated = await buyer.send_form(f"{address}/repeat")
    assert repeated.headers["location"] == "/cart"
    assert await shop.sql("select quantity, source from fondaco.cart_line order by id") == [
        (7, "repeat"),
        (2, "repeat"),
    ]


async def test_pressed_twice_it_is_one_order(shop: Any, buyer: Any) -> None:
    await shop.fill(5)
    form = {**await buyer.checkout_form(), **shop.choices()}
    first = await buyer.send_form("/checkout", form)
    second = await buyer.send_form("/checkout", form)
    assert first.headers["location"] == second.headers["location"]
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(1,)]

    other = await buyer.send_form("/checkout", {**form, "comment": "другое"})
    assert other.headers["location"] == "/orders"
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(1,)]
    assert (await buyer.get("/checkout")).headers["location"] == "/cart"


async def test_a_changed_cart_is_shown_as_was_and_is_and_what_was_typed_stays(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(5, 2, 1)
    form = await buyer.checkout_form()
    lines = buyer.lines_of((await buyer.get("/cart")).text)
    await shop.set_price(1, 110)
    await buyer.partial(f"/cart/lines/{lines[1]}", {"quantity": "3"})
    await buyer.partial(f"/cart/lines/{lines[2]}/remove")
    await shop.fill(0, 0, 0, 4)

    decided = shop.choices(comment="Позвоните <b>за час</b>")
    answer = await buyer.send_form("/checkout", {**form, **decided})
    assert answer.status_code == 409
    words = buyer.words(answer.text)
    assert "A-1 цена 100,00 ₽ 110,00 ₽" in words
    assert "A-2 количество 2 3" in words
    assert "A-3 убрано 1 —" in words
    assert "A-4 добавлено — 4" in words
    assert "Итого с НДС 800,00 ₽ 1 250,00 ₽" in words
    assert "Позвоните &lt;b&gt;за час&lt;/b&gt;" in answer.text
    assert f'value="outlet:{shop.company.outlet}"' in answer.text
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(0,)]

    fresh = buyer.hidden(answer.text)
    assert fresh["key"] == form["key"]
    placed = await buyer.send_form("/checkout", {**fresh, **decided})
    assert placed.status_code == 303
    assert await shop.sql("select total from fondaco.customer_order") == [(1250,)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": ""}, "Выберите адрес доставки или склад самовывоза"),
        ({"to": "place:nonsense"}, "Выберите адрес доставки или склад самовывоза"),
        ({"to": f"outlet:{UUID(int=5)}"}, "Выберите адрес доставки"),
        ({"payment": "gold"}, "Выберите способ оплаты из списка"),
        ({"comment": "x" * 2001}, "Не длиннее 2000 знаков, сейчас 2001"),
    ],
)
async def test_a_mistake_is_named_at_its_field_and_on_top(
    shop: Any, buyer: Any, changes: dict[str, str], words: str
) -> None:
    await shop.fill(5)
    form = await buyer.checkout_form()
    decided = {**shop.choices(customer_reference="ЗК-77"), **changes}
    answer = await buyer.send_form("/checkout", {**form, **decided})
    assert answer.status_code == 422
    (field,) = changes
    assert f'href="#field-{field}"' in answer.text
    assert buyer.words(answer.text).count(words) == 2
    assert 'value="ЗК-77"' in answer.text
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(0,)]


async def test_another_companys_address_is_no_choice(shop: Any, buyer: Any) -> None:
    await shop.fill(5)
    page = (await buyer.get("/checkout")).text
    assert str(shop.company.outlet) in page
    assert str(shop.stranger.outlet) not in page
    form = buyer.hidden(page)
    foreign = shop.choices(to=f"outlet:{shop.stranger.outlet}")
    assert (await buyer.send_form("/checkout", {**form, **foreign})).status_code == 422


async def test_pickup_goes_to_the_warehouse(shop: Any, buyer: Any) -> None:
    await shop.fill(5)
    place = (await shop.sql("select uuid from fondaco.place"))[0][0]
    form = await buyer.checkout_form()
    await buyer.send_form("/checkout", {**form, **shop.choices(to=f"place:{place}")})
    assert await shop.sql("select delivery, address from fondaco.shipment") == [
        ("pickup", "Москва, ул. Складская, 1")
    ]


async def test_a_refused_cart_is_mended_before_it_is_ordered(shop: Any, buyer: Any) -> None:
    await shop.fill(5)
    form = await buyer.checkout_form()
    await shop.fill(0, 2000)
    assert (await buyer.get("/checkout")).headers["location"] == "/cart"
    shown = buyer.hidden((await buyer.send_form("/checkout", {**form, **shop.choices()})).text)
    answer = await buyer.send_form("/checkout", {**shown, **shop.choices()})
    assert answer.status_code == 422
    line = buyer.lines_of((await buyer.get("/cart")).text)[1]
    assert f'href="/cart#q-{line}"' in answer.text
    assert "A-2: В наличии только 1000 шт" in buyer.words(answer.text)


async def test_another_legal_entity_has_its_own_prices(shop: Any, buyer: Any) -> None:
    rows = await shop.sql(
        "insert into fondaco.legal_entity (uuid, company_id, name, tax_id, kpp)"
        " values (gen_random_uuid(), :company, 'ООО «Ромашка-Юг»', '7712345678', '771201001')"
        " returning id, uuid",
        company=shop.company.customer.company_id,
    )
    await shop.sql(
        "with a as (insert into fondaco.agreement (uuid, legal_entity_id, seller_id, number)"
        "   select gen_random_uuid(), :entity, id, '18/2026' from fondaco.seller returning id)"
        " insert into fondaco.agreement_price_list select id, 1, :list from a",
        entity=rows[0][0],
        list=shop.lists[1],
    )
    await shop.sql(
        "insert into fondaco.price_row (product_id, price_list_id, price) values (:p, :l, 90)",
        p=shop.products[0],
        l=shop.lists[1],
    )
    await shop.fill(5)
    page = (await buyer.get("/checkout")).text
    assert "500,00 ₽" in buyer.words(page)
    assert f'<option value="{rows[0][1]}"' in page
    await buyer.send_form("/acting", {"option": str(rows[0][1]), "next": "/checkout"})
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "450,00 ₽" in words
    assert "Договор № 18/2026" in words


async def test_statements_do_not_depend_on_the_number_of_lines(
    shop: Any, buyer: Any, sql_budget: Any
) -> None:
    shop.products = await shop.wholesaler.products(
        500, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    # The target of the last order stands chosen from the first page on.
    await shop.order(buyer, 1)
    counted = set()
    for number in (1, 50, 500):
        await shop.sql("delete from fondaco.cart_line")
        await shop.fill(*([2] * number))
        with sql_budget() as shown:
            form = await buyer.checkout_form()
        with sql_budget() as placing:
            answer = await buyer.send_form("/checkout", {**form, **shop.choices()})
        assert answer.status_code == 303
        counted.add((shown.number, placing.number))
    assert len(counted) == 1, counted
