"""The cart's page through the front door."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from openpyxl import load_workbook

HTMX = {"HX-Request": "true"}


async def test_a_line_says_what_it_costs_where_it_comes_from_and_when(
    shop: Any, buyer: Any
) -> None:
    tver = await shop.wholesaler.place("Тверь")
    await shop.sql("update fondaco.place set pick_days = 3 where id = :id", id=tver)
    await shop.sql(
        "insert into fondaco.stock_row (product_id, place_id, on_hand) values (:p, :tver, 40)",
        p=shop.products[0],
        tver=tver,
    )
    await shop.set_stock(1, 128)
    await shop.fill(160)
    page = (await buyer.get("/cart")).text
    words = buyer.words(page)
    assert "A-1" in words
    assert "Москва: 128, сегодня" in words
    assert "Тверь: ещё 32" in words
    assert "16 000,00 ₽" in words
    assert "2 885,25 ₽" in words  # VAT of 22 %
    assert f'href="/products/{(await _product_uuid(shop, 1))}"' in page


async def test_statements_do_not_depend_on_the_number_of_lines(
    shop: Any, buyer: Any, sql_budget: Any
) -> None:
    counted = {}
    more = await shop.wholesaler.products(
        500, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    for number in (1, 50, 500):
        shop.products = more[:number]
        await shop.sql("delete from fondaco.cart_line")
        await shop.fill(*([2] * number))
        await buyer.get("/cart")
        with sql_budget() as shown:
            page = (await buyer.get("/cart")).text
        assert len(buyer.lines_of(page)) == number
        token = await buyer.token()
        with sql_budget() as edited:
            answer = await buyer.post(
                f"/cart/lines/{buyer.lines_of(page)[0]}",
                data={"quantity": "3", "shown_total": str(200 * number), "shown_sum": "200"},
                headers={**HTMX, "X-CSRFToken": token},
            )
        assert answer.status_code == 200
        assert buyer.lines_of(answer.text) == buyer.lines_of(page)[:1]
        counted[number] = (shown.number, edited.number)
    assert len(set(counted.values())) == 1, counted
    assert counted[500] <= (12, 15)


async def test_an_edit_answers_the_row_and_what_stands_around_it(shop: Any, buyer: Any) -> None:
    await shop.fill(1, 2)
    page = (await buyer.get("/cart")).text
    first, second = buyer.lines_of(page)
    answer = await buyer.partial(
        f"/cart/lines/{first}", {"quantity": "10", "shown_total": "300", "shown_sum": "100"}
    )
    assert buyer.lines_of(answer.text) == [first]
    assert "1 200,00 ₽" in buyer.words(answer.text)
    assert "cart-changed" in answer.headers["hx-trigger"]
    assert second in (await buyer.get("/cart")).text
    assert "1 200,00" in buyer.words((await buyer.get("/cart/badge")).text)


async def test_where_other_lines_changed_too_all_of_them_are_answered(
    shop: Any, buyer: Any
) -> None:
    await shop.fill(1, 2)
    first, second = buyer.lines_of((await buyer.get("/cart")).text)
    await shop.set_price(2, 130)
    answer = await buyer.partial(
        f"/cart/lines/{first}", {"quantity": "10", "shown_total": "300", "shown_sum": "100"}
    )
    assert buyer.lines_of(answer.text) == [first, second]


@pytest.mark.parametrize("wrong", ["", "0", "-1", "x", "1e99", "0.0001", "NaN"])
async def test_a_wrong_quantity_changes_nothing(shop: Any, buyer: Any, wrong: str) -> None:
    await shop.fill(5)
    (line,) = buyer.lines_of((await buyer.get("/cart")).text)
    answer = await buyer.partial(f"/cart/lines/{line}", {"quantity": wrong})
    assert answer.status_code == 422
    assert "toast" in answer.text
    assert 'value="5"' in (await buyer.get("/cart")).text


async def test_a_wrong_multiple_is_mended_by_one_click_also_without_a_script(
    shop: Any, buyer: Any
) -> None:
    await shop.sql("update fondaco.product set multiple = 12")
    await shop.fill(30)
    page = (await buyer.get("/cart")).text
    (line,) = buyer.lines_of(page)
    assert "A-1: Продаётся кратно 12" in page
    button = f'formaction="/cart/lines/{line}" name="quantity" value="24"'
    assert button in page
    answer = await buyer.send_form(f"/cart/lines/{line}", {"quantity": "24"})
    assert answer.headers["location"] == "/cart"
    page = (await buyer.get("/cart")).text
    assert 'value="24"' in page
    assert "Продаётся кратно" not in page


async def test_why_this_price_names_what_won_and_what_lost(shop: Any, buyer: Any) -> None:
    await shop.sql(
        "insert into fondaco.price_row (product_id, price_list_id, price) values (:p, :l, 90)",
        p=shop.products[0],
        l=shop.lists[1],
    )
    await shop.fill(1)
    (line,) = buyer.lines_of((await buyer.get("/cart")).text)
    words = buyer.words((await buyer.get(f"/cart/lines/{line}/why", headers=HTMX)).text)
    assert "Прайс-лист «Оптовая» 100,00 ₽" in words
    assert "Прайс-лист «Розничная» не применено: Первым стоит другой прайс-лист" in words


async def test_a_removed_line_comes_back_as_it_was_and_only_once(shop: Any, buyer: Any) -> None:
    await shop.fill(3, 7)
    lines = buyer.lines_of((await buyer.get("/cart")).text)
    answer = await buyer.partial(f"/cart/lines/{lines[0]}/remove")
    undo = re.search(r"/cart/undo/[0-9a-f-]+", answer.text)
    assert undo
    assert buyer.lines_of((await buyer.get("/cart")).text) == lines[1:]
    back = await buyer.partial(undo[0])
    assert buyer.lines_of(back.text) == lines
    assert await shop.sql(
        "select quantity, source, seen_price from fondaco.cart_line order by id limit 1"
    ) == [(3, "list", 100)]
    assert (await buyer.partial(undo[0])).status_code == 404


async def test_the_emptied_cart_teaches_and_comes_back(shop: Any, buyer: Any) -> None:
    await shop.fill(3, 7)
    lines = buyer.lines_of((await buyer.get("/cart")).text)
    answer = await buyer.partial("/cart/clear")
    assert 'href="/quick-order"' in answer.text
    undo = re.search(r"/cart/undo/[0-9a-f-]+", answer.text)
    assert undo
    assert buyer.lines_of((await buyer.partial(undo[0])).text) == lines


async def test_what_was_put_in_again_meanwhile_grows_by_the_undo(shop: Any, buyer: Any) -> None:
    await shop.fill(3)
    (line,) = buyer.lines_of((await buyer.get("/cart")).text)
    removed = await buyer.partial(f"/cart/lines/{line}/remove")
    undo = re.search(r"/cart/undo/[0-9a-f-]+", removed.text)
    assert undo
    await shop.fill(2)
    assert 'value="5"' in (await buyer.partial(undo[0])).text


async def test_an_article_goes_in_by_one_field(shop: Any, buyer: Any) -> None:
    answer = await buyer.partial("/cart/articles", {"article": "a 2", "quantity": ""})
    assert answer.status_code == 200
    assert "A-2" in answer.text
    await buyer.partial("/cart/articles", {"article": "A-3\t12", "quantity": ""})
    assert await shop.sql("select quantity from fondaco.cart_line order by id") == [(1,), (12,)]

    unknown = await buyer.partial("/cart/articles", {"article": "ZZ-9", "quantity": "4"})
    assert unknown.status_code == 422
    assert 'value="ZZ-9"' in unknown.text
    assert 'value="4"' in unknown.text
    whole = await buyer.send_form("/cart/articles", {"article": "ZZ-9"})
    assert "Артикула «ZZ-9» в каталоге нет" in buyer.words(whole.text)


async def test_an_article_of_several_products_goes_to_quick_order(shop: Any, buyer: Any) -> None:
    await shop.sql(
        "insert into fondaco.product_code (product_id, kind, value, key)"
        " values (:one, 'barcode', '4601', '4601'), (:two, 'barcode', '4601', '4601')",
        one=shop.products[0],
        two=shop.products[1],
    )
    answer = await buyer.send_form("/cart/articles", {"article": "4601", "quantity": "6"})
    assert unquote(answer.headers["location"]) == "/quick-order?text=4601\t6"
    assert await shop.sql("select 1 from fondaco.cart_line") == []


async def test_the_workbook_holds_texts_and_numbers_and_no_formula(shop: Any, buyer: Any) -> None:
    await shop.sql("update fondaco.product set name = '=1+1', sku = '+7' where id = :id",
                   id=shop.products[0])  # fmt: skip
    await shop.fill(4)
    answer = await buyer.get("/cart/export.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment")
    sheet = load_workbook(BytesIO(answer.content)).active
    header, row = (list(line) for line in sheet.iter_rows(max_row=2))
    found = {head.value: cell for head, cell in zip(header, row, strict=True)}
    assert (found["Товар"].value, found["Артикул"].value) == ("=1+1", "+7")
    assert (found["Кол-во"].value, found["Сумма"].value) == (4, 400)
    assert all(cell.data_type != "f" for cell in row)


async def test_another_persons_line_is_absent(shop: Any, buyer: Any, stranger: Any) -> None:
    await shop.fill(3)
    (line,) = buyer.lines_of((await buyer.get("/cart")).text)
    removed = await buyer.partial(f"/cart/lines/{line}/remove")
    undo = re.search(r"/cart/undo/[0-9a-f-]+", removed.text)
    assert undo
    await buyer.partial(undo[0])
    for browser, wanted in ((stranger, line), (buyer, str(uuid4()))):
        answers = [
            await browser.partial(f"/cart/lines/{wanted}", {"quantity": "1"}),
            await browser.partial(f"/cart/lines/{wanted}/remove"),
            await browser.get(f"/cart/lines/{wanted}/why"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    removed = await buyer.partial(f"/cart/lines/{line}/remove")
    undo = re.search(r"/cart/undo/[0-9a-f-]+", removed.text)
    assert undo
    assert (await stranger.partial(undo[0])).status_code == 404
    assert await shop.sql("select 1 from fondaco.cart_line") == []


async def test_both_languages_and_nobody_else(shop: Any, buyer: Any) -> None:
    await shop.fill(3)
    buyer.cookies.set("locale", "en")
    page = (await buyer.get("/cart")).text
    assert "Check out" in page
    assert "Moscow" not in page  # names are data
    guest = await shop.browser(shop.company.email)
    guest.cookies.clear()
    assert (await guest.get("/cart")).headers["location"].startswith("/login")
    staff = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await staff.get("/cart")).status_code == 403


async def _product_uuid(shop: Any, number: int) -> str:
    rows = await shop.sql(
        "select uuid from fondaco.product where id = :id", id=shop.products[number - 1]
    )
    return str(rows[0][0])


async def test_too_large_a_quantity_is_told_the_largest(shop: Any, buyer: Any) -> None:
    await shop.fill(1)
    (line,) = buyer.lines_of((await buyer.get("/cart")).text)
    answer = await buyer.send_form(f"/cart/lines/{line}", {"quantity": "999999999999"})
    assert answer.status_code == 422
    assert "не больше 999\u202f999\u202f999" in answer.text
    await shop.sql("update fondaco.stock_row set on_hand = 0")
    page = (await buyer.get("/cart")).text
    assert "Нет в наличии" in page
    assert "только 0" not in page
