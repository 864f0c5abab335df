"""Lots in what the ERP sends: rows with a day, mended by the next package, or said to be wrong."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from fondaco.availability.changed import REPLAN_TASK
from fondaco_sdk.types.records import ImportRecord, PlaceRecord, StockRecord

from .conftest import Imports, Shop
from .said import catalog, goods, offers, stock

SOON = datetime.now(UTC).date() + timedelta(days=10)
LATER = SOON + timedelta(days=5)
LOTS = (
    "select g.external_id, s.lot, s.on_hand::int, s.arrives_on from fondaco.stock_row s"
    " join fondaco.product g on g.id = s.product_id where s.on_hand <> 0 order by 1, 2"
)
QUEUED = f"select count(*)::int from fondaco.pgqueuer where entrypoint = '{REPLAN_TASK}'"


def lot(
    offer: str, quantity: str, name: str, on: date | None = SOON, place: str | None = "w1"
) -> StockRecord:
    """Goods on their way."""
    told = stock(offer, quantity, place)
    return msgspec.structs.replace(told, lot=name, arrives_on=on)


def setting(full: bool = True) -> Sequence[ImportRecord]:
    """Two products and a warehouse."""
    place = PlaceRecord(row=2, external_id="w1", name="Склад")
    return (catalog(), goods("g1", sku="A-1"), goods("g2"), offers(full=full), place)


async def test_lots_stand_beside_the_shelf_and_move(imports: Imports, shop: Shop) -> None:
    await imports(*setting(), stock("g1", "5"), lot("g1", "40", "L1"), lot("g2", "7", "L2"))
    assert await shop(LOTS) == [("g1", "", 5, None), ("g1", "L1", 40, SOON), ("g2", "L2", 7, SOON)]
    run = await imports(
        *setting(), stock("g1", "5"), lot("g1", "30", "L1", LATER), lot("g2", "7", "L2")
    )
    assert run.counts["stock.changed"] == 1
    assert await shop(LOTS) == [("g1", "", 5, None), ("g1", "L1", 30, LATER), ("g2", "L2", 7, SOON)]


async def test_a_lot_that_a_full_package_does_not_name_is_taken_off_unless_it_is_held(
    imports: Imports, shop: Shop
) -> None:
    await imports(*setting(), lot("g1", "40", "L1"), lot("g1", "9", "L2"), lot("g2", "7", "L3"))
    await shop.do("update fondaco.stock_row set reserved = 3 where lot = 'L2'")
    run = await imports(*setting(), lot("g2", "7", "L3"))
    assert await shop(LOTS) == [("g1", "L2", 9, SOON), ("g2", "L3", 7, SOON)]
    assert await shop("select code, reference, params->>'held' from fondaco.import_refusal") == [
        ("stock.lot_held", "A-1", "3")
    ]
    assert run.counts["warnings"] == 1


async def test_changes_and_packages_without_lots_take_none_off(
    imports: Imports, shop: Shop
) -> None:
    await imports(*setting(), lot("g1", "40", "L1"), lot("g2", "7", "L2"))
    await imports(*setting(full=False), lot("g2", "8", "L2"))
    await imports(*setting(), stock("g1", "5"))
    assert await shop(LOTS) == [("g1", "", 5, None), ("g1", "L1", 40, SOON), ("g2", "L2", 8, SOON)]


async def test_each_bad_lot_is_refused_and_the_others_are_taken(
    imports: Imports, shop: Shop
) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=2)
    await imports(
        *setting(),
        lot("g1", "40", "L1"),
        lot("g1", "-1", "L2"),
        lot("g1", "1", "L3", None),
        lot("g1", "1", "L4", yesterday),
        lot("g1", "1", "", SOON),
        lot("g1", "1", "L5", SOON, None),
        lot("nobody", "1", "L6"),
    )
    assert await shop(LOTS) == [("g1", "L1", 40, SOON)]
    assert sorted(code for code, _ in await shop.report()) == [
        "stock.lot_negative",
        "stock.lot_nowhere",
        "stock.lot_number",
        "stock.lot_past",
        "stock.lot_undated",
        "stock.product_unknown",
    ]


async def test_a_held_lot_that_moves_or_shrinks_sets_the_task_going(
    imports: Imports, shop: Shop
) -> None:
    await imports(*setting(), lot("g1", "40", "L1"))
    assert await shop(QUEUED) == [0]
    await shop.do("update fondaco.stock_row set reserved = 30 where lot = 'L1'")
    await imports(*setting(), lot("g1", "40", "L1"), stock("g1", "1"))
    assert await shop(QUEUED) == [0]
    await imports(*setting(), lot("g1", "20", "L1"))
    assert await shop(QUEUED) == [1]


async def test_the_last_word_about_a_lot_counts(imports: Imports, shop: Shop) -> None:
    await imports(*setting(), lot("g1", "40", "L1"), lot("g1", "30", "L1"), lot("g1", "9", "L2"))
    assert await shop(LOTS) == [("g1", "L1", 30, SOON), ("g1", "L2", 9, SOON)]
    assert [code for code, _ in await shop.report()] == ["stock.duplicate"]
    assert Decimal(30) == (await shop("select on_hand from fondaco.stock_row where lot = 'L1'"))[0]
