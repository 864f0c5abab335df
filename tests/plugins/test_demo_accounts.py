"""The played 1C opens its books with the limits and debts that the demo is furnished with."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from fondaco_credit_limit import demo
from fondaco_credit_limit.erp import CreditRecord
from fondaco_erp_1c.sim.accounts import Account, open_accounts
from fondaco_erp_1c.sim.books import Books

NOON = datetime(2026, 11, 28, 9, tzinfo=UTC)


async def _nothing(*_: Any) -> list[Any]:
    return []


def test_both_tell_the_same_of_each_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnished: list[CreditRecord] = []

    async def note(_: Any, records: list[CreditRecord]) -> None:
        furnished.extend(records)

    monkeypatch.setattr(demo, "take_limits", note)
    act: Any = SimpleNamespace(fetch=_nothing, now=NOON, zone=UTC)
    asyncio.run(demo.furnish(act))

    books = Books(tmp_path / "books.db")
    open_accounts(books, date(2026, 11, 28))
    with books.together() as base:
        rows = base.execute("select content from account").fetchall()
    opened = {
        one.tax_id: one for one in (msgspec.json.decode(row[0], type=Account) for row in rows)
    }
    assert len(furnished) == 2
    for record in furnished:
        account = opened[record.tax_id]
        said = msgspec.convert(
            msgspec.to_builtins(account) | {"version": 1}, CreditRecord, strict=False
        )
        if record.rule is None:
            record = msgspec.structs.replace(record, rule=said.rule, tolerance_days=0)
        assert said == record
