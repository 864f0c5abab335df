"""Merging a client without a tax id: nothing is lost, nothing half moved, and no way back."""

import json
from typing import Any

import pytest_asyncio

from fondaco.customers.mergeable import Side, why_not
from fondaco.schema import metadata
from fondaco.staff.merging import MOVED, MOVED_APART, STAYING

COUNTED = ("user_account", "outlet", "legal_entity", "customer_order", "document", "article_list",
           "reservation", "registration", "agreement", "order_line", "shipment")  # fmt: skip


@pytest_asyncio.fixture
async def manager(shop: Any) -> Any:
    """The browser of a manager."""
    return await shop.browser(await shop.wholesaler.staff("manager"))


async def _card(shop: Any, company: Any) -> str:
    rows = await shop.sql(
        "select uuid from fondaco.company where id = :id", id=company.customer.company_id
    )
    return f"/staff/customers/{rows[0][0]}"


async def _without_tax_id(shop: Any, company: Any) -> None:
    await shop.sql(
        "update fondaco.legal_entity set tax_id = '', kpp = '' where company_id = :id",
        id=company.customer.company_id,
    )


def test_every_table_of_a_company_has_its_place_in_a_merge() -> None:
    belonging = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "fondaco.company.id"
    }
    assert belonging == {*MOVED, *MOVED_APART, *STAYING}


def test_who_may_be_merged() -> None:
    def side(id_: int, *tax_ids: str, state: str = "active", sellers: str = "A") -> Side:
        return Side(id_, state, False, tax_ids, frozenset(sellers), 1)

    def code(client: Side, into: Side) -> str:
        refusal = why_not(client, into)
        return refusal.code if refusal else ""

    assert code(side(1), side(2, "77")) == ""
    assert code(side(1), side(2)) == ""
    assert code(side(1), side(1)) == "merge.same"
    assert code(side(1, "78"), side(2, "77")) == "merge.tax_ids"
    assert code(side(1, "78"), side(2)) == "merge.other_way"
    assert code(side(1, state="applied"), side(2)) == "merge.state"
    assert code(side(1), side(2, state="closed")) == "merge.state"
    assert code(side(1, sellers="AB"), side(2, sellers="A")) == "merge.sellers"
    assert code(side(1, sellers="A"), side(2, sellers="AB")) == ""


async def test_everything_moves_and_is_still_there(
    shop: Any, buyer: Any, stranger: Any, manager: Any
) -> None:
    client, into = shop.stranger, shop.company
    await _without_tax_id(shop, client)
    card, other = await _card(shop, client), await _card(shop, into)

    # An order, a full cart, and a cart of the manager on both sides.
    await shop.fill(3, company=client)
    form = await stranger.checkout_form()
    placed = await stranger.send_form(
        "/checkout", {**form, **shop.choices(to=f"outlet:{client.outlet}")}
    )
    order = placed.headers["location"].partition("?")[0]
    await shop.fill(1, 2, company=client)
    for home, quantity in ((card, "4"), (other, "5")):
        await manager.send_form(f"{home}/act")
        await manager.send_form("/cart/articles", {"article": "A-1", "quantity": quantity})
        await manager.send_form("/behalf/end")

    for company, email in ((client, "x@x.test"), (client, "y@x.test"), (into, "X@x.test")):
        await shop.sql(
            "insert into fondaco.invitation (uuid, company_id, email, invited_by)"
            " values (gen_random_uuid(), :company, :email, :by)",
            company=company.customer.company_id,
            email=email,
            by=company.user_id,
        )

    async def world() -> dict[str, Any]:
        counts = {
            name: (await shop.sql(f"select count(*) from fondaco.{name}"))[0][0] for name in COUNTED
        }
        lines = await shop.sql(
            "select c.user_id, l.product_id, sum(l.quantity) from fondaco.cart_line l"
            " join fondaco.cart c on c.id = l.cart_id group by 1, 2 order by 1, 2"
        )
        sums = await shop.sql("select sum(total), count(*) from fondaco.customer_order")
        return {**counts, "lines": [tuple(r) for r in lines], "sums": [tuple(r) for r in sums]}

    before = await world()
    uuid = other.rpartition("/")[2]
    assert "Ромашка" in (await manager.get(f"{card}/merge?q=ромаш")).text
    page = manager.words((await manager.get(f"{card}/merge/{uuid}")).text)
    assert "Отменить объединение нельзя" in page
    assert "Заказы 1" in page
    assert "Строки корзин 3" in page
    assert await world() == before
    merged = await manager.send_form(f"{card}/merge/{uuid}")
    assert merged.headers["location"] == other, merged.text
    assert await world() == before

    for name in MOVED:
        left = await shop.sql(
            f"select count(*) from fondaco.{name} where company_id = :id",
            id=client.customer.company_id,
        )
        assert left == [(0,)], name
    invited = await shop.sql("select company_id, email from fondaco.invitation order by email")
    company = into.customer.company_id
    assert {tuple(row) for row in invited} == {(company, "X@x.test"), (company, "y@x.test")}
    assert (await stranger.get(order)).status_code == 200
    assert (await buyer.get(order)).status_code == 200
    assert (await stranger.get("/cart")).text.count('id="line-') == 2
    assert "ООО «Ромашка»" in (await stranger.get("/cart")).text
    assert await shop.sql(
        "select state, merged_into from fondaco.company where id = :id",
        id=client.customer.company_id,
    ) == [("closed", into.customer.company_id)]
    assert "объединён с другим" in (await manager.get(card)).text
    assert "Присоединён другой клиент" in (await manager.get(other)).text
    for again in (f"{card}/merge/{uuid}", f"{other}/merge/{card.rpartition('/')[2]}"):
        assert (await manager.send_form(again)).status_code == 409
    events = await shop.sql("select payload from fondaco.outbox where type = 'companies.merged.v1'")
    told = events[0][0] if isinstance(events[0][0], dict) else json.loads(events[0][0])
    assert told["company_id"] == client.customer.company_id
    assert told["into_company_id"] == into.customer.company_id
    assert told["legal_entity_ids"] == [client.customer.legal_entity_id]


