"""The JSON API through the front door: tokens, problems, the main job, another company's ids."""

from decimal import Decimal
from uuid import uuid4

from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler


async def _shop(hall: Hall, wholesaler: Wholesaler) -> tuple[CompanyFixture, dict[str, str]]:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(3, price_list=prices, place=place, on_hand=Decimal(50))
    company = await wholesaler.company("Ромашка", seller, [prices])
    return company, await _token(hall, company)


async def _token(hall: Hall, company: CompanyFixture) -> dict[str, str]:
    async with company.ask(hall).act() as act:
        return {"Authorization": f"Bearer {await make_token(act, 'test')}"}


async def test_without_a_token_nothing_is_told(client: Client) -> None:
    answer = await client.get("/api/v1/cart")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"] == "urn:fondaco:http.401"


async def test_the_main_job_over_the_api(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    company, token = await _shop(hall, wholesaler)
    cart = await client.post(
        "/api/v1/cart/lines",
        headers=token,
        json={"lines": [{"article": "a-1", "quantity": "3"}, {"article": "A2", "quantity": 2}]},
    )
    assert cart.status_code == 201, cart.text
    body = cart.json()
    assert (body["total"], body["currency"]) == ("500.00", "RUB")
    assert body["lines"][0]["parts"][0]["place"] == "Москва"
    order = {
        "shown": body["fingerprint"],
        "delivery": "address",
        "outlet": str(company.outlet),
        "comment": "по API",
    }
    key = {"Idempotency-Key": uuid4().hex}
    first = await client.post("/api/v1/orders", headers={**token, **key}, json=order)
    again = await client.post("/api/v1/orders", headers={**token, **key}, json=order)
    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    other = await client.post(
        "/api/v1/orders", headers={**token, **key}, json={**order, "comment": "иначе"}
    )
    assert other.status_code == 422
    uuid = first.json()["id"]
    detail = (await client.get(f"/api/v1/orders/{uuid}", headers=token)).json()
    assert detail["order"]["total"] == "500.00"
    assert [line["sku"] for line in detail["lines"]] == ["A-1", "A-2"]
    cancelled = await client.post(f"/api/v1/orders/{uuid}/cancel", headers=token)
    assert cancelled.json()["state"] == "cancelled"


async def test_wrong_lines_are_named_and_nothing_goes_in(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    _, token = await _shop(hall, wholesaler)
    answer = await client.post(
        "/api/v1/cart/lines",
        headers=token,
        json={"lines": [{"article": "A-1", "quantity": 1}, {"article": "НЕТ", "quantity": 1}]},
    )
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["lines[1]"]
    assert (await client.get("/api/v1/cart", headers=token)).json()["lines"] == []
    for wrong in (-1, 0, "many", "1e18", "NaN", "0.0001"):
        refused = await client.post(
            "/api/v1/cart/lines",
            headers=token,
            json={"lines": [{"article": "A-1", "quantity": wrong}]},
        )
        assert refused.status_code == 422, (wrong, refused.text)


async def test_what_is_off_sale_does_not_go_in_and_says_so(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    _, token = await _shop(hall, wholesaler)
    async with hall.database.transaction() as connection:
        off_sale = await connection.execute(
            text("update fondaco.product set active = false where sku = 'A-1' returning uuid")
        )
        uuid = str(off_sale.scalar_one())
    answer = await client.post(
        "/api/v1/cart/lines",
        headers=token,
        json={
            "lines": [
                {"article": "A-1", "quantity": 1},
                {"product": uuid, "quantity": 1},
                {"article": "A-2", "quantity": 1},
            ]
        },
    )
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert list(errors) == ["lines[0]", "lines[1]"]
    assert "снят с продажи" in errors["lines[0]"]
    assert (await client.get("/api/v1/cart", headers=token)).json()["lines"] == []


async def test_another_companys_order_is_absent(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    company, token = await _shop(hall, wholesaler)
    stranger = await wholesaler.company(
        "Василёк", company.customer.seller_id, company.customer.price_lists
    )
    await client.post(
        "/api/v1/cart/lines",
        headers=token,
        json={"lines": [{"article": "A-1", "quantity": 1}]},
    )
    cart = (await client.get("/api/v1/cart", headers=token)).json()
    placed = await client.post(
        "/api/v1/orders",
        headers={**token, "Idempotency-Key": uuid4().hex},
        json={"shown": cart["fingerprint"], "delivery": "address", "outlet": str(company.outlet)},
    )
    foreign = await _token(hall, stranger)
    uuid = placed.json()["id"]
    hidden = await client.get(f"/api/v1/orders/{uuid}", headers=foreign)
    absent = await client.get(f"/api/v1/orders/{uuid4()}", headers=foreign)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["title"] == absent.json()["title"]
    assert (await client.get("/api/v1/orders", headers=foreign)).json()["items"] == []
    assert (await client.post(f"/api/v1/orders/{uuid}/cancel", headers=foreign)).status_code == 404


async def test_the_schema_describes_every_route(client: Client) -> None:
    schema = (await client.get("/api/schema/openapi.json")).json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) >= {"/api/v1/cart", "/api/v1/orders", "/api/v1/orders/{uuid}"}
