"""Staff narrow what a customer sees, the customer asks for more, staff answer: on pages."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

HOME = "/staff/assortments"


class Desk:
    """The browser of the head of sales, and the customer whose assortment it is about."""

    def __init__(self, shop: Any, browser: Any, customer: str) -> None:
        self.shop, self.browser, self.customer = shop, browser, customer

    async def make(self, name: str, *rules: Mapping[str, str]) -> str:
        """A new assortment; returns its address."""
        made = await self.browser.send_form(f"{HOME}/new", {"name": name})
        assert made.status_code == 303, made.text
        home = str(made.headers["location"])
        for rule in rules:
            assert (await self.browser.send_form(f"{home}/rules", rule)).status_code == 303
        return home

    async def give(self, home: str, effect: str, outlet: str = "") -> None:
        """Let it count for the customer, or for one outlet."""
        fields = {"assortment": home.rsplit("/", 1)[1], "effect": effect, "outlet": outlet}
        given = await self.browser.send_form(f"{self.customer}/assortments", fields)
        assert given.status_code == 303, given.text


def only(*articles: str) -> list[dict[str, str]]:
    """Rules that include single products."""
    return [{"way": "include", "article": article} for article in articles]


@pytest_asyncio.fixture
async def desk(shop: Any) -> Desk:
    rows = await shop.sql(
        "select uuid from fondaco.company where id = :id", id=shop.company.customer.company_id
    )
    browser = await shop.browser(await shop.wholesaler.staff("head_of_sales"))
    await shop.sql(
        "insert into fondaco.search_document (product_id, codes, words, vector)"
        " select id, replace(sku, '-', ''), lower(name), to_tsvector('russian', lower(name))"
        " from fondaco.product"
    )
    return Desk(shop, browser, f"/staff/customers/{rows[0][0]}")


async def product(shop: Any, article: str) -> str:
    """The address of a product's page."""
    rows = await shop.sql("select uuid from fondaco.product where sku = :sku", sku=article)
    return f"/products/{rows[0][0]}"


async def test_an_assortment_says_how_much_it_holds(desk: Desk) -> None:
    home = await desk.make("Болты")
    words = desk.browser.words
    assert "5 из 5" in words((await desk.browser.get(home)).text)
    added = await desk.browser.send_form(f"{home}/rules", {"way": "exclude", "article": "A-2"})
    assert added.status_code == 303
    assert "4 из 5" in words((await desk.browser.get(home)).text)
    assert "4 из 5" in words((await desk.browser.get(HOME)).text)
    brand = {"way": "exclude", "brand": "крепёж"}
    assert (await desk.browser.send_form(f"{home}/rules", brand)).status_code == 303
    assert "0 из 5" in words((await desk.browser.get(home)).text)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({}, "category", "Выберите раздел или бренд"),
        ({"article": "НЕТ"}, "article", "в каталоге нет"),
        ({"brand": "Нетакого"}, "brand", "нет такого бренда"),
        ({"article": "A-1", "brand": "КРЕПЁЖ"}, "brand", "не сочетается"),
    ],
)
async def test_a_wrong_rule_is_refused_at_its_field(
    desk: Desk, typed: dict[str, str], field: str, said: str
) -> None:
    home = await desk.make("Болты")
    page = await desk.browser.send_form(f"{home}/rules", {"way": "exclude", **typed})
    assert page.status_code == 422
    assert f'id="field-{field}-error"' in page.text and said in desk.browser.words(page.text)
    for value in typed.values():
        assert f'value="{value}"' in page.text
    assert not await desk.shop.sql("select 1 from fondaco.assortment_rule")


