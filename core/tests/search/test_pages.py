"""The catalogue through the front door: rows that can be ordered, a product's page, pictures."""

import json
import re
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest

from fondaco.db.counting import counting
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD

from .shelves import Shelves

HTMX = {"HX-Request": "true"}
EVIL = "Болт <script>alert(1)</script> \" onload='x' {{ 7*7 }}"


def words(answer: httpx.Response) -> str:
    """What a page says, with ordinary spaces."""
    text = unescape(re.sub(r"<[^>]*>", " ", answer.text))
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\xa0", " "))


async def cart(shelves: Shelves) -> dict[str, int]:
    rows = await shelves.sql(
        "select p.sku, l.quantity, l.source from fondaco.cart_line l"
        " join fondaco.product p on p.id = l.product_id order by l.id"
    )
    return {sku: int(quantity) for sku, quantity, _ in rows}


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=x", f"/products/{UUID(int=7)}"])
async def test_a_guest_is_sent_to_sign_in(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


async def test_rows_show_price_stock_and_date(shelves: Shelves, visitor: Client) -> None:
    uuid = await shelves.product("A-1", "Болт М8", price="12.50", on_hand=128)
    await shelves.product("A-2", "Болт М10", on_hand=0)
    page = await visitor.get("/search?q=болт")
    assert page.status_code == 200
    text = words(page)
    assert "12,50 ₽" in text
    assert "128 шт — Москва сегодня" in text
    assert "нет в наличии" in text
    assert "Найдено 2 товара." in text
    assert f'href="/products/{uuid}"' in page.text


async def test_the_number_of_statements_does_not_depend_on_the_rows(
    shelves: Shelves, visitor: Client, sql_budget: type[counting]
) -> None:
    await shelves.product("B-1", "Гайка")
    with sql_budget() as few:
        await visitor.get("/search?q=гайка")
    ids = await shelves.wholesaler.products(60, price_list=shelves.prices, place=shelves.place)
    await shelves.publish(ids)
    with sql_budget() as many:
        page = await visitor.get("/search?q=болт")
    assert page.text.count('class="cell-article"') == 48
    assert many.number == few.number <= 14


async def test_quantities_of_many_rows_go_in_at_once(shelves: Shelves, visitor: Client) -> None:
    first = await shelves.product("A-1", "Болт М8", multiple="12")
    second = await shelves.product("A-2", "Болт М10")
    third = await shelves.product("A-3", "Болт М12")
    typed = {f"quantity-{first}": "24", f"quantity-{second}": "1,5", f"quantity-{third}": ""}
    answer = await visitor.send_form("/products/cart", typed, headers=HTMX)
    assert answer.status_code == 200
    assert "cart-changed" in answer.headers["hx-trigger"]
    assert "В корзину добавлены 2 товара" in words(answer)
    assert f'hx-target="#take-{first}"' in answer.text
    rows = await shelves.sql("select quantity, source from fondaco.cart_line order by id")
    assert [(str(q), source) for q, source in rows] == [("24.000", "search"), ("1.500", "search")]
    text = words(await visitor.get("/search?q=болт"))
    assert "в корзине 24 шт" in text
    assert "2 550,00 ₽ 2 строки" in text


async def test_a_rows_own_button_takes_that_row_only_and_one_step_by_itself(
    shelves: Shelves, visitor: Client
) -> None:
    first = await shelves.product("A-1", "Болт М8", multiple="12")
    second = await shelves.product("A-2", "Болт М10")
    typed = {f"quantity-{first}": "", f"quantity-{second}": "5", "only": str(first)}
    await visitor.send_form("/products/cart", typed, headers=HTMX)
    assert await cart(shelves) == {"A-1": 12}


async def test_without_a_script_one_comes_back_to_the_page(
    shelves: Shelves, visitor: Client
) -> None:
    uuid = await shelves.product("A-1", "Болт")
    form = {f"quantity-{uuid}": "2", "next": "/search?q=a-1"}
    answer = await visitor.send_form("/products/cart", form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=a-1")
    assert "Добавлено в корзину: 1" in words(await visitor.get("/search?q=a-1"))
    away = await visitor.send_form("/products/cart", {**form, "next": "https://evil.test/"})
    assert away.headers["location"] == "/"


async def test_what_cannot_be_taken_changes_nothing(shelves: Shelves, visitor: Client) -> None:
    good = await shelves.product("A-1", "Болт")
    gone = await shelves.product("A-2", "Гайка")
    await shelves.sql("update fondaco.product set active = false where sku = 'A-2'")
    for form in (
        {},
        {f"quantity-{good}": "-1"},
        {f"quantity-{good}": "много"},
        {f"quantity-{good}": "1", f"quantity-{gone}": "1"},
        {f"quantity-{good}": "1", f"quantity-{uuid4()}": "1"},
        {"quantity-nonsense": "1"},
    ):
        answer = await visitor.send_form("/products/cart", form, headers=HTMX)
        assert answer.status_code == 422, form
        assert "tone-danger" in answer.text
    assert await cart(shelves) == {}


async def test_an_empty_answer_teaches(shelves: Shelves, visitor: Client) -> None:
    _, category = await shelves.category("Болты")
    category_id = (await shelves.sql("select id from fondaco.category"))[0][0]
    await shelves.product("A-1", "Болт", category=category_id)
    page = await visitor.get(f"/search?q=экскаватор&category={category}")
    assert page.status_code == 200
    assert "Ничего не нашлось" in words(page)
    assert 'href="/quick-order"' in page.text
    assert 'href="/search?q=%D1%8D%D0%BA%D1%81' in page.text


async def test_categories_lead_down_and_back(shelves: Shelves, visitor: Client) -> None:
    top, top_uuid = await shelves.category("Крепёж")
    bolts, bolts_uuid = await shelves.category("Болты", top)
    await shelves.category("Пустой раздел", top)
    await shelves.product("A-1", "Болт", category=bolts)
    root = await visitor.get("/search")
    assert "Крепёж" in words(root)
    assert "Пустой раздел" not in words(root)
    inside = await visitor.get(f"/search?category={top_uuid}")
    assert "A-1" in inside.text
    assert f'href="/search?category={bolts_uuid}"' in inside.text
    assert (await visitor.get(f"/search?category={uuid4()}")).status_code == 404
    assert (await visitor.get("/search?category=nonsense")).status_code == 404
    assert (await visitor.get("/search?q=болт&page=99999999999")).status_code == 200
    assert (await visitor.get("/search?q=болт&page=-1&category=&brand=")).status_code == 200


async def test_names_are_shown_as_text(shelves: Shelves, visitor: Client) -> None:
    uuid = await shelves.product(
        "<b>A</b>-1",
        EVIL,
        brand="<i>brand</i>",
        description=EVIL,
        attributes='{"<u>key</u>": "<u>value</u>"}',
    )
    for path in ("/search?q=болт", "/search?q=<script>x</script>", f"/products/{uuid}"):
        page = await visitor.get(path)
        assert page.status_code == 200
        for tag in ("<script>alert", "<script>x", "<b>A", "<i>brand", "<u>"):
            assert tag not in page.text, (path, tag)
    assert "{{ 7*7 }}" in words(await visitor.get(f"/products/{uuid}"))
    answer = await visitor.send_form("/products/cart", {"only": str(uuid)}, headers=HTMX)
    assert "<b>A" not in answer.text


async def test_a_products_page_says_everything(shelves: Shelves, visitor: Client) -> None:
    [family] = await shelves.sql(
        "insert into fondaco.family (uuid, name, external_id)"
        " values (gen_random_uuid(), 'Болт DIN 933', 'f1') returning id"
    )
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('a1', 'Длина, мм', 'number'), ('a2', 'Покрытие', 'text')"
    )
    uuid = await shelves.product(
        "A-1",
        "Болт DIN 933 (20 мм)",
        family=family[0],
        barcode="4600001364055",
        on_hand=128,
        attributes='{"a1": 20.5, "a2": ["цинк", "хром"]}',
        description="Оцинкованный",
    )
    other = await shelves.product("A-2", "Болт DIN 933 (30 мм)", family=family[0], price="77")
    await shelves.sql(
        "insert into fondaco.price_row (product_id, price_list_id, min_quantity, price)"
        " select id, :list, 10, 90 from fondaco.product where sku = 'A-1'",
        list=shelves.prices,
    )
    text = words(await visitor.get(f"/products/{uuid}"))
    for said in (
        "Болт DIN 933 (20 мм)", "4600001364055", "Длина, мм 20,5", "Покрытие цинк, хром",
        "Оцинкованный", "100,00 ₽", "от 10 шт 90,00 ₽ −10 %", "Москва 128 шт сегодня",
        "Другие варианты: Болт DIN 933", "77,00 ₽",
    ):  # fmt: skip
        assert said in text, said
    why = words(await visitor.get(f"/products/{uuid}/why", headers=HTMX))
    assert "Прайс-лист «Оптовая»" in why
    assert f"/products/{other}" in (await visitor.get(f"/products/{uuid}")).text


async def test_variants_do_not_cost_statements(
    shelves: Shelves, visitor: Client, sql_budget: type[counting]
) -> None:
    [family] = await shelves.sql(
        "insert into fondaco.family (uuid, name, external_id)"
        " values (gen_random_uuid(), 'Болт', 'f1') returning id"
    )
    uuid = await shelves.product("A-1", "Болт 1", family=family[0])
    await shelves.product("A-2", "Болт 2", family=family[0])
    with sql_budget() as few:
        await visitor.get(f"/products/{uuid}")
    for number in range(3, 12):
        await shelves.product(f"A-{number}", f"Болт {number}", family=family[0])
    with sql_budget() as many:
        page = await visitor.get(f"/products/{uuid}")
    assert "A-11" in page.text
    assert many.number == few.number


async def test_a_product_off_sale_keeps_its_page_and_cannot_be_taken(
    shelves: Shelves, visitor: Client
) -> None:
    uuid = await shelves.product("A-1", "Болт", active=False)
    page = await visitor.get(f"/products/{uuid}")
    assert page.status_code == 200
    assert "Товар снят с продажи" in words(page)
    assert 'action="/products/cart"' not in page.text
    assert (await visitor.get(f"/products/{uuid4()}")).status_code == 404
    assert (await visitor.get(f"/products/{uuid4()}/why")).status_code == 404


async def test_staff_see_goods_and_stock_but_no_customers_price(
    shelves: Shelves, client: Client
) -> None:
    uuid = await shelves.product("A-1", "Болт", on_hand=5)
    await client.sign_in(await shelves.wholesaler.staff("manager"), PASSWORD)
    for path in ("/search?q=болт", f"/products/{uuid}"):
        page = await client.get(path)
        assert "Цены показываются покупателю по его договору" in words(page)
        assert "₽" not in page.text
        assert "5 шт" in words(page)
        assert 'action="/products/cart"' not in page.text
    assert (await client.get("/")).headers["location"] == "/staff"


async def test_who_may_not_order_sees_prices_and_no_fields(
    shelves: Shelves, client: Client
) -> None:
    uuid = await shelves.product("A-1", "Болт")
    seller, prices = shelves.company.customer.seller_id, shelves.company.customer.price_lists
    office = await shelves.wholesaler.company("Бюро", seller, prices, roles=["accountant"])
    await client.sign_in(office.email, PASSWORD)
    page = await client.get("/search?q=болт")
    assert "100,00 ₽" in words(page)
    assert "data-quantity" not in page.text
    answer = await client.send_form("/products/cart", {"only": str(uuid)}, headers=HTMX)
    assert answer.status_code == 403


async def test_without_an_agreement_there_is_no_price_and_the_page_says_so(
    shelves: Shelves, visitor: Client
) -> None:
    await shelves.product("A-1", "Болт")
    await shelves.sql("update fondaco.agreement set active = false")
    page = await visitor.get("/search?q=болт")
    assert "нет действующего договора" in words(page)
    assert "₽" not in page.text


async def test_pictures_of_products_are_served_and_no_other_file(
    shelves: Shelves, visitor: Client
) -> None:
    product = await shelves.product("A-1", "Болт")
    picture = await shelves.picture(product, b"\xff\xd8\xffpicture")
    page = await visitor.get("/search?q=болт")
    assert f'src="/files/{picture}"' in page.text
    answer = await visitor.get(f"/files/{picture}")
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8\xffpicture")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = {"If-None-Match": answer.headers["etag"]}
    again = await visitor.get(f"/files/{picture}", headers=known)
    assert (again.status_code, again.content) == (304, b"")

    script = await shelves.picture(product, b"<svg onload=alert(1)>", "image/svg+xml")
    assert (await visitor.get(f"/files/{script}")).status_code == 404
    [row] = await shelves.sql(
        "insert into fondaco.file (uuid, sha256, size, media_type)"
        " values (gen_random_uuid(), 'x', 1, 'image/png') returning uuid"
    )
    assert (await visitor.get(f"/files/{UUID(str(row[0]))}")).status_code == 404
    assert (await visitor.get(f"/files/{uuid4()}")).status_code == 404


async def test_pictures_are_not_for_guests(shelves: Shelves, client: Client) -> None:
    product = await shelves.product("A-1", "Болт")
    picture = await shelves.picture(product, b"\xff\xd8\xff")
    assert (await client.get(f"/files/{picture}")).status_code == 303


async def test_the_front_page_of_a_buyer(shelves: Shelves, visitor: Client) -> None:
    bolts, _ = await shelves.category("Болты")
    await shelves.product("A-1", "Болт", category=bolts)
    page = await visitor.get("/")
    assert page.status_code == 200
    for piece in ('action="/search"', 'action="/quick-order/upload"', "Болты"):
        assert piece in page.text


async def test_the_page_says_what_it_has_understood(shelves: Shelves, visitor: Client) -> None:
    await shelves.product("A-1", "Подшипник")
    page = await visitor.get("/search?q=gjlibgybr")
    assert "Показано по запросу «подшипник». Искать именно «gjlibgybr»" in words(page)
    assert "A-1" in page.text
    assert 'href="/search?q=gjlibgybr&amp;literal=1"' in page.text
    literal = await visitor.get("/search?q=gjlibgybr&literal=1")
    assert "Ничего не нашлось" in words(literal)
    assert "A-1" not in literal.text


@pytest.mark.parametrize(
    "typed",
    [
        "ё" * 500,
        "q",
        "ф",
        "'",
        '"',
        "':* & !",
        "--",
        "a" * 23 + "0O" * 5,
        "OOOOOOOO00000000",
        "%_%",
    ],
)
async def test_whatever_is_typed_is_answered(
    shelves: Shelves, visitor: Client, typed: str, sql_budget: type[counting]
) -> None:
    await shelves.product("A-1", "Болт")
    with sql_budget() as used:
        page = await visitor.get("/search", params={"q": typed})
    assert page.status_code == 200
    assert used.number <= 15


async def test_facets_lead_to_fewer_rows_and_back(shelves: Shelves, visitor: Client) -> None:
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('len', 'Длина, мм', 'number'), ('coat', 'Покрытие', 'option')"
    )
    for number, coat in enumerate(("цинк", "цинк", "хром & <b>")):
        said = json.dumps({"len": number + 1, "coat": coat})
        await shelves.product(f"A-{number}", f"Болт {number}", attributes=said, price=f"{number}5")
    page = await visitor.get("/search?q=болт")
    said = words(page)
    for piece in ("Длина, мм", "Покрытие", "цинк 2", "хром & <b> 1", "Есть сейчас 3", "«Оптовая»"):
        assert piece in said, piece
    assert "<b>" not in page.text
    [href] = re.findall(r'href="([^"]*)"><span>цинк', page.text)
    fewer = await visitor.get(unescape(href))
    assert "Найдено 2 товара." in words(fewer)
    assert "Покрытие: цинк" in words(fewer)
    [back] = re.findall(r'href="([^"]*)" aria-label="Убрать отбор: Покрытие: цинк"', fewer.text)
    assert "Найдено 3 товара." in words(await visitor.get(unescape(back)))


