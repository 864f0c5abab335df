"""Lists over the JSON API."""

import asyncio
import hashlib
from typing import Any

API = "/api/v1/lists"


async def _api(
    shop: Any, browser: Any, method: str, path: str, body: Any = None, key: str = "key-of-a-list"
) -> Any:
    token = f"token-{shop.company.user_id}"
    await shop.sql(
        "insert into fondaco.api_token (uuid, user_id, token_hash)"
        " values (gen_random_uuid(), :user, :hash) on conflict (token_hash) do nothing",
        user=shop.company.user_id,
        hash=hashlib.sha256(token.encode()).digest(),
    )
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return await browser.request(method, path, json=body, headers=headers)


async def test_a_list_lives_over_the_api(shop: Any, buyer: Any) -> None:
    made = await _api(shop, buyer, "POST", API, {"name": "ТО-1", "sharing": "see"})
    assert made.status_code == 201, made.text
    home = f"{API}/{made.json()['id']}"
    lines = {"lines": [{"article": "A-1", "quantity": "3"}, {"article": "A-2", "quantity": 2}]}
    for _ in range(2):
        added = await _api(shop, buyer, "POST", f"{home}/lines", lines)
        assert added.status_code == 201, added.text
    read = (await _api(shop, buyer, "GET", home)).json()
    assert [(line["sku"], line["quantity"]) for line in read["lines"]] == [
        ("A-1", "3.000"),
        ("A-2", "2.000"),
    ]
    assert read["total"] == "500.00" and read["head"]["sharing"] == "see"
    await shop.set_stock(2, 0)
    put = (await _api(shop, buyer, "POST", f"{home}/cart")).json()
    assert put["added"] == 1 and put["left_out"] == [read["lines"][1]["id"]]
    assert put["cart"]["lines"][0]["source"] == "list"
    gone = await _api(shop, buyer, "DELETE", f"{home}/lines/{read['lines'][0]['id']}")
    assert gone.status_code == 204
    nothing = await _api(shop, buyer, "POST", f"{home}/cart")
    assert nothing.status_code == 409 and nothing.json()["type"].startswith("urn:fondaco:lists.")
    renamed = await _api(shop, buyer, "PUT", home, {"name": "ТО-2"})
    assert renamed.json()["name"] == "ТО-2" and renamed.json()["sharing"] == "own"
    assert [one["name"] for one in (await _api(shop, buyer, "GET", API)).json()] == ["ТО-2"]
    assert (await _api(shop, buyer, "DELETE", home)).status_code == 204
    assert (await _api(shop, buyer, "GET", home)).status_code == 404


async def test_wrong_lines_are_named_and_nothing_goes_in(shop: Any, buyer: Any) -> None:
    made = await _api(shop, buyer, "POST", API, {"name": "Список"})
    home = f"{API}/{made.json()['id']}"
    body = {"lines": [{"article": "A-1", "quantity": 1}, {"article": "NO", "quantity": 1}]}
    wrong = await _api(shop, buyer, "POST", f"{home}/lines", body)
    assert wrong.status_code == 422 and list(wrong.json()["errors"]) == ["lines[1]"]
    assert (await _api(shop, buyer, "GET", home)).json()["lines"] == []


async def test_one_key_is_one_list(shop: Any, buyer: Any) -> None:
    body = {"name": "ТО-1", "sharing": "see"}
    first, *again = await asyncio.gather(
        *(_api(shop, buyer, "POST", API, body, "key-of-mine") for _ in range(4))
    )
    assert [one.status_code for one in (first, *again)] == [201] * 4
    assert {one.json()["id"] for one in again} == {first.json()["id"]}
    other = await _api(shop, buyer, "POST", API, {"name": "ТО-2"}, "key-of-mine")
    assert other.status_code == 422 and other.json()["type"] == "urn:fondaco:idempotency.reused"
    second = await _api(shop, buyer, "POST", API, body, "another-key")
    assert second.json()["id"] != first.json()["id"]
    assert len((await _api(shop, buyer, "GET", API)).json()) == 2
    assert (await _api(shop, buyer, "POST", API, body, "short")).status_code == 422
    assert (await _api(shop, buyer, "DELETE", f"{API}/{first.json()['id']}")).status_code == 204
    gone = await _api(shop, buyer, "POST", API, body, "key-of-mine")
    assert gone.status_code == 409