async def test_a_dropped_rule_and_a_removed_assortment_come_back(desk: Desk) -> None:
    home = await desk.make("Болты", {"way": "exclude", "article": "A-2"})
    rule = (await desk.shop.sql("select uuid from fondaco.assortment_rule"))[0][0]
    dropped = await desk.browser.send_form(f"{home}/rules/{rule}/drop")
    page = await desk.browser.get(dropped.headers["location"])
    assert "Правило убрано" in page.text and "5 из 5" in desk.browser.words(page.text)
    fields = desk.browser.hidden(page.text)
    back = await desk.browser.send_form(f"{home}/rules", {n: fields[n] for n in ("way", "article")})
    assert back.status_code == 303
    assert "4 из 5" in desk.browser.words((await desk.browser.get(home)).text)

    removed = await desk.browser.send_form(f"{home}/remove")
    assert "удалён" in (await desk.browser.get(removed.headers["location"])).text
    assert (await desk.browser.get(home)).status_code == 404
    assert (await desk.browser.send_form(f"{home}/restore")).status_code == 303
    assert (await desk.browser.get(home)).status_code == 200


async def test_one_that_counts_for_somebody_is_not_removed(desk: Desk) -> None:
    home = await desk.make("Болты")
    await desk.give(home, "hidden")
    assert (await desk.browser.send_form(f"{home}/remove")).status_code == 409
    assert (await desk.browser.get(home)).status_code == 200


async def test_two_of_one_name_are_refused(desk: Desk) -> None:
    await desk.make("Болты")
    again = await desk.browser.send_form(f"{HOME}/new", {"name": "болты", "description": "Ещё"})
    assert again.status_code == 422 and "уже есть" in again.text and "Ещё" in again.text


