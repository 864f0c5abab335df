"""A full package of the ERP into an empty catalogue, against COPY and a bare reader."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from lxml import etree

from benchmarks.figures import Figure, Limit, Sample, once
from benchmarks.house import FOLDER, Bare, House, connect, drop_database, import_into

DATABASE = "house_import"
WRITTEN = ("product", "family", "product_code", "price_row", "stock_row", "search_document")
GOODS = ("{*}Товар", "{*}Предложение")
FLOORS = 3
MOST_MEMORY_MB = 512


async def measure(house: House) -> Sequence[Figure]:
    """Seconds and memory of an import in a process of its own."""
    try:
        imported = await import_into(house, DATABASE)
        connection = await connect(house.site(DATABASE).owner_url)
        try:
            floor = [await _copy_again(connection) + _read(house) for _ in range(FLOORS)]
        finally:
            await connection.close()
    finally:
        await drop_database(house, DATABASE)
    return (
        Figure(
            what=f"import {house.skus:,} products",
            unit="s",
            ours=once(imported.seconds),
            floor=Sample(tuple(floor)),
            limit=Limit(times=6),
        ),
        Figure(
            what="  memory of its processes",
            unit="MB",
            ours=once(imported.rss_mb),
            limit=Limit(plus=MOST_MEMORY_MB),
        ),
    )


async def _copy_again(connection: Bare) -> float:
    """Seconds to COPY the rows that the import has written into tables without keys and indexes."""
    seconds = 0.0
    with TemporaryDirectory(dir=FOLDER) as folder:
        rows = Path(folder) / "rows"
        for name in WRITTEN:
            await connection.copy_from_table(
                name, schema_name="fondaco", output=rows, format="binary"
            )
            await connection.execute(f"create table plain as table fondaco.{name} with no data")
            started = perf_counter()
            await connection.copy_to_table("plain", source=rows, format="binary")
            seconds += perf_counter() - started
            await connection.execute("drop table plain")
    return seconds


def _read(house: House) -> float:
    """Seconds to parse the files with all their goods and offers, and to keep nothing."""
    started = perf_counter()
    for file in house.package.glob("*.xml"):
        for _, element in etree.iterparse(file, tag=GOODS, resolve_entities=False):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return perf_counter() - started
