"""One import at a time; who lost the lease writes no more."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.exchange.staging import lease
from fondaco.exchange.staging.lease import ImportBusy, LeaseLost, hold_lease
from fondaco.hooks.hall import Hall
from fondaco.imports import run_import

from .conftest import Imports, Shop
from .said import catalog, goods


async def test_two_imports_at_once_wait_for_each_other(imports: Imports, shop: Shop) -> None:
    first, second = await imports.started("1"), await imports.started("2")
    async with hold_lease(imports.hall.database, first.id, wait_seconds=0):
        with pytest.raises(ImportBusy) as busy:
            async with hold_lease(imports.hall.database, second.id, wait_seconds=0):
                pass
        assert busy.value.run_id == first.id
    async with hold_lease(imports.hall.database, second.id, wait_seconds=0):
        pass


async def test_parallel_runs_end_one_after_the_other(imports: Imports, shop: Shop) -> None:
    started = [await imports.started(str(n), importer=str(n)) for n in range(3)]
    await asyncio.gather(
        *(
            run_import(imports.hall, run.id, records=[("f", [catalog(), goods(f"g{n}")])])
            for n, run in enumerate(started)
        )
    )
    assert await shop("select external_id from fondaco.product order by 1") == ["g0", "g1", "g2"]


async def test_a_dead_holder_loses_the_lease_at_once(
    hall: Hall, imports: Imports, database_url: str
) -> None:
    """Its connection is gone, as after `kill -9`; its heartbeat is fresh."""
    run = await imports.started("1")
    holding = hold_lease(hall.database, run.id, wait_seconds=0)
    await holding.__aenter__()
    owner = create_async_engine(database_url)
    async with owner.begin() as connection:
        await connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                " and pid <> pg_backend_pid() and database ="
                " (select oid from pg_database where datname = current_database())"
            )
        )
    await owner.dispose()
    async with hold_lease(hall.database, run.id, wait_seconds=5):
        pass
    await holding.__aexit__(None, None, None)


async def test_a_silent_holder_loses_the_lease_and_can_no_longer_write(
    hall: Hall, imports: Imports, shop: Shop
) -> None:
    first, second = await imports.started("1"), await imports.started("2", importer="other")
    async with hold_lease(hall.database, first.id, wait_seconds=0) as old:
        await shop.do("update fondaco.import_run set heartbeat_at = now() - interval '2 minutes'")
        async with hold_lease(hall.database, second.id, wait_seconds=0) as new:
            async with hall.database.transaction() as connection:
                await new.fence(connection)
            with pytest.raises(LeaseLost):
                async with hall.database.transaction() as connection:
                    await old.fence(connection)


async def test_who_looks_while_another_takes_it_sees_that_it_is_taken(
    hall: Hall, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look begins while nobody holds it, and ends when somebody does."""
    first, second = await imports.started("1"), await imports.started("2", importer="other")
    async with hold_lease(hall.database, second.id, wait_seconds=0):
        pass

    async def look() -> None:
        async with hold_lease(hall.database, second.id, wait_seconds=0):
            pass

    slow = str(lease._HOLDER).replace("from ", "from (select pg_sleep(0.5)) s, ", 1)
    with monkeypatch.context() as patched:
        patched.setattr(lease, "_HOLDER", text(slow))
        looking = asyncio.create_task(look())
        await asyncio.sleep(0.2)
    async with hold_lease(hall.database, first.id, wait_seconds=0) as held:
        with pytest.raises(ImportBusy):
            await looking
        async with hall.database.transaction() as connection:
            await held.fence(connection)
