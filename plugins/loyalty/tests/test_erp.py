"""Turnover from the ERP: sent twice it counts once, and nothing is lost without a word."""

from typing import Any

import pytest
from loyalty_shop import Shop

from fondaco.exchange.inbound import receive
from fondaco_sdk.errors import NotFound
from fondaco_sdk.testing.contracts.asking import Counting

pytestmark = pytest.mark.plugins("loyalty")

NAME = "loyalty.turnover"


def record(document: str, amount: object, **changes: Any) -> dict[str, Any]:
    """A record as JSON brings it."""
    return {
        "company": "Ромашка",
        "document": document,
        "amount": amount,
        "date": "2026-11-20",
        "number": f"УПД-{document}",
        **changes,
    }


async def _sum(shop: Shop) -> Any:
    return sum(entry.amount for entry in await shop.journal())


async def test_what_is_sent_again_adds_nothing(shop: Shop) -> None:
    records = [record("1", "100.50"), record("2", 200), record("3", "-50.5")]
    for _ in range(3):
        report = await receive(shop.hall, NAME, records)
        assert (report.accepted, report.unmatched) == (3, ())
    assert len(await shop.journal()) == 3
    assert await _sum(shop) == 250
    assert [e.label for e in await shop.journal()] == ["УПД-1", "УПД-2", "УПД-3"]


async def test_the_last_word_on_a_document_counts(shop: Shop) -> None:
    await receive(shop.hall, NAME, [record("1", 100)])
    await receive(shop.hall, NAME, [record("1", 130, date="2026-11-22"), record("1", 90)])
    assert [(e.amount, e.revision) for e in await shop.journal()] == [(100, 1), (30, 2), (-40, 3)]
    assert len({e.counted_on for e in await shop.journal()}) == 1
    assert await _sum(shop) == 90


async def test_each_record_that_has_no_effect_is_named_with_its_reason(shop: Shop) -> None:
    await shop.new_company("Василёк")
    records = [
        record("1", 100),
        record("2", 100, company="Неизвестная"),
        {"company": "Ромашка"},
        record("3", "много"),
        record("4", 100, currency="рубли"),
        record("", 100),
        record("1", 100, company="Василёк"),
        record("5", "1e20"),
        record("6", 7, currency="USD"),
        "не запись",
    ]
    report = await receive(shop.hall, NAME, records, batch=4)
    assert report.accepted == 2
    assert [(u.record, u.reason.code) for u in report.unmatched] == [
        (1, "loyalty.company_unknown"),
        (2, "inbound.shape"),
        (3, "inbound.shape"),
        (4, "loyalty.currency"),
        (5, "loyalty.document_empty"),
        (6, "loyalty.document_moved"),
        (7, "loyalty.amount"),
        (9, "inbound.shape"),
    ]
    assert report.unmatched[0].reference == "УПД-2"
    assert [(e.document, e.currency) for e in await shop.journal()] == [("1", "RUB"), ("6", "USD")]


async def test_statements_do_not_depend_on_the_number_of_records(
    shop: Shop, sql_budget: Counting
) -> None:
    counts = []
    for many in (1, 400):
        with sql_budget() as count:
            await receive(shop.hall, NAME, [record(f"{many}-{i}", 10) for i in range(many)])
        counts.append(count.number)
    assert counts == [6, 6]
    assert await _sum(shop) == 4010


async def test_nobody_takes_records_of_an_unknown_name(shop: Shop) -> None:
    with pytest.raises(NotFound, match=r"inbound\.unknown"):
        await receive(shop.hall, "loyalty.points", [])
