"""`fondaco plugin remove`: dumped, dropped, and nothing of the kernel's touched."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from fondaco.cli.plugins import remove_plugin
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings

pytestmark = pytest.mark.plugins("loyalty")


async def test_a_plugin_leaves_its_dump_and_nothing_else(
    hall: Hall, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    await hall.database.close()
    site = msgspec.structs.replace(settings, database_url=database_url)
    for _ in range(2):
        assert await asyncio.to_thread(remove_plugin, site, "loyalty", tmp_path / "dumps") == 0
    (dump,) = (tmp_path / "dumps").iterdir()
    assert "CREATE TABLE plugin_loyalty.turnover" in dump.read_text("utf-8")
    async with hall.database.reading.connect() as connection:
        found = await connection.scalars(
            text("select nspname from pg_namespace where nspname in ('fondaco', 'plugin_loyalty')")
        )
        assert found.all() == ["fondaco"]
