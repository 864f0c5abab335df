"""Lists of products through the front door: kept, shared, read with prices, put into the cart."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import openpyxl

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.hooks.context import system_ask
from fondaco.lists import service
from fondaco.search.indexing import rebuild_index
from fondaco.staff.merging import merge


async def _uuid(shop: Any, number: int) -> str:
    rows = await shop.sql(
        "select uuid from fondaco.product where id = :id", id=shop.products[number - 1]
    )
    return str(rows[0][0])


async def _made(browser: Any, name: str, typed: str = "") -> str:
    answer = await browser.send_form("/lists", {"name": name})
    assert answer.status_code == 303, answer.text
    home = str(answer.headers["location"])
    if typed:
        answer = await browser.send_form(f"{home}/lines", {"text": typed})
        assert answer.status_code == 303, browser.words(answer.text)
    return home


async def _lines(shop: Any, home: str) -> list[tuple[Any, ...]]:
    """(article, quantity) of a list, in its order."""
    rows = await shop.sql(
        "select p.sku, n.quantity from fondaco.product_list l"
        " join fondaco.product_list_line n on n.list_id = l.id"
        " join fondaco.product p on p.id = n.product_id"
        " where l.uuid = :uuid and n.removed_at is null order by n.position, n.id",
        uuid=home.rpartition("/")[2],
    )
    return [(sku, int(quantity)) for sku, quantity in rows]


async def _cart(shop: Any) -> list[tuple[Any, ...]]:
    rows = await shop.sql(
        "select p.sku, l.quantity, l.source from fondaco.cart_line l"
        " join fondaco.product p on p.id = l.product_id order by l.id"
    )
    return [(sku, int(quantity), source) for sku, quantity, source in rows]


async def _colleague(shop: Any, role: str = "buyer") -> Any:
    email = f"{uuid4().hex[:8]}@colleague.test"
    await shop.sql(
        "insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)"
        " select gen_random_uuid(), company_id, :email, 'Борис Коллега', password_hash,"
        " array[cast(:role as text)] from fondaco.user_account where id = :user",
        email=email,
        role=role,
        user=shop.company.user_id,
    )
    return await shop.browser(email)


async def _hide(shop: Any, number: int) -> None:
    """Product out of the company's sight."""
    rows = await shop.sql(
        "with c as (insert into fondaco.category (uuid, name)"
        " values (gen_random_uuid(), 'Закрытое') returning id)"
        " update fondaco.product set category_id = (select id from c)"
        " where id = :id returning category_id",
        id=shop.products[number - 1],
    )
    async with system_ask(shop.hall).act() as act:
        assortment = await add_assortment(act, "Без закрытого", "")
        await add_rule(act, assortment, Goods(rows[0][0]), excludes=True)
        await bind(act, assortment, "hidden", shop.company.customer.company_id)


async def test_a_star_is_given_and_taken_on_rows_and_on_the_products_page(
    shop: Any, buyer: Any
) -> None:
    await shop.sql("update fondaco.product set multiple = 10 where sku = 'A-2'")
    product = await _uuid(shop, 2)
    page = f"/products/{product}"
    assert 'aria-pressed="false"' in (await buyer.get(page)).text
    answer = await buyer.partial(f"{page}/favourite", {"on": "1"})
    assert 'aria-pressed="true"' in answer.text
    assert (await buyer.send_form(f"{page}/favourite", {"on": "1"})).status_code == 303
    assert 'aria-pressed="true"' in (await buyer.get(page)).text
    home = re.findall(r'href="(/lists/[0-9a-f-]+)"', (await buyer.get("/lists")).text)[0]
    assert await _lines(shop, home) == [("A-2", 10)]
    await buyer.partial(f"{page}/favourite", {"on": "0"})
    assert 'aria-pressed="true"' not in (await buyer.get(page)).text
    assert await _lines(shop, home) == []


