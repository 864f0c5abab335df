"""Statuses and balances from the ERP: told twice they count once, and nobody is lost silently."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loyalty_shop import GOLD, SILVER, Shop

from fondaco.exchange.inbound import receive
from fondaco.testing.plugin_checks import broken_invariants
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.types.inbound import Report

pytestmark = pytest.mark.plugins("loyalty")


async def _balances(shop: Shop, *records: dict[str, Any]) -> Report:
    return await receive(shop.hall, "loyalty.balances", records)


async def _statuses(shop: Shop, *records: dict[str, Any]) -> Report:
    return await receive(shop.hall, "loyalty.statuses", records)


async def test_a_balance_told_again_changes_nothing(shop: Shop) -> None:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for told in ({}, {}, {"at": at}, {"at": at}):
        report = await _balances(shop, {"company": "Ромашка", "points": 500, **told})
        assert (report.accepted, len(report.unmatched)) in ((1, 0), (0, 1))
    assert await shop.entries() == [("import", 500, 0)]
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_what_was_spent_since_the_moment_of_the_balance_stays_spent(shop: Shop) -> None:
    await _balances(shop, {"company": "Ромашка", "points": 500})
    before = datetime.now(UTC).isoformat()
    await shop.wish()
    await shop.order(10)
    assert (await shop.points()).available == 200
    for _ in range(2):
        await _balances(shop, {"company": "Ромашка", "points": 520, "at": before})
    assert (await shop.points()).available == 220
    await _balances(shop, {"company": "Ромашка", "points": 50})
    assert (await shop.points()).available == 50


async def test_a_balance_below_what_was_spent_is_owed(shop: Shop) -> None:
    await _balances(shop, {"company": "Ромашка", "points": 300})
    before = datetime.now(UTC).isoformat()
    await shop.wish()
    await shop.order(10)
    await _balances(shop, {"company": "Ромашка", "points": 100, "at": before})
    balance = await shop.points()
    assert (balance.available, balance.debt) == (0, 200)
    assert await broken_invariants(shop.hall, "loyalty") == set()


async def test_each_balance_without_a_customer_is_named(shop: Shop) -> None:
    await shop.new_company("Василёк")
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    report = await _balances(
        shop,
        {"company": "Неизвестная", "points": 1},
        {"tax_id": "7700000000", "points": 1},
        {"points": 1},
        {"company": "Ромашка", "points": -1},
        {"company": "Ромашка", "points": "1.234"},
        {"company": "Ромашка", "points": 1, "at": later},
        {"company": "Ромашка", "points": 1, "expires_on": "2020-01-01"},
        {"company": "Ромашка", "points": 7},
        {"company": "Ромашка", "points": 8},
        {"company": "Василёк", "points": 9},
    )
    assert report.accepted == 2
    assert [(u.record, u.reason.code) for u in report.unmatched] == [
        (0, "loyalty.company_unknown"),
        (1, "loyalty.tax_id_unknown"),
        (2, "loyalty.company_unknown"),
        (3, "loyalty.points_amount"),
        (4, "loyalty.points_amount"),
        (5, "loyalty.points_moment"),
        (6, "loyalty.points_expired"),
        (7, "loyalty.said_again"),
    ]
    assert (await shop.points()).available == 8


async def test_a_tax_id_of_several_companies_needs_the_company_too(shop: Shop) -> None:
    await shop.new_company("Василёк")
    await shop.run(
        "update fondaco.legal_entity set tax_id = '7701234567', kpp = lpad(id::text, 9, '0')"
    )
    named = {"tax_id": "7701234567", "points": 5}
    report = await _balances(shop, named)
    assert [u.reason.code for u in report.unmatched] == ["loyalty.several_companies"]
    assert (await _balances(shop, {**named, "company": "Ромашка"})).accepted == 1
    assert (await shop.points()).available == 5


async def test_a_status_wins_over_turnover_until_its_last_day(shop: Shop) -> None:
    await shop.tiers()
    await shop.bought("12000")
    today = await shop.day()
    record = {"company": "Ромашка", "status": "золото", "valid_to": str(today)}
    for _ in range(2):
        assert (await _statuses(shop, record)).unmatched == ()
    standing = await shop.standing()
    assert standing.tier == GOLD
    assert standing.next is None
    assert (await shop.order(10)).total == 925
    ended = {**record, "valid_from": "2020-01-01", "valid_to": "2020-02-01"}
    await _statuses(shop, ended)
    assert (await shop.standing()).tier == SILVER
    await _statuses(shop, {**record, "status": "Gold", "valid_to": None})
    assert (await shop.standing()).tier == GOLD
    await _statuses(shop, {"company": "Ромашка", "status": ""})
    assert (await shop.standing()).tier == SILVER


async def test_each_status_that_cannot_be_given_is_named(shop: Shop) -> None:
    await shop.tiers()
    report = await _statuses(
        shop,
        {"company": "Неизвестная", "status": "Gold"},
        {"company": "Ромашка", "status": "Алмаз"},
        {
            "company": "Ромашка",
            "status": "Gold",
            "valid_from": "2026-02-02",
            "valid_to": "2026-02-01",
        },
        {"company": "Ромашка"},
    )
    assert [u.reason.code for u in report.unmatched] == [
        "loyalty.company_unknown",
        "loyalty.status_unknown",
        "loyalty.days",
        "inbound.shape",
    ]


async def test_statements_do_not_depend_on_the_number_of_records(
    shop: Shop, sql_budget: Counting
) -> None:
    await shop.tiers()
    names = ["Ромашка", *(f"Клиент {n}" for n in range(12))]
    for name in names[1:]:
        await shop.new_company(name)
    counts = []
    for many in (names[:1], names[1:]):
        with sql_budget() as count:
            await _balances(shop, *({"company": name, "points": 5} for name in many))
            await _statuses(shop, *({"company": name, "status": "Gold"} for name in many))
        counts.append(count.number)
    assert counts[0] == counts[1]
