"""Which order a payment is for: certain, or in doubt with the reason; sums are conserved."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondaco.orders.bank.match import (
    OpenPart,
    OrderOpen,
    Payment,
    match_all,
    mentions,
)
from fondaco.orders.bank.shares import check_shares
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.order import OrderState

INN, OTHER = "7700000023", "7700000030"
D = Decimal


def order(key: int, open_: str = "300", **changes: Any) -> OrderOpen:
    """Order 26-00000N with invoice 26-00010N, wholly open."""
    sum_ = D(open_)
    values: dict[str, Any] = {
        "uuid": UUID(int=key),
        "id": key,
        "number": f"26-{key:06d}",
        "invoices": (f"26-{key + 100:06d}",),
        "seller_id": 1,
        "company": "Покупатель",
        "tax_id": INN,
        "state": OrderState.PLACED,
        "currency": "RUB",
        "open": sum_,
        "parts": (OpenPart(UUID(int=key + 1000), sum_),) if sum_ else (),
        **changes,
    }
    return OrderOpen(**values)


def paid(purpose: str = "", amount: str = "300", tax_id: str = INN) -> Payment:
    return Payment(uuid4(), 1, D(amount), "RUB", tax_id, purpose)


def one(payment: Payment, *orders: OrderOpen) -> tuple[int | None, str]:
    (match,) = match_all([payment], orders)
    return match.certain.id if match.certain else None, match.why.code if match.why else ""


@pytest.mark.parametrize(
    ("purpose", "found"),
    [
        ("Оплата по счету № 42 от 01.03.2026", [("invoice", "42")]),
        ("Оплата по счёту P-10042", [("invoice", "P-10042")]),
        ("по сч. N26-000007, НДС 22%-54.10", [("invoice", "26-000007")]),
        ("счета 41, 42 и 43", [("invoice", "41"), ("invoice", "42"), ("invoice", "43")]),
        ("Заказ №26-000001", [("order", "26-000001")]),
        ("за товар 26-000001 по договору", [("bare", "26-000001")]),
        ("Оплата 12200.00 от 01.03.2026 НДС 22%", []),
        ("счет на оплату № 7", [("invoice", "7")]),
    ],
)
def test_numbers_in_a_purpose(purpose: str, found: list[tuple[str, str]]) -> None:
    assert list(mentions(purpose)) == found


def test_named_by_invoice_or_order() -> None:
    both = [order(1), order(2, "300")]
    assert one(paid("по счету 26-000102"), *both) == (2, "")
    assert one(paid("заказ 26-000001"), *both) == (1, "")


def test_one_number_of_an_invoice_and_of_another_order() -> None:
    twins = [order(1, invoices=("26-000002",)), order(2)]
    assert one(paid("счет 26-000002"), *twins) == (1, "")
    assert one(paid("заказ 26-000002"), *twins) == (2, "")
    assert one(paid("26-000002"), *twins) == (None, "bank.several_named")


def test_by_payer_and_sum_when_only_one_is_open_for_it() -> None:
    assert one(paid(), order(1), order(2, "500")) == (1, "")
    assert one(paid(), order(1), order(2)) == (None, "bank.same_sum")
    assert one(paid(amount="299.99"), order(1)) == (None, "bank.no_sum")
    assert one(paid(tax_id=OTHER), order(1)) == (None, "bank.nobody")
    assert one(paid(tax_id=""), order(1, tax_id="")) == (None, "bank.nobody")


@pytest.mark.parametrize(
    ("payment", "changes", "why"),
    [
        (paid("счет 26-000101", tax_id=OTHER), {}, "bank.other_payer"),
        (paid("счет 26-000101", tax_id=""), {}, "bank.no_payer"),
        (paid("счет 26-000101", amount="300.01"), {}, "bank.other_sum"),
        (paid("счет 26-000101"), {"state": OrderState.CANCELLED}, "bank.cancelled"),
        (paid("счет 26-000101"), {"state": OrderState.AWAITING_APPROVAL}, "bank.waits"),
        (paid("счет 26-000101"), {"open": D(0), "parts": ()}, "bank.paid"),
        (paid("счет 26-000101"), {"currency": "USD"}, "bank.currency"),
        (paid("счет 26-000101"), {"seller_id": 2}, "bank.nobody"),
    ],
)
def test_what_is_in_doubt_is_not_guessed(
    payment: Payment, changes: dict[str, Any], why: str
) -> None:
    assert one(payment, order(1, **changes)) == (None, why)


def test_two_payments_for_one_order_are_both_in_doubt() -> None:
    found = match_all([paid("заказ 26-000001"), paid()], [order(1)])
    assert [(m.certain, m.why.code if m.why else "") for m in found] == [(None, "bank.twice")] * 2


def test_a_part_by_invoice_of_an_order_that_is_paid_in_parts() -> None:
    part = OpenPart(UUID(int=9), D(200))
    (match,) = match_all([paid("счет 26-000101", "200")], [order(1, parts=(part,))])
    assert match.certain
    assert match.part == part.uuid
    assert one(paid("счет 26-000101", "200"), order(1, parts=(part, part)))[0] is None


_SUMS = st.decimals("0.01", "1000", places=2)


@given(
    sums=st.lists(_SUMS, min_size=1, max_size=6),
    payers=st.lists(st.sampled_from([INN, OTHER, ""]), min_size=6, max_size=6),
    amounts=st.lists(_SUMS, min_size=1, max_size=6),
    data=st.data(),
)
def test_whatever_is_certain_is_exact_and_nobody_gets_twice(
    sums: list[Decimal], payers: list[str], amounts: list[Decimal], data: st.DataObject
) -> None:
    orders = [
        order(n, str(s), tax_id=p) for n, (s, p) in enumerate(zip(sums, payers, strict=False))
    ]
    payments = [
        paid(
            data.draw(st.sampled_from(["", *(f"счет {o.invoices[0]}" for o in orders)])),
            str(data.draw(st.sampled_from([*sums, amount]))),
            data.draw(st.sampled_from([INN, OTHER, ""])),
        )
        for amount in amounts
    ]
    found = match_all(payments, orders)
    assert [match.payment for match in found] == payments
    certain = [match for match in found if match.certain]
    assert len({m.certain.uuid for m in certain if m.certain}) == len(certain)
    for match in found:
        assert (match.certain is None) == (match.why is not None)
        if match.certain:
            assert match.payment.amount == match.certain.open
            assert match.payment.tax_id == match.certain.tax_id


@given(typed=st.lists(st.decimals("-1", "1000", places=2), max_size=5), off=st.sampled_from([0, 1]))
def test_a_split_conserves_the_sum_or_is_refused(typed: Sequence[Decimal], off: int) -> None:
    amount = sum(typed, D(0)) + off * D("0.01")
    orders = [order(n) for n in range(len(typed))]
    rows = [(o.number, share) for o, share in zip(orders, typed, strict=True)]
    try:
        shares = check_shares(amount, "RUB", rows, orders)
    except UserError:
        assert off or not typed or min(typed) <= 0
        return
    assert sum(shares.values()) == amount
    assert min(shares.values()) > 0


def test_a_split_names_what_is_wrong() -> None:
    rows = [("26-000001", D(1)), ("26-000001", D(1)), ("нет", D(1)), ("26-000002", D(0))]
    with pytest.raises(UserError) as refused:
        check_shares(D(4), "RUB", rows, [order(1), order(2)])
    assert set(refused.value.fields) == {"order.1", "order.2", "amount.3"}
