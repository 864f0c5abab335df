"""S16: addresses that come from an acquirer, or from who plays one, lead to the web only."""

import sys
from pathlib import Path
from typing import Any

import pytest
from listening import Listener, listener

sys.path.insert(0, str(Path(__file__).parent.parent / "payments"))

from till import Till, back_path, pay_path, press, webhook
from till_fixtures import manifests, more_settings, settings, shop, stub

from fondaco.exchange.addresses import named_origins
from fondaco.orders.payments import charges
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD

__all__ = ("listener", "manifests", "more_settings", "settings", "shop", "stub")


PAGES = (
    "javascript:alert(document.cookie)",
    "data:text/html,<script>alert(1)</script>",
    "http://169.254.169.254/latest/meta-data/",
    "//evil.example/",
    "ftp://evil.example/",
    "https:///nowhere",
    "http://127.0.0.1:9/admin",
)


@pytest.mark.parametrize("page", PAGES)
async def test_a_buyer_is_sent_to_pages_of_the_web_only(
    shop: Till, client: Client, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    order = await shop.sold(1)
    await client.sign_in(shop.company.email, PASSWORD)
    real = shop.stub._start
    monkeypatch.setattr(shop.stub, "_start", lambda *said: _elsewhere(real(*said), page))
    answer = await client.send_form(pay_path(order), headers={"HX-Request": "true"})
    assert answer.headers.get("HX-Redirect") == f"/orders/{order.uuid}"
    plain = await client.send_form(pay_path(order))
    assert page not in plain.text and plain.headers.get("location") != page
    assert page not in [charge.url for charge in await shop.charges(order)]


async def test_control_without_the_rule_a_buyer_is_sent_into_our_network(
    shop: Till, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charges, "may_lead", lambda *_: True)
    order = await shop.sold(1)
    await client.sign_in(shop.company.email, PASSWORD)
    real = shop.stub._start
    page = PAGES[-1]
    monkeypatch.setattr(shop.stub, "_start", lambda *said: _elsewhere(real(*said), page))
    answer = await client.send_form(pay_path(order), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == page


async def test_an_id_of_a_webhook_leads_to_no_other_address(
    shop: Till, client: Client, listener: Listener
) -> None:
    here = f"127.0.0.1:{listener.port}"
    for name in (f"@{here}/", f"http://{here}/", f"//{here}", "../../me", "a/../../b", "a?b#c"):
        answer = await webhook(client, shop.stub.notification(name))
        assert answer.status_code in (200, 400), (name, answer.status_code)
    await shop.work()
    assert listener.calls == 0
    assert [call for call in shop.stub.calls if "/payments/" in call[1]] == []


async def test_the_way_back_is_the_site_itself(shop: Till, client: Client) -> None:
    order = await shop.sold(1)
    await client.sign_in(shop.company.email, PASSWORD)
    client.headers.update({"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    key = await press(client, order)
    assert shop.stub.back[key] == f"{shop.hall.settings.site.url}{back_path(order)}"


async def test_the_acquirer_of_the_settings_is_named(shop: Till) -> None:
    assert shop.stub.url.removesuffix("/v3") in named_origins(shop.hall)


def _elsewhere(started: tuple[int, dict[str, Any]], page: str) -> tuple[int, dict[str, Any]]:
    status, payment = started
    return status, {**payment, "confirmation": {"type": "redirect", "confirmation_url": page}}
