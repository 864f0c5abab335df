"""The promo code over the JSON API: used, refused with problem details, of one company only."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio
from promo_shop import Shop

from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import CompanyFixture
from fondaco_promotions.cart_code import TRIES_AN_HOUR

pytestmark = pytest.mark.plugins("promotions")

CODE = "/api/v1/cart/promo-code"


async def _token(shop: Shop, company: CompanyFixture, *roles: str) -> dict[str, str]:
    ask = company.ask(shop.hall, roles or ("buyer",))
    async with ask.act() as act:
        return {"Authorization": f"Bearer {await make_token(act, 'test')}"}


@pytest_asyncio.fixture
async def token(shop: Shop) -> dict[str, str]:
    return await _token(shop, shop.company)


async def _put(client: Client, token: dict[str, str], code: Any) -> httpx.Response:
    return await client.put(CODE, headers=token, json={"code": code})


async def test_a_code_is_used_looked_at_and_taken_out(
    shop: Shop, client: Client, token: dict[str, str]
) -> None:
    campaign = await shop.campaign(by_code=True, name_ru="Листопад", name_en="Leaves")
    await shop.code(campaign, "ОСЕНЬ-26")
    await shop.fill(2)
    answer = await _put(client, token, " oсень 26")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "code": "ОСЕНЬ-26",
        "promotion": "Листопад",
        "takes": "−10\u202f%",
        "effect": "applied",
        "missing": None,
        "why": "",
    }
    assert (await client.get("/api/v1/cart", headers=token)).json()["total"] == "180.00"
    assert (await client.get(CODE, headers=token)).json()["effect"] == "applied"
    for _ in range(2):
        gone = await client.delete(CODE, headers=token)
        assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get("/api/v1/cart", headers=token)).json()["total"] == "200.00"
    none = await client.get(CODE, headers=token)
    assert (none.status_code, none.json()["type"]) == (
        404,
        "urn:fondaco:promotions.no_code_in_cart",
    )


async def test_every_refusal_has_a_type_of_its_own_and_leaves_the_code_before(
    shop: Shop, client: Client, token: dict[str, str]
) -> None:
    now = shop.ask.now
    other = await shop.new_company("Василёк")
    shapes: dict[str, dict[str, Any]] = {
        "ENDED-1": {"ends_at": now - timedelta(hours=1)},
        "COMES-1": {"starts_at": now + timedelta(hours=1)},
        "OTHERS1": {"companies": (other.customer.company_id,)},
        "DEARER1": {"level": "order", "min_total": Decimal(500)},
        "USEDUP1": {"limit_total": 1},
    }
    for code, shape in shapes.items():
        await shop.code(await shop.campaign(by_code=True, **shape), code)
    await shop.hold("USEDUP1", other)
    await shop.order(1, company=other)
    await shop.code(await shop.campaign(by_code=True, percent=Decimal(1)), "GOOD-ONE")
    await shop.fill(2)
    assert (await _put(client, token, "good one")).status_code == 200
    for code, status, type_ in (
        ("nosuch", 422, "promotions.unknown"),
        ("=1+1", 422, "promotions.unknown"),
        ("--", 422, "promotions.empty"),
        ("others1", 422, "promotions.not_yours"),
        ("ended1", 409, "promotions.ended"),
        ("comes1", 409, "promotions.not_begun"),
        ("usedup1", 409, "promotions.used_up"),
        ("dearer1", 409, "promotions.below"),
    ):
        answer = await _put(client, token, code)
        assert answer.headers["content-type"].startswith("application/problem+json")
        body = answer.json()
        assert (answer.status_code, body["type"]) == (status, f"urn:fondaco:{type_}"), code
        assert body["title"] and body["instance"] == CODE
        assert ("code" in body.get("errors", {})) == (status == 422)
    assert (await client.get("/api/v1/cart", headers=token)).json()["total"] == "198.00"


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 7}, {"code": "A" * 65}, {"cod": "A"}])
async def test_a_body_that_is_none_is_refused(
    shop: Shop, client: Client, token: dict[str, str], body: dict[str, Any]
) -> None:
    answer = await client.put(CODE, headers=token, json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:fondaco:http.422")


async def test_codes_cannot_be_guessed_over_the_api_either(
    shop: Shop, client: Client, token: dict[str, str]
) -> None:
    await shop.code(await shop.campaign(by_code=True), "SECRET-7")
    for number in range(TRIES_AN_HOUR):
        assert (await _put(client, token, f"guess{number}")).status_code == 422
    answer = await _put(client, token, "SECRET-7")
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:fondaco:promotions.too_many")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_code_is_of_one_companys_cart_and_needs_a_token_that_may_use_it(
    shop: Shop, client: Client, token: dict[str, str]
) -> None:
    await shop.code(await shop.campaign(by_code=True), "SHARED-1")
    await shop.fill(1)
    assert (await _put(client, token, "shared1")).status_code == 200
    other = await _token(shop, await shop.new_company("Василёк"))
    assert (await client.get(CODE, headers=other)).status_code == 404
    assert (await client.delete(CODE, headers=other)).status_code == 204
    assert (await client.get(CODE, headers=token)).status_code == 200
    for method in ("GET", "PUT", "DELETE"):
        body = {"code": "A"} if method == "PUT" else None
        assert (await client.request(method, CODE, json=body)).status_code == 401
    await shop.run(
        "update fondaco.user_account set roles = '{accountant}' where id = :user",
        user=shop.company.user_id,
    )
    for method in ("GET", "PUT", "DELETE"):
        body = {"code": "A"} if method == "PUT" else None
        answer = await client.request(method, CODE, json=body, headers=token)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:fondaco:http.403")


async def test_openapi_describes_the_operations(shop: Shop, client: Client) -> None:
    schema = (await client.get("/api/schema/openapi.json")).json()
    path = schema["paths"][CODE]
    assert set(path) == {"get", "put", "delete"}
    put = path["put"]
    assert put["summary"] == "Use a promo code in the cart"
    assert "promotions.used_up" in put["description"]
    assert put["tags"] == ["promotions"]
    shape = put["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
    assert set(schema["components"]["schemas"][shape]["properties"]) == {"code"}
    assert {"200", "401", "403", "409", "422"} <= set(put["responses"])
    assert "204" in path["delete"]["responses"]
