"""An uploaded list: numbers of other brands are understood, what is short may be replaced."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from analogue_shop import Shop
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.intake.choose import Group
from fondaco.intake.parse import parse_paste
from fondaco.intake.service import ArticleLists, ResolvedList
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco_sdk.testing.contracts.asking import Counting

pytestmark = pytest.mark.plugins("analogues")


async def _upload(buyer: Client, typed: str) -> str:
    answer = await buyer.send_form("/quick-order/paste", {"text": typed})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


async def _resolve(shop: Shop, home: str) -> ResolvedList:
    return await ArticleLists(shop.ask).resolve(UUID(home.rpartition("/")[2]))


async def _uuid(shop: Shop, product: int) -> str:
    rows = await system_ask(shop.hall).fetch(
        text("select uuid from fondaco.product where id = :id"), {"id": shop.products[product - 1]}
    )
    return str(rows[0][0])


async def test_a_number_of_another_brand_is_found_and_said(shop: Shop, buyer: Client) -> None:
    await shop.foreign("MANN", "W 712/75", 2, kind="limited", note_ru="Кроме дизеля")
    home = await _upload(buyer, "W712-75\t4\nA-1\t2\nMANN W71275\t1")
    first, exact, branded = (await _resolve(shop, home)).outcomes
    assert [first.group, exact.group, branded.group] == [
        Group.SUBSTITUTED,
        Group.READY,
        Group.SUBSTITUTED,
    ]
    assert first.product is not None and first.product.sku == "A-2"
    page = words((await buyer.get(home)).text)
    assert "Аналог номера MANN W 712/75. Ограничение: Кроме дизеля" in page


async def test_our_own_article_comes_before_a_foreign_number(shop: Shop, buyer: Client) -> None:
    await shop.foreign("MANN", "A 1", 2)
    home = await _upload(buyer, "A-1\t4")
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.product is not None and outcome.product.sku == "A-1"


async def test_what_is_short_is_replaced_by_one_press_and_put_back_by_one(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2, kind="limited", note_ru="Без датчика")
    await shop.pair(1, 3)
    home = await _upload(buyer, "A-1\t10")
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.group is Group.CHOOSE
    assert [ranked.product.sku for ranked in outcome.analogues] == ["A-3", "A-2"]
    page = words((await buyer.get(home)).text)
    assert "Заменить на A-3" in page
    assert "Полный аналог · Всё количество: сегодня" in page
    assert "Цена та же" in page
    assert "Ещё 1 аналог" in page
    assert "Ограничение: Без датчика" in page

    row = f"{home}/rows/1/product"
    await buyer.send_form(row, {"product": await _uuid(shop, 3)})
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert (outcome.group, outcome.quantity) == (Group.SUBSTITUTED, 10)
    assert outcome.replaced is not None and outcome.replaced.sku == "A-1"
    page = words((await buyer.get(home)).text)
    assert "По вашему решению вместо A-1" in page
    assert "Вернуть A-1" in page

    await buyer.send_form(row, {"product": ""})
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert (outcome.group, outcome.replaced) == (Group.CHOOSE, None)
    assert outcome.product is not None and outcome.product.sku == "A-1"


async def test_what_is_off_sale_may_be_replaced_and_cannot_be_kept(
    shop: Shop, buyer: Client
) -> None:
    await shop.take_off_sale(1)
    home = await _upload(buyer, "A-1\t10")
    assert [o.group for o in (await _resolve(shop, home)).outcomes] == [Group.NOT_FOUND]
    await shop.pair(1, 2)
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.group is Group.CHOOSE
    html = (await buyer.get(home)).text
    assert "Товар снят с продажи" in words(html)
    assert 'value="yes"' not in html
    await buyer.send_form(f"{home}/rows/1/product", {"product": await _uuid(shop, 2)})
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert (outcome.group, outcome.quantity) == (Group.SUBSTITUTED, 10)


async def test_the_cart_remembers_what_was_replaced(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    home = await _upload(buyer, "A-1\t10\nA-3\t1")
    await buyer.send_form(f"{home}/rows/1/product", {"product": await _uuid(shop, 2)})
    await buyer.send_form(f"{home}/cart", {"seen": "0"})
    rows = await system_ask(shop.hall).fetch(
        text("select product_id, source, replaced_product_id from fondaco.cart_line order by id")
    )
    first, second, third = shop.products
    assert [tuple(row) for row in rows] == [(second, "list", first), (third, "list", None)]


async def test_the_quantity_goes_up_to_the_multiple_of_the_analogue(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.run("update fondaco.product set multiple = 12 where sku = 'A-2'")
    home = await _upload(buyer, "A-1\t10")
    await buyer.send_form(f"{home}/rows/1/product", {"product": await _uuid(shop, 2)})
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.quantity == 12
    assert "intake.rounded" in {note.code for note in outcome.notes}


async def test_nothing_that_is_no_analogue_can_be_taken(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    home = await _upload(buyer, "A-1\t10")
    await buyer.send_form(f"{home}/rows/1/product", {"product": await _uuid(shop, 3)})
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.product is not None and outcome.product.sku == "A-1"


async def test_two_rows_share_the_stock_of_an_analogue(shop: Shop, buyer: Client) -> None:
    for product in (1, 2):
        await shop.stock(product, 0)
        await shop.pair(product, 3)
    await shop.stock(3, 15)
    home = await _upload(buyer, "A-1\t10\nA-2\t10")
    await buyer.send_form(f"{home}/rows/1/product", {"product": await _uuid(shop, 3)})
    taken, left = (await _resolve(shop, home)).outcomes
    assert taken.group is Group.SUBSTITUTED
    (ranked,) = left.analogues
    assert ranked.candidate.available == 5


async def test_statements_do_not_grow_with_the_rows(shop: Shop, sql_budget: Counting) -> None:
    shop.products = [
        *shop.products,
        *await shop.wholesaler.products(
            600, price_list=shop.prices, place=await shop.wholesaler.place("Тверь"), prefix="B"
        ),
    ]
    await shop.run("update fondaco.stock_row set on_hand = 0 where product_id % 2 = 0")
    for n in range(4, 590):
        await shop.pair(n, n + 1)
        await shop.pair(n, n + 3)
    counted = []
    for rows in (4, 500):
        home = await _saved(shop, [(f"B-{n}", 3) for n in range(1, rows + 1)])
        with sql_budget() as count:
            resolved = await ArticleLists(shop.ask).resolve(home)
        counted.append(count.number)
        assert len([o for o in resolved.outcomes if o.analogues]) >= rows // 2 - 1
    assert counted[0] == counted[1] <= 16, counted


async def _saved(shop: Shop, rows: list[tuple[str, int]]) -> UUID:
    uuid = uuid4()
    parsed = parse_paste("\n".join(f"{article}\t{number}" for article, number in rows))
    async with shop.ask.act() as act:
        await ArticleLists(act).save(act, uuid, "", parsed)
    return uuid


async def test_margins_are_for_staff(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.run(
        "insert into fondaco.product_pricing (product_id, cost, cost_currency, cost_vat_included)"
        " select id, 61.5, 'RUB', true from fondaco.product"
    )
    home = await _upload(buyer, "A-1\t10")
    (outcome,) = (await _resolve(shop, home)).outcomes
    (ranked,) = outcome.analogues
    assert (ranked.candidate.cost, ranked.mark, ranked.for_staff) == (None, Decimal(0), ())
    html: Any = (await buyer.get(home)).text
    for secret in ("Маржа", "Оценка", "61.5", "38.5", "39 %"):
        assert secret not in words(html), secret


async def test_the_best_full_analogues_are_taken_by_one_press_and_put_back_by_one(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.stock(3, 0)
    await shop.pair(1, 2)
    await shop.pair(3, 2, kind="limited", note_ru="Без датчика")
    home = await _upload(buyer, "A-1\t10\nA-3\t4\nA-2\t1\nA-1\t5")
    page = words((await buyer.get(home)).text)
    assert "Для 2 строк есть полный аналог в наличии" in page
    assert "Взять лучшие аналоги для всех 2" in page
    taken = await buyer.send_form(f"{home}/analogues")
    page = words((await buyer.get(taken.headers["location"])).text)
    assert "Взяты аналоги для 2 строк" in page
    assert f"{home}/analogues/undo" in (await buyer.get(taken.headers["location"])).text
    groups = [one.group for one in (await _resolve(shop, home)).outcomes]
    assert groups == [Group.SUBSTITUTED, Group.CHOOSE, Group.READY, Group.SUBSTITUTED]
    await buyer.send_form(f"{home}/rows/4/product")
    await buyer.send_form(f"{home}/rows/4/product", {"product": await _uuid(shop, 2)})
    await buyer.send_form(f"{home}/analogues/undo")
    groups = [one.group for one in (await _resolve(shop, home)).outcomes]
    assert groups == [Group.CHOOSE, Group.CHOOSE, Group.READY, Group.CHOOSE]
    await buyer.send_form(f"{home}/analogues/undo")
    assert [one.group for one in (await _resolve(shop, home)).outcomes] == groups


async def test_what_was_decided_after_the_press_stays_when_it_is_undone(
    shop: Shop, buyer: Client
) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    await shop.pair(1, 3, kind="upgrade")
    home = await _upload(buyer, "A-1\t10\nA-1\t5")
    await buyer.send_form(f"{home}/analogues")
    await buyer.send_form(f"{home}/rows/2/product", {"product": await _uuid(shop, 3)})
    await buyer.send_form(f"{home}/analogues/undo")
    first, second = (await _resolve(shop, home)).outcomes
    assert first.group is Group.CHOOSE
    assert second.product is not None and second.product.sku == "A-3"


async def test_nothing_is_taken_where_no_full_analogue_is_left(shop: Shop, buyer: Client) -> None:
    await shop.stock(1, 0)
    await shop.pair(1, 2)
    home = await _upload(buyer, "A-1\t10")
    await shop.stock(2, 4)
    assert "полный аналог в наличии" not in words((await buyer.get(home)).text)
    await buyer.send_form(f"{home}/analogues")
    (outcome,) = (await _resolve(shop, home)).outcomes
    assert outcome.group is Group.CHOOSE and outcome.product is not None
