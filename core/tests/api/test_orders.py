"""Orders over the JSON API: a cart that has changed, line by line, and what the ERP tells of."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest_asyncio

from fondaco.hooks.hall import Hall
from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler

Headers = dict[str, str]


async def _token(hall: Hall, company: CompanyFixture) -> Headers:
    async with company.ask(hall).act() as act:
        return {"Authorization": f"Bearer {await make_token(act, 'test')}"}


@pytest_asyncio.fixture
async def token(shop: Any, hall: Hall) -> Headers:
    """Of the shop's buyer."""
    return await _token(hall, shop.company)


async def _cart(client: Client, token: Headers) -> Any:
    return (await client.get("/api/v1/cart", headers=token)).json()


async def _order(client: Client, token: Headers, key: str, body: Mapping[str, Any]) -> Any:
    headers = {**token, "Idempotency-Key": key}
    return await client.post("/api/v1/orders", headers=headers, json=dict(body))


async def test_a_changed_cart_is_told_line_by_line_and_accepted_line_by_line(
    shop: Any, client: Client, token: Headers
) -> None:
    await shop.fill(1, 2, 3)
    cart = await _cart(client, token)
    one, two, three = (line["id"] for line in cart["lines"])
    where = {"delivery": "address", "outlet": str(shop.company.outlet)}
    sent = {**where, "shown": cart["fingerprint"], "lines": cart["lines"]}
    await shop.set_price(1, 130)
    await shop.set_stock(2, 1)
    await client.delete(f"/api/v1/cart/lines/{three}", headers=token)

    key = uuid4().hex
    refused = await _order(client, token, key, sent)
    assert refused.status_code == 409, refused.text
    problem = refused.json()
    assert problem["type"] == "urn:fondaco:checkout.changed"
    assert refused.headers["content-type"].startswith("application/problem+json")
    told = {(d["line"], d["kind"]): (d["was"], d["now"]) for d in problem["differences"]}
    assert next(iter(told)) == (one, "price")
    assert [float(x) for x in told[one, "price"]] == [100, 130]
    assert [float(x) for x in told[two, "available"]] == [2, 1]
    assert told[two, "promised"][0] is not None
    assert told[two, "promised"][1] is None
    assert [*told][-1] == (three, "removed")
    assert float(told[three, "removed"][0]) == 3
    assert told[three, "removed"][1] is None
    assert not await shop.sql("select 1 from fondaco.customer_order")

    # The dearer line is accepted as it is; the one that fell short is not.
    now = await client.post(f"/api/v1/cart/lines/{two}", headers=token, json={"quantity": "1"})
    assert now.json()["total"] == "230.00"
    accepted = {**sent, "shown": now.json()["fingerprint"], "lines": now.json()["lines"]}
    placed = await _order(client, token, key, accepted)
    assert placed.status_code == 201, placed.text
    assert await shop.sql("select total from fondaco.customer_order") == [(230,)]
    # What it was compared with is no part of the order: the key still stands for it.
    again = await _order(client, token, key, {**accepted, "lines": []})
    assert again.json() == placed.json()


async def test_everything_is_accepted_by_the_fingerprint_of_the_answer(
    shop: Any, client: Client, token: Headers
) -> None:
    await shop.fill(2)
    cart = await _cart(client, token)
    order = {"shown": cart["fingerprint"], "delivery": "address"}
    order["outlet"] = str(shop.company.outlet)
    await shop.set_price(1, 90)
    refused = (await _order(client, token, uuid4().hex, order)).json()
    assert refused["differences"] == []
    assert (refused["total"], refused["currency"]) == ("180.00", "RUB")
    placed = await _order(client, token, uuid4().hex, {**order, "shown": refused["fingerprint"]})
    assert placed.status_code == 201, placed.text


async def test_lines_that_are_none_are_refused(shop: Any, client: Client, token: Headers) -> None:
    await shop.fill(2)
    cart = await _cart(client, token)
    order = {"shown": cart["fingerprint"], "delivery": "pickup", "lines": [{"id": "x"}]}
    assert (await _order(client, token, uuid4().hex, order)).status_code in (400, 422)
    order["lines"] = [{**cart["lines"][0], "unit_price": "dear"}]
    assert (await _order(client, token, uuid4().hex, order)).status_code in (400, 422)


