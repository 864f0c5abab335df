"""What holds for every plugin, and what it says and reads; tests/payments has the rest."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

import fondaco_payments_yookassa
from fondaco.testing.plugin_checks import modules_of_manifest
from fondaco_payments_yookassa import contract
from fondaco_payments_yookassa.settings import NETWORKS, YooKassa
from fondaco_sdk.providers.payment import ChargeItem, ChargeState, ChargeWanted, Payer
from fondaco_sdk.testing.quality import quality_problems

D = Decimal
SETTINGS = YooKassa(shop_id="1", secret_key="k")
PAYMENT: dict[str, Any] = {
    "id": "22e12f66-000f-5000-8000-18db351245c7",
    "status": "succeeded",
    "amount": {"value": "12200.00", "currency": "RUB"},
    "confirmation": {"type": "redirect", "confirmation_url": "https://yoomoney.ru/pay"},
    "metadata": {"charge": "a-key"},
    "unknown": [1],
}


def _item(total: str, rate: str | None = "22", quantity: str = "1") -> ChargeItem:
    vat = None if rate is None else D(rate)
    return ChargeItem("Гантель", D(quantity), "шт", D(total), vat)


def _wanted(way: str, *items: ChargeItem, amount: str = "12200.00") -> ChargeWanted:
    return ChargeWanted(
        key=uuid4(),
        way=way,
        amount=D(amount),
        currency="RUB",
        order_number="P-10042",
        order_total=sum((item.total for item in items), D(0)),
        return_url="https://portal.example/orders/1",
        locale="ru",
        payer=Payer("ООО Пример", "7700000000", "buh@example.ru"),
        items=items,
    )


def test_the_ladder_of_quality() -> None:
    folder = Path(fondaco_payments_yookassa.__file__).parent
    assert quality_problems(folder / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_payments_yookassa.manifest") == [
        "fondaco_payments_yookassa",
        "fondaco_payments_yookassa.manifest",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://api.yookassa.ru/v3"},
        {"url": "api.yookassa.ru"},
        {"shop_id": "1"},
        {"tax_system": 7},
        {"webhook_secret": "short"},
        {"webhook_secret": "0123456789abcdef/"},
        {"networks": ["everywhere"]},
        {"ways": ["cash"]},
        {"shop": "1"},
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, YooKassa)


def test_its_networks_are_networks() -> None:
    assert YooKassa().networks == NETWORKS


def test_a_payment_by_card_in_the_words_of_the_contract() -> None:
    wanted = _wanted("yookassa_card", _item("12200", quantity="10"))
    body = json.loads(contract.charge_body(SETTINGS, wanted))
    assert body["amount"] == {"value": "12200.00", "currency": "RUB"}
    assert body["capture"] is True
    assert body["metadata"]["charge"] == str(wanted.key)
    assert body["receipt"] == {
        "customer": {"full_name": "ООО Пример", "inn": "7700000000", "email": "buh@example.ru"},
        "tax_system_code": 1,
        "items": [
            {
                "description": "Гантель",
                "quantity": "10",
                "amount": {"value": "1220.00", "currency": "RUB"},
                "vat_code": 11,
                "payment_subject": "commodity",
                "payment_mode": "full_prepayment",
            }
        ],
    }


@pytest.mark.parametrize(
    ("rates", "vat"),
    [
        (["22"], {"type": "calculated", "rate": "22", "amount": "2200.00"}),
        (["22", "10"], {"type": "mixed", "amount": "1654.55"}),
        ([None], {"type": "untaxed"}),
        (["0"], {"type": "untaxed"}),
    ],
)
def test_vat_of_a_business_payment(rates: list[str | None], vat: dict[str, str]) -> None:
    items = [_item(f"{D(12200) / len(rates)}", rate) for rate in rates]
    wanted = _wanted("yookassa_b2b_sberbank", *items)
    data = json.loads(contract.charge_body(SETTINGS, wanted))["payment_method_data"]["vat_data"]
    if "amount" in data:
        data["amount"] = data["amount"]["value"]
    assert data == vat


def test_a_payment_is_read() -> None:
    read = contract.charge_read(json.dumps(PAYMENT).encode())
    assert (read.state, read.amount, read.currency) == (ChargeState.PAID, D(12200), "RUB")
    assert (read.key, read.url) == ("a-key", "https://yoomoney.ru/pay")


@pytest.mark.parametrize(
    "change",
    [
        {"status": "refunded"},
        {"id": "../x"},
        {"amount": {"value": "NaN", "currency": "RUB"}},
        {"amount": None},
        {"confirmation": {"confirmation_url": "javascript:alert(1)"}},
    ],
)
def test_what_cannot_be_a_payment_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        contract.charge_read(json.dumps(PAYMENT | change).encode())


def test_every_cancellation_says_why_in_both_languages() -> None:
    for reason in ("insufficient_funds", "expired_on_confirmation", "something_new", ""):
        details = {"cancellation_details": {"party": "yoo_money", "reason": reason}}
        body = json.dumps(PAYMENT | {"status": "canceled"} | details).encode()
        why = contract.charge_read(body).why
        assert why is not None
        assert why.ru
        assert why.en
