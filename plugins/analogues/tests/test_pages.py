"""Analogues on a product's page, among search results and in the cart; what orders remember."""

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import msgspec
import openpyxl
import pytest
from analogue_shop import Shop
from sqlalchemy import text

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.documents.model import RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.documents.service import issue_quote
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import system_ask
from fondaco.identity.tokens import make_token
from fondaco.search.documents import rebuild
from fondaco.substitutes.wanted import NOTE_TASK, NoteWanted, note
from fondaco.testing.client import Client
from fondaco.testing.pdf import text_of
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD

pytestmark = pytest.mark.plugins("analogues")


async def _uuids(shop: Shop, sql: str) -> list[str]:
    return [str(row[0]) for row in await system_ask(shop.hall).fetch(text(sql))]


async def _index(shop: Shop) -> None:
    async with shop.hall.database.transaction() as connection:
        await rebuild(connection, shop.products)


async def _line(shop: Shop) -> str:
    return (await _uuids(shop, "select uuid from fondaco.cart_line order by id limit 1"))[0]


async def _product(shop: Shop, number: int) -> str:
    return (await _uuids(shop, f"select uuid from fondaco.product where sku = 'A-{number}'"))[0]


async def test_the_products_page_lists_analogues_with_reasons(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.pair(1, 3, kind="limited", note_ru="Только до 2015 года")
    await shop.price(2, 110)
    page = words((await buyer.get(f"/products/{await _product(shop, 1)}")).text)
    found = page[page.index("Аналоги") :]
    assert found.index("A-2") < found.index("A-3")
    assert "Полный аналог Всё количество: сегодня" in found
    assert "Дороже на 10 %" in found
    assert "Ограничение: Только до 2015 года" in found
    other = words((await buyer.get(f"/products/{await _product(shop, 2)}")).text)
    assert "Аналоги" not in other


async def test_an_analogue_out_of_reach_is_never_shown(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.take_off_sale(2)
    page = (await buyer.get(f"/products/{await _product(shop, 1)}")).text
    assert "A-2" not in page


async def test_an_analogue_outside_the_assortment_is_never_shown(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.foreign("MANN", "W1", 2)
    await shop.fill(10)
    await _index(shop)
    home = f"/products/{await _product(shop, 1)}"
    listed = await buyer.send_form("/quick-order/paste", {"text": "A-1\t10\nW1\t1"})
    pages = (home, "/cart", "/search?q=Болт", str(listed.headers["location"]))
    for page in pages:
        assert "A-2" in (await buyer.get(page)).text, page
    await shop.run(
        "with c as (insert into fondaco.category (uuid, name) values (gen_random_uuid(), 'Тайное')"
        " returning id) update fondaco.product set category_id = c.id from c where sku = 'A-2'"
    )
    async with system_ask(shop.hall).act() as act:
        (row,) = await act.fetch(text("select id from fondaco.category where name = 'Тайное'"))
        assortment = await add_assortment(act, "Без тайного", "")
        await add_rule(act, assortment, Goods(row.id), excludes=True)
        await bind(act, assortment, "hidden", shop.company.customer.company_id)
    for page in pages:
        assert "A-2" not in (await buyer.get(page)).text, page


async def test_search_names_the_best_analogue_of_what_is_out_of_stock(
    shop: Shop, buyer: Client
) -> None:
    await shop.pair(1, 3)
    await _index(shop)
    assert "В наличии аналог" not in words((await buyer.get("/search?q=Болт")).text)
    await shop.stock(1, 0)
    page = words((await buyer.get("/search?q=Болт")).text)
    assert "В наличии аналог: A-3 , 100,00 ₽" in page


async def test_a_cart_line_is_replaced_and_put_back(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.run("update fondaco.product set multiple = 12 where sku = 'A-2'")
    await shop.fill(10)
    page = words((await buyer.get("/cart")).text)
    assert "Заменить на A-2" in page
    line = f"/cart/lines/{await _line(shop)}"
    htmx = {"HX-Request": "true"}
    answer = await buyer.send_form(
        f"{line}/replace", {"product": await _product(shop, 2)}, headers=htmx
    )
    assert answer.status_code == 200, words(answer.text)
    assert "Вместо A-1 в корзине A-2" in words(answer.text)
    (now,) = (await shop.cart()).cart.lines
    assert (now.product.sku, now.quantity, now.replaced and now.replaced.sku) == ("A-2", 12, "A-1")
    assert "вместо A-1" in words((await buyer.get("/cart")).text)

    undo = re.search(r'hx-post="([^"]*put-back\?quantity=[^"]*)"', answer.text)
    assert undo
    await buyer.send_form(undo[1], headers=htmx)
    (back,) = (await shop.cart()).cart.lines
    assert (back.product.sku, back.quantity, back.replaced) == ("A-1", 10, None)


async def test_an_order_remembers_what_was_replaced(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.fill(10)
    line = f"/cart/lines/{await _line(shop)}"
    await buyer.send_form(f"{line}/replace", {"product": await _product(shop, 2)})
    order = await shop.order()
    assert [(one.sku, one.replaced) for one in order.lines] == [("A-2", "A-1")]
    assert "вместо A-1" in words((await buyer.get(f"/orders/{order.uuid}")).text)


async def _quantities(shop: Shop) -> list[tuple[str, int]]:
    return [(one.product.sku, int(one.quantity)) for one in (await shop.cart()).cart.lines]


async def test_an_analogue_with_a_line_of_its_own_grows_and_both_come_back(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.fill(10, 5)
    assert "Заменить на A-2" in words((await buyer.get("/cart")).text)
    line = f"/cart/lines/{await _line(shop)}"
    htmx = {"HX-Request": "true"}
    answer = await buyer.send_form(
        f"{line}/replace", {"product": await _product(shop, 2)}, headers=htmx
    )
    assert "A-2 уже был в корзине" in words(answer.text)
    assert await _quantities(shop) == [("A-2", 15)]
    undo = re.search(r'hx-post="([^"]*/apart\?[^"]*)"', answer.text)
    assert undo
    address = undo[1].replace("&amp;", "&")
    assert (await buyer.send_form(address, headers=htmx)).status_code == 200
    assert await _quantities(shop) == [("A-1", 10), ("A-2", 5)]
    again = await buyer.send_form(address, headers=htmx)
    assert again.status_code == 404
    assert await _quantities(shop) == [("A-1", 10), ("A-2", 5)]


async def test_what_the_cart_takes_of_an_analogue_does_not_stand_in(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.stock(2, 5)
    await shop.pair(1, 2)
    await shop.fill(10, 5)
    assert "Заменить на A-2" not in words((await buyer.get("/cart")).text)
    await shop.stock(2, 6)
    assert "Заменить на A-2" in words((await buyer.get("/cart")).text)


async def test_quotes_and_files_say_instead_of_what(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.fill(10)
    line = f"/cart/lines/{await _line(shop)}"
    await buyer.send_form(f"{line}/replace", {"product": await _product(shop, 2)})
    cart = openpyxl.load_workbook(BytesIO((await buyer.get("/cart/export.xlsx")).content)).active
    assert [cell.value for cell in list(cart.rows)[1]][-1] == "A-1"
    quoted = (await shop.cart()).cart
    for kind in ("xlsx", "pdf"):
        async with shop.ask.act() as act:
            (document,) = await issue_quote(act, quoted, [kind])
        rows = await system_ask(shop.hall).fetch(
            text("select id from fondaco.document where uuid = :uuid"), {"uuid": document}
        )
        job = JobContext(shop.hall, Outside(), "documents.render", 1)
        await render_document(job, RenderDocument(rows[0].id))
        content = (await buyer.get(f"/documents/{document}/file")).content
        if kind == "pdf":
            assert "вместо A-1" in text_of(content)
        else:
            sheet = openpyxl.load_workbook(BytesIO(content)).active
            assert "A-1" in [cell.value for row in sheet.rows for cell in row]


async def test_another_companys_line_is_not_there(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.fill(10, company=await shop.new_company("Чужая"))
    line, product = f"/cart/lines/{await _line(shop)}", await _product(shop, 2)
    assert (await buyer.send_form(f"{line}/replace", {"product": product})).status_code == 404
    assert (await buyer.send_form(f"{line}/put-back")).status_code == 404
    apart = f"{line}/apart?removed={uuid4()}&quantity=1"
    assert (await buyer.send_form(apart)).status_code == 404


async def test_what_is_no_analogue_is_refused(shop: Shop, buyer: Client) -> None:
    await shop.pair(1, 2)
    await shop.fill(10)
    line = f"/cart/lines/{await _line(shop)}"
    answer = await buyer.send_form(f"{line}/replace", {"product": await _product(shop, 3)})
    assert answer.status_code == 404


async def test_a_margin_is_seen_on_behalf_and_never_by_the_buyer(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.fill(10)
    await _index(shop)
    await shop.run(
        "insert into fondaco.product_pricing (product_id, cost, cost_currency, cost_vat_included)"
        " select id, 61, 'RUB', true from fondaco.product"
    )
    pages = ("/cart", f"/products/{await _product(shop, 1)}", "/search?q=Болт")
    for page in pages:
        said = words((await buyer.get(page)).text)
        assert "A-2" in said, page
        assert "Маржа" not in said and "Оценка" not in said, page
    company = (await _uuids(shop, "select uuid from fondaco.company"))[0]
    await buyer.send_form("/logout")
    await buyer.sign_in(await shop.wholesaler.staff("head_of_sales"), PASSWORD)
    await buyer.send_form(f"/staff/customers/{company}/act")
    said = words((await buyer.get(pages[1])).text)
    assert "Маржа 39 %" in said and "Оценка" in said, said


async def _noted(shop: Shop) -> None:
    """The worker does what pages have queued."""
    payloads = await system_ask(shop.hall).fetch(
        text("select payload from fondaco.pgqueuer where entrypoint = 'substitutes.note_wanted'")
    )
    for row in payloads:
        payload = msgspec.json.decode(bytes(row[0]), type=NoteWanted)
        await note(JobContext(shop.hall, Outside(), NOTE_TASK, 1), payload)


async def test_what_nothing_stands_in_for_is_told_once_a_product_and_day(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.stock(2, 0)
    await shop.pair(2, 3)
    await shop.fill(10, 10)
    for _ in range(2):
        await buyer.get("/cart")
        await buyer.get(f"/products/{await _product(shop, 1)}")
    await _noted(shop)
    rows = await system_ask(shop.hall).fetch(
        text("select product_id, company_id from fondaco_api.analogue_wanted_v1")
    )
    assert [tuple(row) for row in rows] == [(shop.products[0], shop.company.customer.company_id)]
    events = await _uuids(
        shop, "select count(*) from fondaco.outbox where type = 'analogue.wanted.v1'"
    )
    assert events == ["1"]


async def test_the_search_knows_numbers_of_other_brands(shop: Shop, buyer: Client) -> None:
    await _index(shop)
    await shop.foreign("MANN", "W 712/75", 2, kind="limited", note_ru="Только до 2015 года")
    for typed in ("W712/75", "mann w 712-75"):
        page = words((await buyer.get("/search", params={"q": typed})).text)
        found = page[page.index(f"Вместо номера {typed}") :]
        assert "A-2" in found and "Аналог номера MANN W 712/75" in found
        assert "Ограничение: Только до 2015 года" in found
        assert "Ничего не нашлось" not in page
    suggested = (await buyer.get("/search/suggest?q=W712/75")).text
    assert "Аналог номера MANN W 712/75" in suggested and "A-2" in suggested
    buyer.cookies.set("locale", "en")
    page = words((await buyer.get("/search?q=W712/75")).text)
    assert "Instead of the number W712/75" in page and "Stands in for MANN W 712/75" in page
    assert "Instead of" not in words((await buyer.get("/search?q=W712/76")).text)


async def _found(shop: Shop, client: Client, **asked: str) -> Any:
    async with shop.company.ask(shop.hall).act() as act:
        token = await make_token(act, "test")
    answer = await client.get(
        "/api/v1/products", params=asked, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_api_tells_what_stands_in_for_a_number_apart(shop: Shop, client: Client) -> None:
    await _index(shop)
    await shop.foreign("MANN", "W 712/75", 2)
    found = await _found(shop, client, q="w712-75")
    [foreign] = found["foreign"]
    assert foreign["product"]["sku"] == "A-2" and foreign["product"]["unit_price"] == "100.00"
    assert "MANN W 712/75" in foreign["why"]
    assert (found["items"], found["total"]) == ([], 0)
    for typed in ("W712/76", "A-1"):
        assert (await _found(shop, client, q=typed))["foreign"] == []


async def test_a_hidden_product_stands_in_for_no_number(shop: Shop, buyer: Client) -> None:
    await _index(shop)
    await shop.foreign("MANN", "W 712/75", 2)
    await shop.foreign("MANN", "W 712/76", 3)
    await shop.take_off_sale(3)
    async with system_ask(shop.hall).act() as act:
        assortment = await add_assortment(act, "Без одного", "")
        await add_rule(act, assortment, Goods(product=shop.products[1]), excludes=True)
        await bind(act, assortment, "hidden", shop.company.customer.company_id)
    for typed in ("W712/75", "W712/76"):
        assert (await _found(shop, buyer, q=typed))["foreign"] == []
    for way in ("/search?q=W712/75", "/search/suggest?q=W712/75", "/search?q=W712/76"):
        answer = await buyer.get(way)
        assert answer.status_code == 200
        assert "Аналог номера" not in answer.text and "Вместо номера" not in answer.text


async def test_a_product_stands_on_the_page_once(shop: Shop, buyer: Client) -> None:
    await _index(shop)
    await shop.foreign("MANN", "Болт 1", 1)
    page = (await buyer.get("/search?q=Болт 1")).text
    assert "Вместо номера" in page
    ids = re.findall(r'id="(take-[0-9a-f-]{36})"', page)
    assert len(ids) == len(set(ids)) >= 1