async def test_values_of_one_property_are_alternatives_and_each_says_what_it_would_add(
    shelves: Shelves, visitor: Client, sql_budget: type[counting]
) -> None:
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind)"
        " values ('size', 'Резьба', 'option'), ('coat', 'Покрытие', 'option')"
    )
    kinds = [("М8", "цинк"), ("М8", "хром"), ("М10", "цинк"), ("М12", "цинк"), ("М12", "цинк")]
    for number, (size, coat) in enumerate(kinds):
        said = json.dumps({"size": size, "coat": coat})
        await shelves.product(f"A-{number}", f"Болт {number}", attributes=said)

    def href(page: httpx.Response, value: str) -> str:
        [found] = re.findall(rf'href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?<span>{value}', page.text)
        return unescape(found)

    with sql_budget() as plain:
        page = await visitor.get("/search?q=болт")
    with sql_budget() as chosen:
        page = await visitor.get(href(page, "М8"))
    # One more: what the property of the address is called.
    assert chosen.number == plain.number + 1
    said = words(page)
    for piece in ("Найдено 2 товара.", "М8 2", "М10 1", "М12 2", "цинк 1", "хром 1"):
        assert piece in said, piece
    both = await visitor.get(href(page, "М10"))
    for piece in ("Найдено 3 товара.", "Резьба: М8", "Резьба: М10", "М12 2", "цинк 2", "хром 1"):
        assert piece in words(both), piece
    zinc = await visitor.get(href(both, "цинк"))
    for piece in ("Найдено 2 товара.", "М8 1", "М10 1", "М12 2", "цинк 2", "хром 1"):
        assert piece in words(zinc), piece
    without = await visitor.get(href(zinc, "М8"))
    assert "Найден 1 товар." in words(without) and "Резьба: М8" not in words(without)
    [off] = re.findall(r'href="([^"]*)" aria-label="Убрать отбор: Резьба: М8"', both.text)
    assert "Найден 1 товар." in words(await visitor.get(unescape(off)))


