"""Orders through the front door: what was decided stays, and nobody else's is there."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook


async def test_an_ordered_line_keeps_its_reasons_when_prices_have_moved_on(
    shop: Any, buyer: Any
) -> None:
    await shop.sql(
        "insert into fondaco.price_row (product_id, price_list_id, price)"
        " select id, :list, 90 from fondaco.product",
        list=shop.lists[1],
    )
    address = await shop.order(buyer, 5, 3)
    await shop.set_price(1, 500)
    await shop.sql("update fondaco.price_list set name = 'Другая'")
    page = (await buyer.get(address)).text
    why = page.partition('hx-get="/orders/')[2].partition('"')[0]
    words = buyer.words((await buyer.get(f"/orders/{why}")).text)
    assert "Прайс-лист «Оптовая» 100,00 ₽" in words
    assert "Прайс-лист «Розничная» не применено: Первым стоит другой прайс-лист" in words
    assert "Москва: 5, сегодня" in words


async def test_rejected_sources_are_for_staff_who_may_only_look(shop: Any, buyer: Any) -> None:
    tver = await shop.wholesaler.place("Тверь")
    await shop.sql(
        "insert into fondaco.stock_row (product_id, place_id, on_hand) values (:p, :tver, 40)",
        p=shop.products[0],
        tver=tver,
    )
    address = await shop.order(buyer, 5)
    why = (await buyer.get(address)).text.partition(f'hx-get="{address}')[2].partition('"')[0]
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert "Тверь" not in (await buyer.get(address + why)).text
    assert "Тверь: Достаточно других источников" in manager.words(
        (await manager.get(address + why)).text
    )

    listed = (await manager.get("/orders")).text
    assert address in listed
    assert "Ромашка" in listed
    page = (await manager.get(address)).text
    assert "/cancel" not in page
    assert "/repeat" not in page
    assert (await manager.send_form(f"{address}/cancel")).status_code == 403
    assert (await manager.send_form(f"{address}/repeat")).status_code == 403


async def test_cancelling_names_what_it_does_and_ends_with_picking(shop: Any, buyer: Any) -> None:
    address = await shop.order(buyer, 5, 2)
    asked = buyer.words((await buyer.get(f"{address}/cancel")).text)
    assert "Товары по 2 строкам вернутся в свободный остаток" in asked
    assert "-000001 потеряет силу, оплачивать его нельзя" in asked
    for _ in range(2):
        assert (await buyer.send_form(f"{address}/cancel")).headers["location"] == address
    page = buyer.words((await buyer.get(address)).text)
    assert "Заказ отменён Анна Покупатель" in page
    assert await shop.sql("select sum(reserved) from fondaco.stock_row") == [(0,)]

    other = await shop.order(buyer, 1)
    await shop.sql("update fondaco.customer_order set state = 'picking' where state = 'placed'")
    assert (await buyer.get(f"{other}/cancel")).status_code == 409
    assert (await buyer.send_form(f"{other}/cancel")).status_code == 409
    assert "/cancel" not in (await buyer.get(other)).text


async def test_repeating_leaves_out_and_names_what_cannot_be_bought(shop: Any, buyer: Any) -> None:
    address = await shop.order(buyer, 5, 2, 1, 4)
    await shop.sql("update fondaco.product set active = false where id = :p", p=shop.products[0])
    await shop.set_stock(2, 0)
    await shop.sql("delete from fondaco.price_row where product_id = :p", p=shop.products[2])
    answer = await buyer.send_form(f"{address}/repeat", follow_redirects=True)
    assert "Не добавлены, сейчас их не купить: A-1, A-2, A-3" in buyer.words(answer.text)
    uuid = address.rpartition("/")[2]
    assert await shop.sql("select quantity, source, source_ref from fondaco.cart_line") == [
        (4, "repeat", uuid)
    ]


async def test_the_list_is_searched_and_paged(shop: Any, buyer: Any, stranger: Any) -> None:
    assert "Заказов пока нет" in (await buyer.get("/orders")).text
    address = await shop.order(buyer, 5)
    await shop.sql(
        "insert into fondaco.customer_order (uuid, number, company_id, legal_entity_id,"
        " agreement_id, seller_id, currency, total, vat_total, customer_reference, placed_at)"
        " select gen_random_uuid(), 'OLD-' || n, company_id, legal_entity_id, agreement_id,"
        " seller_id, currency, n, 0, 'зк-' || n, placed_at + n * interval '1 minute'"
        " from fondaco.customer_order,"
        " generate_series(1, 60) n"
    )
    page = (await buyer.get("/orders")).text
    assert page.count('href="/orders/0') + page.count("OLD-") > 49
    assert "OLD-60" in page
    assert address not in page
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert address in (await buyer.get(older)).text
    assert "OLD-60" not in (await buyer.get(older)).text

    for wanted in ("OLD-37", "ЗК-37"):
        found = (await buyer.get("/orders", params={"number": wanted})).text
        assert found.count('<th scope="row">') == 1
        assert "OLD-37" in found
    assert "нет" in (await buyer.get("/orders", params={"number": "нет такого"})).text
    assert "OLD-" not in (await stranger.get("/orders")).text
    assert (await buyer.get("/orders", params={"cursor": "nonsense"})).status_code == 422


async def test_staff_find_orders_by_state_customer_and_whose_they_are(
    shop: Any, buyer: Any, stranger: Any, sql_budget: Any
) -> None:
    own = await shop.order(buyer, 5)
    await shop.fill(3, company=shop.stranger)
    form = await stranger.checkout_form()
    choices = shop.choices(to=f"outlet:{shop.stranger.outlet}")
    placed = await stranger.send_form("/checkout", {**form, **choices})
    other = placed.headers["location"].partition("?")[0]
    email = await shop.wholesaler.staff("manager")
    manager = await shop.browser(email)
    await shop.sql(
        "update fondaco.agreement g set manager_id = u.id"
        " from fondaco.user_account u, fondaco.legal_entity e"
        " where e.id = g.legal_entity_id and u.email = case when e.company_id = :company"
        " then :email else (select min(email) from fondaco.user_account where email <> :email) end",
        company=shop.company.customer.company_id,
        email=email,
    )
    await shop.sql("update fondaco.legal_entity set tax_id = '77' || id")
    [(tax_id,)] = await shop.sql(
        "select tax_id from fondaco.legal_entity where company_id = :company",
        company=shop.stranger.customer.company_id,
    )
    await manager.send_form(f"{other}/move", {"seen": "placed", "to": "confirmed"})

    async def found(**wanted: str) -> list[str]:
        with sql_budget() as count:
            page = (await manager.get("/orders", params=wanted)).text
        counted.add(count.number)
        return [one for one in (own, other) if f'href="{one}"' in page]

    counted: set[int] = set()
    assert await found() == [own, other]
    assert await found(show="placed") == [own]
    assert await found(show="confirmed") == [other]
    assert await found(show="shipped") == []
    assert await found(mine="1") == [own]
    assert await found(mine="1", show="confirmed") == []
    assert await found(number="василё") == [other]
    assert await found(number=tax_id) == [other]
    assert await found(number="Ромашка", show="placed", mine="1") == [own]
    assert len(counted) == 1, counted
    # A customer looks among their own only, and for nothing but numbers.
    for wanted in ({"number": "Василёк"}, {"mine": "1", "show": "confirmed"}):
        assert other not in (await buyer.get("/orders", params=wanted)).text
    assert own in (await buyer.get("/orders", params={"show": "placed"})).text
    assert own not in (await buyer.get("/orders", params={"show": "shipped"})).text


async def test_the_pages_of_a_filtered_list_keep_the_filter(shop: Any, buyer: Any) -> None:
    await shop.order(buyer, 5)
    await shop.sql(
        "insert into fondaco.customer_order (uuid, number, company_id, legal_entity_id,"
        " agreement_id, seller_id, currency, total, vat_total, placed_at, state)"
        " select gen_random_uuid(), 'OLD-' || n, company_id, legal_entity_id, agreement_id,"
        " seller_id, currency, n, 0, placed_at - n * interval '1 minute',"
        " case when n % 2 = 0 then 'shipped' else 'completed' end"
        " from fondaco.customer_order, generate_series(1, 120) n"
    )
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    path, seen = "/orders?show=shipped&mine=1&number=OLD", 0
    while path:
        page = (await manager.get(path)).text
        assert "выполнен</span>" not in page
        seen += page.count('<th scope="row">')
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == 60


async def test_another_companys_order_is_absent_everywhere(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    address = await shop.order(buyer, 5)
    page = (await buyer.get(address)).text
    why = address + page.partition(f'hx-get="{address}')[2].partition('"')[0]
    document = "/documents/" + page.partition('href="/documents/')[2].partition('"')[0]
    reads = [
        address,
        why,
        f"{address}/cancel",
        f"{address}/export.xlsx",
        document,
        f"{document}/state",
        f"{document}/link",
        f"{document}/file",
    ]
    writes = [f"{address}/cancel", f"{address}/repeat", f"{document}/retry"]
    absent = address.rpartition("/")[0] + f"/{uuid4()}"
    for path in (*reads, absent):
        assert (await stranger.get(path)).status_code == 404, path
    for path in writes:
        assert (await stranger.send_form(path)).status_code == 404, path
    assert await shop.sql("select state from fondaco.customer_order") == [("placed",)]
    assert await shop.sql("select 1 from fondaco.cart_line") == []
    other = await shop.order(buyer, 1)
    assert (await buyer.get(why.replace(address, other))).status_code == 404


async def test_the_workbook_holds_no_formula(shop: Any, buyer: Any) -> None:
    await shop.sql("update fondaco.product set name = '@SUM(A1)', sku = '=cmd' where id = :id",
                   id=shop.products[0])  # fmt: skip
    address = await shop.order(buyer, 5)
    answer = await buyer.get(f"{address}/export.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {"@SUM(A1)", "=cmd", 5, 500} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize("path", ["", "/export.xlsx"])
async def test_statements_do_not_depend_on_the_number_of_lines(
    shop: Any, buyer: Any, sql_budget: Any, path: str
) -> None:
    shop.products = await shop.wholesaler.products(
        500, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    counted = set()
    for number in (1, 50, 500):
        address = await shop.order(buyer, *([1] * number))
        with sql_budget() as count:
            assert (await buyer.get(f"{address}{path}")).status_code == 200
        counted.add(count.number)
    assert len(counted) == 1, counted
    assert counted.pop() <= 17


async def test_staff_see_whose_each_step_is_and_buyers_only_bounds_that_bind(
    shop: Any, buyer: Any
) -> None:
    await shop.sql(
        "insert into fondaco.product_pricing (product_id, cost) select id, 10 from fondaco.product"
    )
    await shop.sql(
        "insert into fondaco.margin_rule (uuid, min_percent, max_percent)"
        " values (gen_random_uuid(), 5, 500)"
    )
    address = await shop.order(buyer, 5)
    why = (await buyer.get(address)).text.partition(f'hx-get="{address}')[2].partition('"')[0]
    bought = buyer.words((await buyer.get(address + why)).text)
    assert "Предельная цена товара 73,20 ₽" in bought
    assert "Минимальная цена" not in bought
    assert "contract_prices" not in bought
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    seen = manager.words((await manager.get(address + why)).text)
    assert "Минимальная цена товара contract_prices не применено: Цена в границах" in seen
    assert "price_lists" in seen
