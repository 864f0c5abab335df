"""Costs and price groups from the ERP: for the floors and the matrix of contract prices."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from fondaco.testing.erp import Erp

Owner = Callable[..., Awaitable[Any]]
STORED = (
    "select p.external_id, x.cost, x.cost_currency, x.cost_vat_included, x.price_group"
    " from fondaco.product_pricing x join fondaco.product p on p.id = x.product_id order by 1"
)


async def test_what_is_left_out_stays_and_null_clears(erp: Erp, owner: Owner) -> None:
    await erp.all_of(
        "costs",
        [
            {"external_id": "A-1", "cost": "70.5", "price_group": "Болты"},
            {"external_id": "A-2", "price_group": "Болты"},
        ],
    )
    assert await owner(STORED) == [
        ("A-1", Decimal("70.5000"), "RUB", False, "Болты"),
        ("A-2", None, "RUB", False, "Болты"),
    ]
    await erp.all_of(
        "costs",
        [
            {"external_id": "A-1", "price_group": None},
            {"external_id": "A-2", "cost": "1.2", "currency": "USD", "vat_included": True},
        ],
    )
    assert await owner(STORED) == [
        ("A-1", Decimal("70.5000"), "RUB", False, ""),
        ("A-2", Decimal("1.2000"), "USD", True, "Болты"),
    ]


async def test_an_older_cost_changes_nothing_and_a_wrong_one_is_named(
    erp: Erp, owner: Owner
) -> None:
    answer = await erp.send(
        "costs",
        {"external_id": "A-1", "cost": "70", "version": 2},
        {"external_id": "A-1", "cost": "60", "version": 1},
        {"external_id": "A-9", "cost": "60"},
        {"external_id": "A-2", "cost": "0"},
        {"external_id": "A-2", "cost": "5", "currency": "руб"},
        {"external_id": "A-2", "price_group": "x" * 101},
    )
    assert answer.accepted == 2
    assert [code for _, code in answer.refused] == [
        "erp.unknown",
        "erp.cost",
        "erp.currency",
        "erp.price_group",
    ]
    assert await owner(STORED) == [("A-1", Decimal("70.0000"), "RUB", False, "")]
