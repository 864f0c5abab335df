"""The product's page: what the company bought before, and when a typed quantity is ready."""

from typing import Any


async def _page(shop: Any, number: int) -> str:
    rows = await shop.sql(
        "select uuid from fondaco.product where id = :id", id=shop.products[number - 1]
    )
    return f"/products/{rows[0][0]}"


async def _earlier(shop: Any, company: Any, number: str, **line: Any) -> None:
    """An order of the ERP with one line."""
    await shop.sql(
        "with o as (insert into fondaco.earlier_order (uuid, external_id, company_id,"
        " legal_entity_id, number, state, currency, total, vat_total, placed_at)"
        " values (gen_random_uuid(), :number, :company, :entity, :number, :state, 'RUB', 90, 16,"
        " now() - interval '1 year') returning id)"
        " insert into fondaco.earlier_order_line (earlier_order_id, position, product_external_id,"
        " sku, sku_key, name, quantity, unit_price, total, vat_amount)"
        " select id, 1, :external, :sku, :key, 'Болт', 3, 30, 90, 16 from o",
        number=number,
        company=company.customer.company_id,
        entity=company.customer.legal_entity_id,
        **{"state": "completed", "external": "", "sku": "", "key": "", **line},
    )


async def test_it_shows_what_this_company_bought_before(
    shop: Any, buyer: Any, stranger: Any
) -> None:
    order = await shop.order(buyer, 4, 7)
    await _earlier(shop, shop.company, "ЕРП-1", external="A-1")
    await _earlier(shop, shop.company, "ЕРП-2", sku="A-1", key="A1")
    await _earlier(shop, shop.company, "ЕРП-3", external="A-1", state="cancelled")
    await _earlier(shop, shop.stranger, "ЧУЖОЙ-4", external="A-1")
    page = await buyer.get(await _page(shop, 1))
    said = buyer.words(page.text)
    assert "3 заказа, всего 10 шт" in said
    assert order in page.text
    assert "ЕРП-1" in said and "ЕРП-2" in said
    assert "ЕРП-3" not in said and "ЧУЖОЙ-4" not in said
    other = stranger.words((await stranger.get(await _page(shop, 1))).text)
    assert "1 заказ, всего 3 шт" in other and "ЧУЖОЙ-4" in other and "ЕРП-1" not in other


async def test_an_article_of_two_products_tells_nothing(shop: Any, buyer: Any) -> None:
    await _earlier(shop, shop.company, "ЕРП-5", sku="A-2", key="A2")
    assert "ЕРП-5" in (await buyer.get(await _page(shop, 2))).text
    await shop.sql(
        "insert into fondaco.product_code (product_id, kind, value, key)"
        " values (:id, 'sku', 'A-2', 'A2')",
        id=shop.products[2],
    )
    assert "ЕРП-5" not in (await buyer.get(await _page(shop, 2))).text


async def test_a_typed_quantity_comes_apart_by_days(shop: Any, buyer: Any) -> None:
    await shop.set_stock(1, 40)
    tver = await shop.wholesaler.place("Тверь")
    await shop.sql("update fondaco.place set pick_days = 3 where id = :id", id=tver)
    await shop.sql(
        "insert into fondaco.stock_row (product_id, place_id, on_hand) values (:p, :tver, 80)",
        p=shop.products[0],
        tver=tver,
    )
    page = await _page(shop, 1)
    field = f"quantity-{page.rpartition('/')[2]}"
    htmx = {"HX-Request": "true"}
    found = await buyer.get(f"{page}/when", params={field: "120"}, headers=htmx)
    said = buyer.words(found.text)
    assert "40 шт — сегодня" in said and "80 шт — " in said and "Тверь" in said
    assert "120 шт на 12 000,00 ₽" in said
    short = await buyer.get(f"{page}/when", params={field: "150"}, headers=htmx)
    assert "Не хватает 30 шт" in buyer.words(short.text)
    wrong = await buyer.get(f"{page}/when", params={field: "-1"}, headers=htmx)
    assert "больше нуля" in buyer.words(wrong.text)
    assert "<h1" in (await buyer.get(f"{page}/when", params={field: "2"})).text