async def test_a_list_is_filled_read_and_put_into_the_cart(shop: Any, buyer: Any) -> None:
    home = await _made(buyer, "Регламентное ТО", "A-1;12\na2\t5\nA-3")
    assert await _lines(shop, home) == [("A-1", 12), ("A-2", 5), ("A-3", 1)]
    page = buyer.words((await buyer.get(home)).text)
    assert "Регламентное ТО" in page and "1 800,00 ₽" in page and "Москва" in page
    answer = await buyer.send_form(f"{home}/cart")
    assert answer.headers["location"] == "/cart"
    assert await _cart(shop) == [("A-1", 12, "list"), ("A-2", 5, "list"), ("A-3", 1, "list")]


async def test_typed_articles_go_in_together_or_not_at_all(shop: Any, buyer: Any) -> None:
    home = await _made(buyer, "Список")
    answer = await buyer.send_form(f"{home}/lines", {"text": "A-1;2\nNO-SUCH;1\nA-3;много"})
    assert answer.status_code == 422
    said = buyer.words(answer.text)
    assert "троке 2" in said or "трока 2" in said
    assert "NO-SUCH" in said and "«много» не читается" in said
    assert "A-1;2\nNO-SUCH;1" in answer.text
    assert await _lines(shop, home) == []


async def test_what_cannot_be_had_stays_out_and_is_named_with_its_reason(
    shop: Any, buyer: Any
) -> None:
    home = await _made(buyer, "Список", "A-1;2\nA-2;1\nA-3;1\nA-4;1\nA-5;1")
    await shop.set_stock(2, 0)
    await shop.sql("update fondaco.product set active = false where sku = 'A-3'")
    await shop.sql("delete from fondaco.price_row where product_id = :id", id=shop.products[3])
    await _hide(shop, 5)
    await shop.sql("update fondaco.generation set number = number + 1")
    page = (await buyer.get(home)).text
    said = buyer.words(page)
    for why in ("нет в наличии", "снят с продажи", "нет вашей цены", "не в вашем ассортименте"):
        assert why in said, why
    hidden = await _uuid(shop, 5)
    assert hidden not in page and "Болт 5" not in said and "A-5" not in said
    answer = await buyer.send_form(f"{home}/cart")
    notice = unquote(answer.headers["set-cookie"])
    for part in ("нет в наличии — A-2", "снят с продажи — A-3", "ассортименте — 1"):
        assert part in notice, notice
    assert await _cart(shop) == [("A-1", 2, "list")]
    book = openpyxl.load_workbook(BytesIO((await buyer.get(f"{home}/export.xlsx")).content))
    cells = [cell.value for row in book.active.rows for cell in row]
    assert "A-1" in cells and "A-5" not in cells and "Болт 5" not in cells


async def test_lines_change_move_leave_and_come_back(shop: Any, buyer: Any) -> None:
    home = await _made(buyer, "Список", "A-1;1\nA-2;2\nA-3;3")
    first, _, third = buyer.lines_of((await buyer.get(home)).text)
    answer = await buyer.partial(f"{home}/lines/{first}", {"quantity": "7"})
    assert answer.status_code == 200 and 'value="7"' in answer.text
    await buyer.send_form(f"{home}/lines/{third}", {"place": "1"})
    assert await _lines(shop, home) == [("A-3", 3), ("A-1", 7), ("A-2", 2)]
    answer = await buyer.partial(f"{home}/lines/{first}/remove")
    assert f"/lines/{first}/restore" in answer.text
    assert await _lines(shop, home) == [("A-3", 3), ("A-2", 2)]
    await buyer.partial(f"{home}/lines/{first}/restore")
    assert await _lines(shop, home) == [("A-3", 3), ("A-1", 7), ("A-2", 2)]
    for wrong in ("0", "-1", "1.2345", "NaN", "много"):
        answer = await buyer.partial(f"{home}/lines/{first}", {"quantity": wrong})
        assert answer.status_code == 422, wrong
    found = buyer.words((await buyer.get(f"{home}?q=болт 3")).text)
    assert "A-3" in found and "A-2" not in found


async def test_a_list_is_renamed_removed_and_brought_back(shop: Any, buyer: Any) -> None:
    home = await _made(buyer, "Старое", "A-1;4")
    assert (await buyer.send_form(home, {"name": " ", "sharing": "own"})).status_code == 422
    await buyer.send_form(home, {"name": "Новое", "sharing": "own"})
    removed = await buyer.send_form(f"{home}/remove")
    page = await buyer.get(removed.headers["location"])
    assert "«Новое» удалён" in buyer.words(page.text)
    assert (await buyer.get(home)).status_code == 404
    assert (await buyer.send_form(f"{home}/restore")).status_code == 303
    assert await _lines(shop, home) == [("A-1", 4)]


