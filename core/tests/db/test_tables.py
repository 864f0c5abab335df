"""The tables that the code speaks of are those that the migrations have made."""

import importlib
import pkgutil

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import fondaco
from fondaco.db.columns import metadata
from fondaco.testing.table_checks import table_differences

# Every room declares its tables when its module is imported, also where only SQL speaks of them.
for module in pkgutil.walk_packages(fondaco.__path__, "fondaco."):
    if module.name.endswith(".tables"):
        importlib.import_module(module.name)


async def test_the_kernels_tables_are_as_migrated(database_url: str) -> None:
    assert await table_differences(database_url, metadata) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("alter table fondaco.order_line drop column source", "add_column"),
        ("alter table fondaco.customer_order add column mine int", "remove_column"),
        ("alter table fondaco.order_line alter list_price type double precision", "modify_type"),
        ("alter table fondaco.order_line alter promised set not null", "modify_nullable"),
        ("alter table fondaco.order_line alter unit drop default", "modify_default"),
        ("drop index fondaco.order_line_order_id_idx", "add_index"),
        ("alter table fondaco.cart drop constraint cart_uuid_key", "add_constraint"),
    ],
)
async def test_a_difference_is_found(database_url: str, change: str, said: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text(change))
    await engine.dispose()
    (found,) = await table_differences(database_url, metadata)
    assert said in found