async def test_what_is_outside_is_hidden_and_comes_back_by_undo(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    hidden, seen = await product(shop, "A-2"), await product(shop, "A-1")
    assert "A-2" in (await buyer.get("/search?q=болт")).text
    await desk.give(await desk.make("Болты", *only("A-1", "A-3")), "hidden")
    page = (await buyer.get("/search?q=болт")).text
    assert "A-1" in page and "A-2" not in page and "Найдено 2 товара" in buyer.words(page)
    assert (await buyer.get(hidden)).status_code == 404
    assert (await buyer.get(seen)).status_code == 200
    unknown = await buyer.send_form("/cart/articles", {"article": "A-22"})
    refused = await buyer.send_form("/cart/articles", {"article": "A-2"})
    assert refused.status_code == unknown.status_code == 422
    assert buyer.words(refused.text).replace("A-2", "") == buyer.words(unknown.text).replace(
        "A-22", ""
    )

    binding = (await shop.sql("select uuid from fondaco.assortment_binding"))[0][0]
    taken = await desk.browser.send_form(f"{desk.customer}/assortments/{binding}/drop")
    assert (await buyer.get(hidden)).status_code == 200
    page = await desk.browser.get(taken.headers["location"])
    fields = desk.browser.hidden(page.text)
    undo = {name: fields[name] for name in ("assortment", "effect")}
    await desk.browser.send_form(f"{desk.customer}/assortments", undo)
    assert (await buyer.get(hidden)).status_code == 404


async def test_a_line_that_became_hidden_stays_with_a_refusal(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    await shop.fill(1, 2)
    await buyer.look()
    form = await buyer.checkout_form()
    await desk.give(await desk.make("Болты", *only("A-1")), "hidden")
    page = await buyer.get("/cart")
    words = buyer.words(page.text)
    assert len(buyer.lines_of(page.text)) == 2 and "больше нет в вашем ассортименте" in words
    assert "100,00 ₽" in words and "200,00 ₽" not in words and "Москва" in words
    placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert placed.status_code in (409, 422)
    assert not await shop.sql("select 1 from fondaco.customer_order")
    lines = buyer.lines_of(page.text)
    removed = await buyer.send_form(f"/cart/lines/{lines[1]}/remove")
    assert removed.status_code == 303
    assert "больше нет" not in (await buyer.get("/cart")).text
    assert await shop.order(buyer, 0)


async def test_a_past_order_is_shown_and_repeated_without_what_is_hidden(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    order = await shop.order(buyer, 1, 1)
    await desk.give(await desk.make("Болты", *only("A-1")), "hidden")
    assert "A-2" in (await buyer.get(order)).text
    await buyer.send_form(f"{order}/repeat")
    cart = (await buyer.get("/cart")).text
    assert "A-1" in cart and len(buyer.lines_of(cart)) == 1


async def test_asking_for_more_takes_one_click_and_is_answered(
    shop: Any, desk: Desk, buyer: Any, stranger: Any
) -> None:
    address = await product(shop, "A-2")
    await desk.give(await desk.make("Болты", *only("A-1")), "not_orderable")
    page = await buyer.get(address)
    assert "100,00 ₽" in buyer.words(page.text) and "Запросить доступ" in page.text
    assert f"{address}/ask" in (await buyer.get("/search?q=болт")).text
    refused = await buyer.send_form("/cart/articles", {"article": "A-2"})
    assert refused.status_code == 422 and "Запросите доступ" in refused.text
    for _ in range(2):
        asked = await buyer.partial(f"{address}/ask")
        assert asked.status_code == 200 and "Доступ запрошен" in asked.text
    assert len(await shop.sql("select 1 from fondaco.assortment_request")) == 1
    assert "Доступ запрошен" in (await buyer.get(address)).text
    assert (await stranger.send_form(f"{address}/ask")).status_code == 409

    desk_page = (await desk.browser.get(HOME)).text
    assert "A-2" in desk_page and "Анна Покупатель" in desk_page
    request = (await shop.sql("select uuid from fondaco.assortment_request"))[0][0]
    answer = f"{desk.customer}/assortments/requests/{request}"
    empty = await desk.browser.send_form(f"{answer}/refuse", {"reason": ""})
    assert empty.status_code == 422
    said = await desk.browser.send_form(f"{answer}/refuse", {"reason": "Только для дилеров"})
    assert said.status_code == 303
    assert "Только для дилеров" in (await buyer.get(address)).text
    assert (await desk.browser.send_form(f"{answer}/accept")).status_code == 404

    await buyer.send_form(f"{address}/ask")
    request = (await shop.sql("select uuid from fondaco.assortment_request where state = 'open'"))[
        0
    ][0]
    accepted = await desk.browser.send_form(
        f"{desk.customer}/assortments/requests/{request}/accept"
    )
    assert accepted.status_code == 303
    assert "Запросить доступ" not in (await buyer.get(address)).text
    assert (await buyer.send_form("/cart/articles", {"article": "A-2"})).status_code == 303
    assert "A-2" in (await desk.browser.get(f"{desk.customer}/assortments")).text
    drop = f"{desk.customer}/assortments/products/{address.rsplit('/', 1)[1]}/drop"
    restore = drop.replace("/drop", "/restore")
    assert (await desk.browser.send_form(restore)).status_code == 404
    dropped = await desk.browser.send_form(drop)
    assert "Запросить доступ" in (await buyer.get(address)).text
    page = (await desk.browser.get(dropped.headers["location"])).text
    assert "Доступ к товару отозван" in page and f'action="{restore}"' in page
    assert (await desk.browser.send_form(restore)).status_code == 303
    assert "Запросить доступ" not in (await buyer.get(address)).text
    assert (await desk.browser.send_form(drop.replace(*other(address)))).status_code == 404
    actions = await shop.sql("select action from fondaco.audit_entry where action like '%grant%'")
    assert [row.action for row in actions] == ["assortment.grant_drop", "assortment.grant_restore"]


def other(address: str) -> tuple[str, str]:
    """The product of an address, and one that does not exist."""
    return address.rsplit("/", 1)[1], str(uuid4())


async def test_an_outlet_narrows_its_company_also_at_the_checkout(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    await shop.fill(1, 1)
    form = await buyer.checkout_form()
    narrow = await desk.make("Киоск", *only("A-1"))
    await desk.give(narrow, "hidden", str(shop.company.outlet))
    assert "A-2" in (await buyer.get("/search?q=болт")).text
    placed = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert placed.status_code == 422, placed.text
    assert "ассортименте этого адреса" in placed.text
    assert not await shop.sql("select 1 from fondaco.customer_order")
    chosen = await buyer.send_form("/acting", {"outlet": str(shop.company.outlet)})
    assert chosen.status_code in (200, 303), chosen.text
    assert "A-2" not in (await buyer.get("/search?q=болт")).text


async def test_what_counts_for_everybody_gives_way_to_what_is_the_customers_own(
    shop: Any, desk: Desk, buyer: Any, stranger: Any
) -> None:
    common = await desk.make("Для всех", *only("A-1"))
    assert (
        await desk.browser.send_form(f"{common}/everybody", {"effect": "hidden"})
    ).status_code == 303
    await desk.give(await desk.make("Болты", *only("A-2")), "hidden")
    hidden = await product(shop, "A-2")
    assert (await buyer.get(hidden)).status_code == 200
    assert (await stranger.get(hidden)).status_code == 404
    assert (await desk.browser.send_form(f"{common}/everybody", {"effect": ""})).status_code == 303
    assert (await stranger.get(hidden)).status_code == 200


async def test_a_new_product_is_hidden_until_assortments_have_seen_it(
    shop: Any, desk: Desk, buyer: Any
) -> None:
    await desk.give(
        await desk.make("Все, кроме A-1", {"way": "exclude", "article": "A-1"}), "hidden"
    )
    await shop.sql(
        "insert into fondaco.product (uuid, sku, name, brand, unit_code)"
        " values (gen_random_uuid(), 'N-1', 'Новинка', 'НОВЫЙ', '796')"
    )
    new = await product(shop, "N-1")
    assert (await buyer.get(new)).status_code == 404
    await desk.make("Ещё один")
    assert (await buyer.get(new)).status_code == 200


async def test_statements_do_not_depend_on_how_much_there_is(
    shop: Any, desk: Desk, sql_budget: Any
) -> None:
    """Assortments, their rules and customers, requests, grants: of each 1, then 50."""
    home = await desk.make("Болты", *only("A-1"))
    await desk.give(home, "hidden")
    pages = (HOME, home, f"{desk.customer}/assortments")
    counted = {}
    for number in (1, 50):
        await shop.sql(
            "insert into fondaco.product (uuid, sku, name, unit_code, category_id, vat)"
            " select gen_random_uuid(), 'G-' || n, 'Болт ' || n, unit_code, category_id, vat"
            " from fondaco.product, generate_series(cast(:first as int), :last) n"
            " where sku = 'A-1'",
            first=1 if number == 1 else 2,
            last=number,
        )
        await shop.sql(FILL, company=shop.company.customer.company_id, assortment="Болты")
        for page in pages:
            await desk.browser.get(page)
        for page in pages:
            with sql_budget() as count:
                answer = await desk.browser.get(page)
            assert f"G-{number}" in answer.text or page == HOME, page
            counted[page, number] = count.number
    assert len(await shop.sql("select 1 from fondaco.assortment_grant")) == 50
    for page in pages:
        assert counted[page, 1] == counted[page, 50], counted


# For every product that begins so: a rule, an assortment of its name with an outlet it counts for,
# a grant, and a request.
FILL = """
    with goods as (
        select p.id, p.sku from fondaco.product p where p.sku like 'G-%' and not exists (
            select 1 from fondaco.assortment_grant g where g.product_id = p.id)
    ), rules as (
        insert into fondaco.assortment_rule (uuid, assortment_id, excludes, product_id)
        select gen_random_uuid(), a.id, false, goods.id
          from goods, fondaco.assortment a where a.name = :assortment
    ), grants as (
        insert into fondaco.assortment_grant (company_id, product_id)
        select :company, id from goods
    ), requests as (
        insert into fondaco.assortment_request (uuid, company_id, product_id, user_id)
        select gen_random_uuid(), :company, goods.id, u.id
          from goods, fondaco.user_account u where u.company_id = :company
    ), more as (
        insert into fondaco.assortment (uuid, name)
        select gen_random_uuid(), sku from goods returning id
    )
    insert into fondaco.assortment_binding (uuid, assortment_id, company_id, effect)
    select gen_random_uuid(), id, :company, 'not_orderable' from more
"""