async def test_a_refused_merge_moves_nothing(shop: Any, manager: Any) -> None:
    card, other = await _card(shop, shop.stranger), await _card(shop, shop.company)
    path = f"{card}/merge/{other.rpartition('/')[2]}"
    page = await manager.get(path)
    assert page.status_code == 409
    assert "У обоих есть ИНН" in page.text
    assert (await manager.send_form(path)).status_code == 409
    await manager.get("/locale/en?next=/")
    assert "Both have a tax id" in (await manager.get(path)).text
    assert await shop.sql("select count(*) from fondaco.company where state = 'active'") == [(2,)]


async def test_what_was_agreed_moves_and_gives_way_to_what_the_other_has(
    shop: Any, buyer: Any, manager: Any
) -> None:
    client, into = shop.stranger, shop.company
    await _without_tax_id(shop, client)
    card, other = await _card(shop, client), await _card(shop, into)
    for company, product, price in (
        (client, shop.products[0], 81),
        (client, shop.products[1], 82),
        (into, shop.products[0], 91),
    ):
        await shop.sql(
            "insert into fondaco.individual_price"
            " (uuid, company_id, product_id, price, valid_from)"
            " values (gen_random_uuid(), :company, :product, :price, '2026-01-01')",
            company=company.customer.company_id,
            product=product,
            price=price,
        )
    for company, brand, percent in ((client, "", 3), (client, "КРЕПЁЖ", 5), (into, "", -4)):
        await shop.sql(
            "insert into fondaco.discount_rule (uuid, company_id, brand, percent, valid_from)"
            " values (gen_random_uuid(), :company, :brand, :percent, '2026-01-01')",
            company=company.customer.company_id,
            brand=brand,
            percent=percent,
        )
    for company, price in ((client, 71), (into, 72)):
        await shop.sql(
            "insert into fondaco.manual_price (uuid, company_id, product_id, price, currency,"
            " reason, user_id, valid_to) values (gen_random_uuid(), :company, :product, :price,"
            " 'RUB', 'обещали', :user, '2099-01-01')",
            company=company.customer.company_id,
            product=shop.products[2],
            price=price,
            user=company.user_id,
        )

    path = f"{card}/merge/{other.rpartition('/')[2]}"
    page = manager.words((await manager.get(path)).text)
    assert "Цены и скидки клиента 5" in page
    assert "A-1: 81,00 ₽ уступит место 91,00 ₽" in page
    assert "любые: −3 % уступит место +4 %" in page
    assert "A-3: 71,00 ₽ уступит место 72,00 ₽" in page
    assert "A-2" not in page
    assert (await manager.send_form(path)).status_code == 303
    await shop.fill(1, 1, 1, 1)
    cart = buyer.words((await buyer.get("/cart")).text)
    for price in ("91,00 ₽", "82,00 ₽", "72,00 ₽", "95,00 ₽"):
        assert price in cart
    audit = await shop.sql("select after from fondaco.audit_entry where action = 'customer.merge'")
    assert len(audit[0][0]["clashes"]) == 3


async def test_a_client_with_a_tax_id_is_not_offered_to_be_merged(shop: Any, manager: Any) -> None:
    card = await _card(shop, shop.stranger)
    assert f'href="{card}/merge"' not in (await manager.get(card)).text
    await _without_tax_id(shop, shop.stranger)
    assert f'href="{card}/merge"' in (await manager.get(card)).text
