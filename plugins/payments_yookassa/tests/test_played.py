"""The played bank speaks the contract that the plugin reads, and says what it is."""

import base64
import re
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from fondaco_payments_yookassa import contract
from fondaco_payments_yookassa.manifest import plugin
from fondaco_payments_yookassa.played import command
from fondaco_payments_yookassa.played.bank import Bank
from fondaco_payments_yookassa.settings import YooKassa
from fondaco_sdk.providers.payment import ChargeState

D = Decimal
LOGIN = "Basic " + base64.b64encode(f"{command.SHOP}:{command.KEY}".encode()).decode()
BACK = "http://127.0.0.1:1/orders/1/payments/2/back"


class Till:
    """A client of the played bank, as the plugin calls it."""

    def __init__(self, url: str) -> None:
        self.web = httpx.Client(base_url=url, trust_env=False)

    def post(self, kind: str, key: str, **body: object) -> httpx.Response:
        """Begin something under a key."""
        headers = {"authorization": LOGIN, "idempotence-key": key}
        return self.web.post(f"/v3/{kind}", json=body, headers=headers)

    def start(self, key: str, value: str = "100.50") -> httpx.Response:
        """A payment."""
        return self.post(
            "payments",
            key,
            amount={"value": value, "currency": "RUB"},
            description="Заказ <26-000001>",
            confirmation={"type": "redirect", "return_url": BACK},
            metadata={"charge": key},
        )

    def read(self, id: str) -> bytes:
        """A payment as it stands."""
        found = self.web.get(f"/v3/payments/{id}", headers={"authorization": LOGIN})
        assert found.status_code == 200
        return found.content


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    """The bank at work on a free port."""
    server = command.ThreadingHTTPServer(("127.0.0.1", 0), command.handler_of(_bank(tmp_path, 0)))
    port = server.server_address[1]
    server.RequestHandlerClass = command.handler_of(_bank(tmp_path, port))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Till(f"http://127.0.0.1:{port}")
    server.shutdown()
    server.server_close()
    thread.join()


def _bank(folder: Path, port: int) -> Bank:
    return Bank(folder / "bank.db", f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("pressed", "state"),
    [("paid", ChargeState.PAID), ("declined", ChargeState.FAILED), ("", ChargeState.PENDING)],
)
def test_a_person_pays_declines_or_closes(till: Till, pressed: str, state: ChargeState) -> None:
    key = str(uuid4())
    first = contract.charge_read(till.start(key).content)
    assert (first.state, first.amount, first.key) == (ChargeState.PENDING, D("100.50"), key)
    # The same key is the same payment; with another sum it is a mistake.
    assert contract.charge_read(till.start(key).content).id == first.id
    assert till.start(key, "7.00").status_code == 400
    page = till.web.get(first.url)
    assert "Это учебный банк" in page.text and "This is a played bank" in page.text
    assert "Заказ &lt;26-000001&gt;" in page.text and "100,50" in page.text
    if pressed:
        went = till.web.post(first.url, data={"end": pressed})
        assert (went.status_code, went.headers["location"]) == (303, BACK)
        # What has ended stays so.
        till.web.post(first.url, data={"end": "declined" if pressed == "paid" else "paid"})
    assert re.search(r'href="[^"]*/back"', till.web.get(first.url).text)
    assert contract.charge_read(till.read(first.id)).state is state


def test_refunds_are_of_what_was_paid_and_strangers_are_sent_away(till: Till) -> None:
    payment = contract.charge_read(till.start("a").content)
    amount = {"value": "60.00", "currency": "RUB"}
    assert till.post("refunds", "r0", payment_id=payment.id, amount=amount).status_code == 400
    till.web.post(payment.url, data={"end": "paid"})
    refund = till.post("refunds", "r1", payment_id=payment.id, amount=amount)
    assert contract.refund_read(refund.content).state is ChargeState.PAID
    assert till.post("refunds", "r2", payment_id=payment.id, amount=amount).status_code == 400
    assert till.post("refunds", "r1", payment_id=payment.id, amount=amount).json() == refund.json()
    for header in ({}, {"authorization": "Basic eDp5"}):
        assert till.web.get(f"/v3/payments/{payment.id}", headers=header).status_code == 401
    assert till.web.get("/pay/nothing").status_code == 404


def test_the_demo_is_given_what_the_bank_takes() -> None:
    [one] = plugin.commands
    found = {name: value.replace("{port}", "8499") for name, value in one.demo_settings.items()}
    settings = YooKassa(**found)  # type: ignore[arg-type]
    assert (settings.shop_id, settings.secret_key) == (command.SHOP, command.KEY)
