"""An import that stops goes on where it was; one that cannot be read changes nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from fondaco import imports as composition
from fondaco.exchange.staging import load, runs
from fondaco.exchange.staging.merging import Merging, Step
from fondaco.exchange.staging.runs import RunState
from fondaco.imports import merge_plan, run_import
from fondaco_sdk.types.records import ImportRecord, PlaceRecord

from .conftest import Imports, Shop
from .said import catalog, goods, offers, price, price_list, stock

NUMBER = 40
STEPS = ("settle", "catalogue", "prices", "stock")
LEFT = [
    f"select count(*) from fondaco.staging_{name}"
    for name in ("product", "price", "stock", "offer", "price_change", "mark")
]


class Stopped(Exception):
    """What stops a run in these tests."""


def source(stop_at: int = 10**9, version: int = 1) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """Two files, the first of which breaks off at a record."""

    def first() -> Iterator[ImportRecord]:
        yield catalog(full=True)
        for number in range(NUMBER):
            if number == stop_at:
                raise Stopped
            yield goods(f"g{number}", f"Болт {version}", sku=f"A-{number}", row=number)

    def second() -> Iterator[ImportRecord]:
        yield offers(full=True)
        yield price_list()
        yield PlaceRecord(row=1, external_id="w1", name="Склад")
        for number in range(NUMBER):
            yield price(f"g{number}", str(version + number))
            yield stock(f"g{number}", str(version + number))

    yield "import.xml", first()
    yield "offers.xml", second()


async def _result(shop: Shop) -> Sequence[Any]:
    return await shop(
        "select p.external_id, p.name, r.price, s.on_hand, d.words from fondaco.product p"
        " left join fondaco.price_row r on r.product_id = p.id"
        " left join fondaco.stock_row s on s.product_id = p.id"
        " left join fondaco.search_document d on d.product_id = p.id"
        " where p.active order by 1"
    )


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 7 records and batches of 9 rows, so that there are many."""
    monkeypatch.setattr(load, "CHUNK", 7)
    monkeypatch.setattr(composition, "DOCUMENTS", 9)


async def test_a_source_that_breaks_off_changes_nothing_and_can_be_run_again(
    imports: Imports, shop: Shop
) -> None:
    await imports.members(list(source(version=0)))
    before = await _result(shop)
    run = await imports.started("broken")

    with pytest.raises(Stopped):
        await run_import(imports.hall, run.id, records=source(30), wait_seconds=0)

    assert await _result(shop) == before
    [(state, error)] = await shop(
        f"select state, error from fondaco.import_run where id = {run.id}"
    )
    assert state == "failed" and "Stopped" in error
    assert (await imports.started("broken")).id == run.id
    done = await run_import(imports.hall, run.id, records=source(), wait_seconds=0)
    assert done.state is RunState.DONE and done.counts["read.products"] == NUMBER
    assert [row[1] for row in await _result(shop)] == ["Болт 1"] * NUMBER


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("lost", [False, True], ids=["staged", "database crashed"])
async def test_a_merge_that_stops_goes_on_to_the_same_end(
    imports: Imports, shop: Shop, step: str, lost: bool
) -> None:
    """`lost`: the staging tables were emptied, as a crash of the database empties them."""
    hall = imports.hall
    await imports.members(list(source(version=0)))
    run = await imports.started("stopped")
    with pytest.raises(Stopped):
        plan = _stopping(merge_plan(hall), step)
        await run_import(hall, run.id, records=source(), plan=plan, wait_seconds=0)
    if lost:
        await shop.do("select fondaco.clear_staging()")
    never = [] if not lost else source()

    done = await run_import(hall, run.id, records=never, plan=_small(hall), wait_seconds=0)

    assert done.state is RunState.DONE and not await shop.report()
    assert [row[1:4] for row in await _result(shop)] == [
        ("Болт 1", 1 + int(row[0][1:]), 1 + int(row[0][1:])) for row in await _result(shop)
    ]
    assert all(row[4] == "болт 1" for row in await _result(shop))
    assert (done.counts["products.changed"], done.counts["prices.changed"]) == (NUMBER, NUMBER)
    assert [await shop(sql) for sql in LEFT] == [[0]] * len(LEFT)


async def test_a_run_that_is_done_is_not_run_again(imports: Imports, shop: Shop) -> None:
    run = await imports.members(list(source()))
    again = await run_import(imports.hall, run.id, records=source(0), wait_seconds=0)
    assert again.state is RunState.DONE and again.counts == run.counts


async def test_the_newer_run_goes_ahead_and_the_older_one_is_given_up(
    imports: Imports, shop: Shop
) -> None:
    old = await imports.started("old")
    with pytest.raises(Stopped):
        await run_import(imports.hall, old.id, records=source(5), wait_seconds=0)
    other = await imports.started("other", importer="another")

    new = await imports.members(list(source(version=2)))

    assert await shop.report() == [("run.overtaken", "file")] and new.counts["warnings"] == 1
    given_up = await run_import(imports.hall, old.id, records=source(), wait_seconds=0)
    assert given_up.state is RunState.SUPERSEDED
    assert {row[1] for row in await _result(shop)} == {"Болт 2"}
    async with imports.hall.database.transaction() as connection:
        assert (await runs.load_run(connection, other.id)).state is RunState.WAITING


async def test_progress_is_told_and_kept(imports: Imports, shop: Shop) -> None:
    told: list[tuple[str, int, int]] = []
    run = await imports.started("told")
    await run_import(
        imports.hall,
        run.id,
        records=source(),
        plan=_small(imports.hall),
        expected=2 * NUMBER,
        progress=lambda p: told.append((p.phase, p.done, p.total)),
        wait_seconds=0,
    )
    assert ("staging", 7, 2 * NUMBER) in told
    assert [done for phase, done, total in told if phase == "prices"] == [0, 9, 18, 27, 36, 40]
    assert told[-1][0] == "done"


def _small(hall: Any) -> composition.Plan:
    goods_steps, trade = merge_plan(hall)
    return goods_steps, [Step(s.name, s.prepare, s.batch, 9) for s in trade]


def _stopping(plan: composition.Plan, at: str) -> composition.Plan:
    """The plan, but for a step that stops: after its second batch, or in its one transaction."""

    def stopping(step: Step) -> Step:
        if step.name != at:
            return Step(step.name, step.prepare, step.batch, 9)

        async def prepare(merging: Merging) -> int:
            await step.prepare(merging)
            raise Stopped

        async def batch(merging: Merging, first: int, last: int) -> None:
            assert step.batch is not None
            await step.batch(merging, first, last)
            if first > 9:
                raise Stopped

        if step.batch is None:
            return Step(step.name, prepare)
        return Step(step.name, step.prepare, batch, 9)

    goods_steps, trade = plan
    return [stopping(s) for s in goods_steps], [stopping(s) for s in trade]