async def test_a_form_of_two_ends_keeps_the_rest_of_the_question(
    shelves: Shelves, visitor: Client
) -> None:
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind) values ('len', 'Длина', 'number')"
    )
    for number in range(4):
        await shelves.product(
            f"A-{number}", f"Болт {number}", attributes=f'{{"len": {number}.5}}', price=f"{number}5"
        )
    typed = {"q": "болт", "range": "len", "low": "1,5", "high": "", "price_to": "30"}
    page = await visitor.get("/search", params=typed)
    said = words(page)
    assert "Найдено 2 товара." in said
    assert "Длина: от 1,5" in said
    assert "Цена: до 30" in said


async def test_names_in_the_address_are_of_a_list_and_values_are_values(
    shelves: Shelves, visitor: Client
) -> None:
    await shelves.sql(
        "insert into fondaco.attribute (external_id, name, kind) values ('len', 'Длина', 'number')"
    )
    await shelves.product("A-1", "Болт", attributes='{"len": 5}')
    for unknown in ("nonsense~1", "~", "id~1", "len' or 1=1 --~x", "$.*~1"):
        answer = await visitor.get("/search", params={"q": "болт", "attr": unknown})
        assert answer.status_code == 404, unknown
    for odd in ("len~", "len~x..y", "len~1e999999..", "len~NaN..Infinity", "len~1\x00"):
        answer = await visitor.get("/search", params={"q": "болт", "attr": odd})
        assert answer.status_code == 200, odd
        assert "A-1" in answer.text, odd
    for price in ("' or 1=1", "1e400", "-5", "NaN", "9" * 400):
        answer = await visitor.get("/search", params={"q": "болт", "price_from": price})
        assert answer.status_code == 200, price
    many = [("attr", "len~1..9")] * 300
    assert (await visitor.get("/search", params=[("q", "болт"), *many])).status_code == 200
    assert (await visitor.get("/search?q=болт&sort=x&order=;drop")).status_code == 200