async def test_colleagues_see_and_change_what_the_owner_lets_them(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    colleague = await _colleague(shop)
    home = await _made(buyer, "Общий", "A-1;1")
    line = buyer.lines_of((await buyer.get(home)).text)[0]
    assert (await colleague.get(home)).status_code == 404
    await buyer.send_form(home, {"name": "Общий", "sharing": "see"})
    assert "Анна" in colleague.words((await colleague.get("/lists")).text)
    assert (await colleague.get(home)).status_code == 200
    changed = {"quantity": "9"}
    assert (await colleague.partial(f"{home}/lines/{line}", changed)).status_code == 404
    assert (await colleague.send_form(f"{home}/lines", {"text": "A-2"})).status_code == 404
    await buyer.send_form(home, {"name": "Общий", "sharing": "change"})
    assert (await colleague.partial(f"{home}/lines/{line}", changed)).status_code == 200
    assert await _lines(shop, home) == [("A-1", 9)]
    for verb in ("", "/remove"):
        refused = await colleague.send_form(f"{home}{verb}", {"name": "Мой", "sharing": "own"})
        assert refused.status_code == 404, verb
    assert (await stranger.get(home)).status_code == 404
    assert (await stranger.partial(f"{home}/lines/{line}", changed)).status_code == 404


async def test_a_line_of_another_list_is_not_found_through_ones_own(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    theirs = await _made(stranger, "Чужой", "A-1;3")
    line = stranger.lines_of((await stranger.get(theirs)).text)[0]
    own = await _made(buyer, "Свой", "A-2;1")
    for verb, data in (
        ("", {"quantity": "9"}),
        ("", {"place": "1"}),
        ("/remove", {}),
        ("/restore", {}),
        ("/cart", {}),
    ):
        answer = await buyer.partial(f"{own}/lines/{line}{verb}", data)
        assert answer.status_code == 404, (verb, data)
    assert await _lines(shop, theirs) == [("A-1", 3)]
    assert await _lines(shop, own) == [("A-2", 1)]


async def test_who_may_not_order_keeps_lists_too(shop: Any, buyer: Any) -> None:
    accountant = await _colleague(shop, "accountant")
    home = await _made(accountant, "Для закупки", "A-1;1")
    assert f'action="{home}/cart"' not in (await accountant.get(home)).text
    assert (await accountant.send_form(f"{home}/cart")).status_code == 403
    assert (await accountant.send_form("/cart/list")).status_code == 403


async def test_the_cart_and_orders_become_lists(shop: Any, buyer: Any) -> None:
    order = await shop.order(buyer, 2, 3)
    made = await buyer.send_form(f"{order}/list")
    assert await _lines(shop, made.headers["location"]) == [("A-1", 2), ("A-2", 3)]
    again = await buyer.send_form(f"{order}/list")
    names = await shop.sql("select name from fondaco.product_list order by id")
    assert names[1][0] == f"{names[0][0]} (2)" and again.status_code == 303
    assert (await buyer.send_form("/cart/list")).status_code == 409
    await shop.fill(0, 0, 8)
    made = await buyer.send_form("/cart/list")
    assert await _lines(shop, made.headers["location"]) == [("A-3", 8)]
    assert (await _cart(shop))[0][:2] == ("A-3", 8)


async def test_an_uploaded_list_is_kept(shop: Any, buyer: Any) -> None:
    pasted = await buyer.send_form("/quick-order/paste", {"text": "A-1\t2\nНЕТ\t1\nA-2\t4"})
    made = await buyer.send_form(f"{pasted.headers['location']}/list")
    assert await _lines(shop, made.headers["location"]) == [("A-1", 2), ("A-2", 4)]


async def test_there_is_an_end_to_lists_and_lines(shop: Any, buyer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(service, "MOST_LINES", 2)
    home = await _made(buyer, "Первый", "A-1;1\nA-2;1")
    answer = await buyer.send_form(f"{home}/lines", {"text": "A-1;5\nA-3"})
    assert answer.status_code == 422
    assert await _lines(shop, home) == [("A-1", 1), ("A-2", 1)]
    monkeypatch.setattr(service, "MOST_LISTS", 1)
    refused = await buyer.send_form("/lists", {"name": "Второй"})
    assert refused.status_code == 422 and 'id="field-name-error"' in refused.text


async def test_statements_do_not_depend_on_the_number_of_lines(
    shop: Any, buyer: Any, sql_budget: Any
) -> None:
    more = await shop.wholesaler.products(
        500, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    counted = set()
    for number in (1, 50, 500):
        home = await _made(buyer, f"Список {number}")
        await shop.sql(
            "insert into fondaco.product_list_line (uuid, list_id, product_id, quantity, position)"
            " select gen_random_uuid(), l.id, p, 2, p from fondaco.product_list l,"
            " unnest(cast(:ids as bigint[])) p where l.uuid = :uuid",
            ids=more[:number],
            uuid=home.rpartition("/")[2],
        )
        await buyer.get(home)
        with sql_budget() as shown:
            assert (await buyer.get(home)).status_code == 200
        with sql_budget() as put:
            assert (await buyer.send_form(f"{home}/cart")).status_code == 303
        counted.add((shown.number, put.number))
        await shop.sql("delete from fondaco.cart_line")
    assert len(counted) == 1, counted


async def test_companies_that_merge_keep_their_lists_and_staff_one_of_favourites(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    await _made(stranger, "Из второй", "A-4;4")
    staff = await shop.sql(
        "insert into fondaco.user_account (uuid, email, name, roles)"
        " values (gen_random_uuid(), 's@opt.test', 'Пётр', '{manager}') returning id"
    )
    into = shop.company.customer.company_id
    gone = shop.stranger.customer.company_id
    for company, number in ((into, 1), (gone, 1), (gone, 2)):
        await shop.sql(
            "with l as (insert into fondaco.product_list (uuid, company_id, user_id, favourites)"
            " values (gen_random_uuid(), :company, :user, true)"
            " on conflict (user_id, company_id) where favourites"
            " do update set changed_at = now() returning id)"
            " insert into fondaco.product_list_line (uuid, list_id, product_id, quantity, position)"
            " select gen_random_uuid(), l.id, :product, 1, :number from l",
            company=company,
            user=staff[0][0],
            product=shop.products[number - 1],
            number=number,
        )
    await shop.sql("update fondaco.legal_entity set tax_id = '' where company_id = :c", c=gone)
    async with system_ask(shop.hall).act() as act:
        await merge(act, gone, into)
    rows = await shop.sql(
        "select l.company_id, l.name, count(n.id) from fondaco.product_list l"
        " join fondaco.product_list_line n on n.list_id = l.id"
        " group by l.id order by l.favourites, l.id"
    )
    assert [tuple(row) for row in rows] == [(into, "Из второй", 1), (into, "", 2)]


async def test_a_manager_on_behalf_has_lists_of_their_own_and_sees_shared_ones(
    shop: Any, buyer: Any
) -> None:
    shared = await _made(buyer, "Общий", "A-1;2")
    await buyer.send_form(shared, {"name": "Общий", "sharing": "see"})
    private = await _made(buyer, "Личный", "A-2;1")
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert (await manager.get("/lists")).status_code == 403
    rows = await shop.sql(
        "select uuid from fondaco.company where id = :id", id=shop.company.customer.company_id
    )
    await manager.send_form(f"/staff/customers/{rows[0][0]}/act")
    assert "Общий" in manager.words((await manager.get("/lists")).text)
    assert (await manager.get(private)).status_code == 404
    assert (await manager.send_form(f"{shared}/cart")).headers["location"] == "/cart"
    own = await _made(manager, "От менеджера", "A-3;1")
    assert (await buyer.get(own)).status_code == 404


async def _menu(browser: Any, page: str, what: str) -> str:
    """The address behind the little list of a row."""
    text = (await browser.get(page)).text
    [href] = set(re.findall(rf'href="([^"]*/lists[^"]*)"[^>]*data-why="В список: {what}"', text))
    return str(href)


async def test_a_row_a_line_of_the_cart_and_of_an_order_go_into_a_list(
    shop: Any, buyer: Any
) -> None:
    home = await _made(buyer, "ТО-1")
    product = await _uuid(shop, 2)
    order = await shop.order(buyer, 0, 5)
    await buyer.send_form("/products/cart", {f"quantity-{product}": "7"})
    await rebuild_index(shop.hall)
    for page, quantity in (("/search?q=A-2", 1), ("/cart", 7), (order, 5)):
        menu = await _menu(buyer, page, "A-2")
        assert menu.startswith(f"/products/{product}/lists"), page
        choice = await buyer.get(menu)
        assert "ТО-1" in buyer.words(choice.text) and "<html" in choice.text
        panel = await buyer.get(menu, headers={"HX-Request": "true"})
        assert "<html" not in panel.text
        typed = dict(re.findall(r'type="hidden" name="(quantity)" value="([^"]*)"', panel.text))
        answer = await buyer.send_form(
            f"/products/{product}/lists", {"list": home.rpartition("/")[2], **typed}
        )
        assert answer.headers["location"].startswith(f"{home}?put="), answer.text
        assert await _lines(shop, home) == [("A-2", quantity)], page


async def test_what_went_into_a_list_can_be_undone_with_a_script_and_without(
    shop: Any, buyer: Any
) -> None:
    home = await _made(buyer, "ТО-1", "A-1;12")
    one, two = await _uuid(shop, 1), await _uuid(shop, 2)
    uuid = home.rpartition("/")[2]
    for product, before in ((one, [("A-1", 12)]), (two, [("A-1", 12)])):
        form = {"list": uuid, "quantity": "3"}
        answer = await buyer.partial(f"/products/{product}/lists", form)
        assert "в списке «ТО-1»" in buyer.words(answer.text)
        assert dict(await _lines(shop, home))[("A-1" if product == one else "A-2")] == 3
        [undo] = re.findall(r'hx-post="([^"]*/undo[^"]*)"', answer.text)
        undone = await buyer.partial(undo.replace("&amp;", "&"), {})
        assert "списки как были" in buyer.words(undone.text)
        assert await _lines(shop, home) == before

        answer = await buyer.send_form(f"/products/{product}/lists", form)
        page = await buyer.get(answer.headers["location"])
        [undo] = re.findall(r'action="([^"]*/undo[^"]*)"', page.text)
        assert (await buyer.send_form(undo.replace("&amp;", "&"))).headers["location"] == home
        assert await _lines(shop, home) == before


async def test_undoing_takes_a_list_that_was_made_for_it_along_unless_it_holds_more(
    shop: Any, buyer: Any
) -> None:
    product = await _uuid(shop, 1)
    for more in (False, True):
        answer = await buyer.partial(f"/products/{product}/lists", {"name": "Новый"})
        [undo] = re.findall(r'hx-post="([^"]*/undo[^"]*)"', answer.text)
        [made] = re.findall(r"into=([0-9a-f-]{36})", undo)
        if more:
            await buyer.send_form(f"/lists/{made}/lines", {"text": "A-2"})
        await buyer.partial(undo.replace("&amp;", "&"), {})
        assert (await buyer.get(f"/lists/{made}")).status_code == (200 if more else 404)
        assert await _lines(shop, f"/lists/{made}") == ([("A-2", 1)] if more else [])


async def test_nobody_elses_list_is_filled_or_undone(shop: Any, buyer: Any) -> None:
    home = await _made(buyer, "ТО-1", "A-1;12")
    product, uuid = await _uuid(shop, 1), home.rpartition("/")[2]
    colleague = await _colleague(shop)
    answer = await colleague.send_form(f"/products/{product}/lists", {"list": uuid})
    assert answer.status_code == 404
    for fields in (f"into={uuid}", f"into={uuid}&before=5", f"into={uuid}&made=1"):
        undone = await colleague.send_form(f"/products/{product}/lists/undo?{fields}")
        assert undone.status_code in (303, 404), fields
        assert await _lines(shop, home) == [("A-1", 12)], fields
    for wrong in ("before=1e999", "before=NaN", "before=0"):
        await buyer.send_form(f"/products/{product}/lists/undo?into={uuid}&{wrong}")