async def test_the_schema_describes_the_differences(client: Client) -> None:
    schema = (await client.get("/api/schema/openapi.json")).json()
    conflict = schema["paths"]["/api/v1/orders"]["post"]["responses"]["409"]
    problem = conflict["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
    assert {"differences", "fingerprint", "errors"} <= set(
        schema["components"]["schemas"][problem]["properties"]
    )
    earlier = schema["paths"]["/api/v1/orders/earlier"]["get"]
    assert earlier["summary"] == "Earlier orders, as the ERP tells them, newest first"
    assert {one["name"] for one in earlier["parameters"]} == {"cursor", "number"}


class TestEarlier:
    """A company with 203 orders of the ERP, the newest with a line; another with one."""

    @pytest_asyncio.fixture(autouse=True)
    async def orders(self, shop: Any, token: Headers) -> None:
        """Two of them on the same instant, on either side of a page's end."""
        await shop.sql(
            """
            insert into fondaco.earlier_order (uuid, external_id, company_id, legal_entity_id,
                   number, state, currency, total, vat_total, comment, placed_at)
            select gen_random_uuid(), 'Z' || n, e.company_id, e.id, 'УТ-' || lpad(n::text, 4, '0'),
                   'completed', 'RUB', n, 0, 'позвонить',
                   timestamptz '2026-01-01' + make_interval(hours => n + (n = 103)::int)
              from generate_series(1, 203) n, fondaco.legal_entity e
             where e.company_id = :company
            """,
            company=shop.company.customer.company_id,
        )
        await shop.sql(
            """
            insert into fondaco.earlier_order_line (earlier_order_id, position, product_external_id,
                   sku, sku_key, name, unit, quantity, unit_price, total, vat_amount)
            select o.id, 1, '', 'СТ-9', 'CT9', 'Старый насос', 'шт', 2, 50, 100, 18.03
              from fondaco.earlier_order o where o.external_id = 'Z203'
            """
        )

    async def test_pages_hold_every_order_once_newest_first(
        self, client: Client, token: Headers
    ) -> None:
        numbers, cursor, pages = [], "", 0
        while cursor is not None:
            answer = await client.get(f"/api/v1/orders/earlier?cursor={cursor}", headers=token)
            body = answer.json()
            numbers += [one["number"] for one in body["items"]]
            cursor, pages = body["next"], pages + 1
        assert pages == 3
        assert len(numbers) == len(set(numbers)) == 203
        assert (numbers[0], numbers[-1]) == ("УТ-0203", "УТ-0001")
        found = await client.get("/api/v1/orders/earlier?number=0117", headers=token)
        assert [one["number"] for one in found.json()["items"]] == ["УТ-0117"]
        strange = await client.get("/api/v1/orders/earlier?cursor=abc", headers=token)
        assert strange.status_code == 422

    async def test_one_is_read_whole(self, client: Client, token: Headers) -> None:
        newest = (await client.get("/api/v1/orders/earlier", headers=token)).json()["items"][0]
        whole = (await client.get(f"/api/v1/orders/earlier/{newest['id']}", headers=token)).json()
        assert whole["order"] == newest
        assert newest["state"] == "completed"
        assert whole["comment"] == "позвонить"
        (line,) = whole["lines"]
        assert (line["product"], line["sku"], line["name"]) == (None, "СТ-9", "Старый насос")
        assert (line["total"], line["vat_amount"]) == ("100.00", "18.03")

    async def test_another_companys_are_absent(
        self, shop: Any, hall: Hall, wholesaler: Wholesaler, client: Client, token: Headers
    ) -> None:
        newest = (await client.get("/api/v1/orders/earlier", headers=token)).json()["items"][0]
        customer = shop.company.customer
        stranger = await wholesaler.company("Василёк", customer.seller_id, customer.price_lists)
        foreign = await _token(hall, stranger)
        hidden = await client.get(f"/api/v1/orders/earlier/{newest['id']}", headers=foreign)
        absent = await client.get(f"/api/v1/orders/earlier/{uuid4()}", headers=foreign)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.json()["title"] == absent.json()["title"]
        assert (await client.get("/api/v1/orders/earlier", headers=foreign)).json()["items"] == []

    async def test_statements_do_not_depend_on_the_number_of_orders(
        self, shop: Any, client: Client, token: Headers, sql_budget: Any
    ) -> None:
        with sql_budget() as many:
            await client.get("/api/v1/orders/earlier", headers=token)
        await shop.sql("delete from fondaco.earlier_order where number <> 'УТ-0001'")
        with sql_budget() as one:
            await client.get("/api/v1/orders/earlier", headers=token)
        assert many.number == one.number