async def test_suggestions_come_while_one_types(
    shelves: Shelves, visitor: Client, sql_budget: type[counting]
) -> None:
    bolts, bolts_uuid = await shelves.category("Болты и шпильки")
    uuid = await shelves.product("WD-40", "Смазка <b>", brand="ЛУЧ", category=bolts)
    for number in range(20):
        await shelves.product(f"B-{number}", f"Болт {number}", category=bolts)
    for typed in ("wd-4", "ЦВ-4", "смаз", "cvfp", "луч"):
        answer = await visitor.get("/search/suggest", params={"q": typed})
        assert f'href="/products/{uuid}"' in answer.text, typed
        assert "<html" not in answer.text and "<b>" not in answer.text
    with sql_budget() as few:
        answer = await visitor.get("/search/suggest?q=смазка")
    with sql_budget() as many:
        answer = await visitor.get("/search/suggest?q=болт")
    assert answer.text.count('href="/products/') == 8
    assert f'href="/search?category={bolts_uuid}"' in answer.text
    assert many.number <= few.number <= 6
    for nothing in ("", "б", "экскаватор", "'", "ё" * 500):
        answer = await visitor.get("/search/suggest", params={"q": nothing})
        assert (answer.status_code, answer.text.strip()) == (200, ""), nothing


async def test_suggestions_are_not_for_guests(shelves: Shelves, client: Client) -> None:
    assert (await client.get("/search/suggest?q=болт")).status_code == 303
