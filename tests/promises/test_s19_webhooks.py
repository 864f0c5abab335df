"""S19: what is sent to the webhook changes nothing by itself; the acquirer is asked.

The secret is in the address and is compared in constant time; two are live while one is changed.
Calls carry no signature and no stamp, so there is nothing else to check of a body: a forged one
names a charge, the acquirer is asked about it, and only its answer counts.
"""

import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent.parent / "payments"))

from till import BEFORE, SECRET, Till, press, till_settings, webhook
from till_fixtures import manifests, more_settings, shop, stub
from yookassa import YooKassaStub

from fondaco.orders.payments import webhooks as webhooks_module
from fondaco.settings import Settings
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD

__all__ = ("manifests", "more_settings", "shop", "stub")

STATE = (
    "select (select count(*) from fondaco.payment_entry),"
    " (select coalesce(sum(received), 0) from fondaco.payment),"
    " (select string_agg(state, ',' order by id) from fondaco.charge),"
    " (select string_agg(state, ',' order by id) from fondaco.customer_order)"
)


@pytest.fixture
def settings(tmp_path: Any, stub: YooKassaStub, more_settings: dict[str, Any]) -> Settings:
    base = Settings(data_dir=str(tmp_path / "data"), secret="test-secret")
    server = replace(base.server, trusted_proxies=("127.0.0.1",))
    return till_settings(replace(base, server=server), stub.url, **more_settings)


@pytest_asyncio.fixture
async def charge(shop: Till, client: Client) -> str:
    """A charge that the buyer has begun and not paid."""
    order = await shop.sold(3)
    await client.sign_in(shop.company.email, PASSWORD)
    return await press(client, order)


async def _state(shop: Till) -> tuple[Any, ...]:
    return tuple((await shop.rows(STATE))[0])


async def test_nothing_that_is_sent_changes_anything(
    shop: Till, client: Client, charge: str, stub: YooKassaStub
) -> None:
    before = await _state(shop)
    body = stub.notification(charge)
    wrong = [
        await webhook(client, body, secret)
        for secret in ("", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "é" * 20)
    ]
    assert {answer.status_code for answer in wrong} <= {404, 405}
    assert (await client.post(f"/payments/other/{SECRET}", content=body)).status_code == 404
    assert not await shop.work()

    cut = [await webhook(client, body[:n]) for n in (0, 1, len(body) // 2, len(body) - 1)]
    strange = [b"null", b"[]", b'"x"', b"{}", b"\xff\xfe", b'{"type":"notification"}']
    strange.append(body.replace(charge.encode(), b"../../refunds?x=1"))
    cut += [await webhook(client, one) for one in strange]
    assert {answer.status_code for answer in cut} == {400}
    huge = await webhook(client, b"x" * 70_000)
    assert huge.status_code == 413
    assert not await shop.work()

    for _ in range(100):
        assert (await webhook(client, body)).status_code == 200
    assert (await webhook(client, stub.notification(charge, "refund.succeeded"))).status_code == 200
    assert await shop.work() == 100
    assert await _state(shop) == before


async def test_a_charge_that_is_not_there_is_asked_about_once_and_forgotten(
    shop: Till, client: Client, charge: str, stub: YooKassaStub
) -> None:
    before = await _state(shop)
    for _ in range(100):
        await webhook(client, stub.notification("22e12f66-000f-5000-8000-18db351245c7"))
    assert await shop.work() == 1
    assert await _state(shop) == before
    assert not await shop.rows("select 1 from fondaco.stray_charge")


async def test_money_that_nobody_asked_for_is_listed_and_booked_nowhere(
    shop: Till, client: Client, charge: str, stub: YooKassaStub
) -> None:
    before = await _state(shop)
    other = stub.strange("300.00")
    for _ in range(3):
        await webhook(client, stub.notification(other))
        await shop.work()
    assert await _state(shop) == before
    found = await shop.rows("select external_id, amount from fondaco.stray_charge")
    assert [tuple(row) for row in found] == [(other, 300)]


async def test_after_it_is_paid_a_replay_asks_nobody(
    shop: Till, client: Client, charge: str, stub: YooKassaStub
) -> None:
    stub.pay(charge)
    await webhook(client, stub.notification(charge), BEFORE)
    assert await shop.work() == 1
    paid = await _state(shop)
    assert paid[0] == 1
    for _ in range(100):
        await webhook(client, stub.notification(charge))
    assert not await shop.work()
    assert await _state(shop) == paid


class TestNetworks:
    """Only from where the acquirer says that it calls."""

    @pytest.fixture
    def more_settings(self) -> dict[str, Any]:
        return {"networks": ["185.71.76.0/27", "2a02:5180:0:1509::/64"]}

    @pytest.mark.parametrize(
        ("claimed", "status"),
        [
            ("185.71.76.5", 200),
            ("2a02:5180:0:1509::7", 200),
            ("185.71.76.5, 10.0.0.9", 404),
            ("185.71.77.5", 404),
            ("", 404),
        ],
    )
    async def test_an_address_is_believed_of_a_proxy_only(
        self, shop: Till, client: Client, charge: str, claimed: str, status: int
    ) -> None:
        headers = {"x-forwarded-for": claimed} if claimed else {}
        answer = await webhook(client, shop.stub.notification(charge), headers=headers)
        assert answer.status_code == status


async def test_too_many_calls_are_sent_away(
    shop: Till, client: Client, charge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks_module, "WEBHOOKS", replace(webhooks_module.WEBHOOKS, most=5))
    body = shop.stub.notification(charge)
    answers = [(await webhook(client, body)).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2


async def test_without_asking_the_acquirer_a_forged_call_would_pay(
    shop: Till, client: Client, charge: str, stub: YooKassaStub
) -> None:
    """The body is believed: what it says is what the acquirer is made to answer."""
    before = await _state(shop)
    stub.read_hook = lambda payment: {**payment, "status": "succeeded"}
    await webhook(client, stub.notification(charge))
    await shop.work()
    assert await _state(shop) != before
