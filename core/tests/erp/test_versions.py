"""An older word never overwrites a newer one, in whatever order they arrive (promise M05)."""

import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from erp_sender import AGREEMENT, COMPANY, ENTITY, ORDER, OUTLET, PERSON, SELLER

from fondaco.testing.erp import Erp

Owner = Callable[..., Awaitable[Any]]
Records = Sequence[dict[str, Any]]

ACCOUNT = {"account": "40702810938000000001", "bic": "044525225"}
STORY: Sequence[tuple[str, Records]] = (
    ("sellers", [SELLER | {"version": 1}, SELLER | {"version": 2, "director": "Иванов И. И."}]),
    (
        "companies",
        [
            COMPANY | {"version": 3},
            {"external_id": "C1", "name": "Ромашка и Ко", "version": 5},
            {"external_id": "C1", "name": "Ромашка", "phone": None, "version": 4},
            {"external_id": "C2", "name": "Василёк", "version": 1},
        ],
    ),
    (
        "legal_entities",
        [
            ENTITY | {"version": 1},
            ENTITY | {"version": 2, "accounts": [*ENTITY["accounts"], ACCOUNT]},
            {"external_id": "E1", "company": "C1", "name": "ООО «Р»", "ogrn": None, "version": 4},
            {"external_id": "E1", "company": "C1", "name": "Р", "accounts": [ACCOUNT],
             "version": 3},
        ],
    ),
    (
        "outlets",
        [
            OUTLET | {"version": 1},
            OUTLET | {"version": 2, "address": None},
            {"external_id": "O1", "company": "C1", "name": "Склад", "version": 3},
        ],
    ),
    (
        "agreements",
        [
            AGREEMENT | {"version": 1},
            AGREEMENT | {"version": 2, "price_lists": []},
            {"external_id": "G1", "legal_entity": "E1", "seller": "S1", "active": False,
             "version": 7},
            {"external_id": "G1", "legal_entity": "E1", "seller": "S1", "active": True,
             "currency": "USD", "version": 6},
        ],
    ),
    (
        "people",
        [
            PERSON | {"version": 1},
            PERSON | {"version": 2, "name": "Анна Вторая", "outlets": ["O1"]},
            {"external_id": "P1", "company": "C1", "email": "a@r.test", "name": "Анна",
             "outlets": None, "version": 3},
        ],
    ),
    (
        "orders",
        [
            ORDER | {"version": 1, "state": "shipped"},
            ORDER | {"version": 2, "lines": ORDER["lines"][:1], "total": "1000.00"},
            ORDER | {"external_id": "Z2", "version": 9},
        ],
    ),
)  # fmt: skip
TABLES = {
    "erp_version": "kind, external_id, fields",
    "seller": "external_id, name, tax_id, director, bank",
    "company": "external_id, name, phone, state",
    "legal_entity": "external_id, name, tax_id, kpp, ogrn, address",
    "bank_account": "account, bic, from_erp",
    "outlet": "external_id, name, address",
    "agreement": "external_id, number, signed_on, currency, payment_days, active",
    "agreement_price_list": "rank",
    "invitation": "external_id, email, name, roles, held",
    "invitation_outlet": "1",
    "earlier_order": "external_id, number, state, total",
    "earlier_order_line": "position, name, quantity, total",
}


async def _state(owner: Owner) -> dict[str, Any]:
    return {
        table: sorted(await owner(f"select {columns} from fondaco.{table}"), key=str)
        for table, columns in TABLES.items()
    }


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_arrival_gives_the_same_tables(
    erp: Erp, owner: Owner, seed: int
) -> None:
    for name, records in STORY:
        await erp.all_of(name, sorted(records, key=lambda record: record["version"]))
    expected = await _state(owner)
    for table in reversed(TABLES):
        await owner(f"delete from fondaco.{table}")
    chance = random.Random(seed)
    for name, records in STORY:
        copies = [record for record in records for _ in range(chance.randint(1, 3))]
        chance.shuffle(copies)
        cuts = sorted(chance.sample(range(len(copies) + 1), 2))
        for part in (copies[: cuts[0]], copies[cuts[0] : cuts[1]], copies[cuts[1] :]):
            await erp.all_of(name, part)
    assert await _state(owner) == expected


async def test_without_numbers_the_last_one_to_arrive_counts(erp: Erp, owner: Owner) -> None:
    """The control: the same shuffle without numbers does not end the same."""
    first, second = COMPANY | {"name": "Первое"}, COMPANY | {"name": "Второе"}
    await erp.all_of("companies", [second, first])
    assert await owner("select name from fondaco.company") == [("Первое",)]


async def test_a_refused_record_leaves_no_number(erp: Erp, owner: Owner) -> None:
    assert (await erp.send("outlets", OUTLET | {"version": 5})).refused == [(0, "erp.unknown")]
    await erp.all_of("companies", [COMPANY])
    await erp.all_of("outlets", [OUTLET | {"version": 5}])
    assert await owner("select name from fondaco.outlet") == [("Магазин",)]
