"""Every export of a real shop beside the checkout, loaded into a database of its own.

    .venv/bin/python tests/imports/real_exports.py

prints what was read of each file, what of it was taken, and what was refused and why. The exports
are no part of the project: they lie in `../shared/data/commerceml`.
"""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import text

from fondaco.exchange.staging.runs import Run
from fondaco.hall import create_hall, load_registry, migration_rooms
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.imports import hash_source, run_import, start_run
from fondaco.settings import Settings
from fondaco.testing.databases import create_copy, drop, ensure_template
from fondaco_erp_1c.importer import images, read
from fondaco_sdk.types.records import ImportRecord, RefusedRecord

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "commerceml"
FOLDERS = sorted(folder for folder in FOLDER.glob("*") if list(folder.glob("*.xml")))

_WORDS = {
    "ProductRecord": "products",
    "VariantRecord": "offers",
    "PriceRecord": "prices",
    "StockRecord": "stock",
    "CategoryRecord": "categories",
    "AttributeRecord": "attributes",
    "PriceListRecord": "price lists",
    "PlaceRecord": "places",
    "UnitRecord": "units",
}
_KINDS = {"product": "products", "offer": "offers", "price": "prices", "stock": "stock"}
_REFUSED = text(
    "select member, code, count(*) from fondaco.import_refusal where run_id = :run"
    " and not warning group by 1, 2 order by 2"
)


class FileResult(Struct):
    """One file: records by kind, the kinds of those that the kernel or the reader refused."""

    name: str
    read: Counter[str]
    refused_by_reader: Counter[str]
    refused: Counter[str]

    @property
    def accepted(self) -> Mapping[str, int]:
        """What of the records was taken."""
        left = Counter(self.read)
        for code, number in (self.refused - self.refused_by_reader).items():
            kind = _KINDS.get(code.partition(".")[0])
            if kind:
                left[kind] -= number
        return left


class Loaded(Struct):
    """A folder that was loaded as one package."""

    run: Run
    files: Sequence[FileResult]


async def load_folder(hall: Hall, folder: Path, *, again: bool = False) -> Loaded:
    """Load a folder of XML files through the kernel's importer and the reader of `erp_1c`."""
    run = await start_run(
        hall,
        importer="commerceml",
        source=folder.name,
        source_hash=hash_source(folder) + bytes([again]),
    )
    read_by_file: dict[str, Counter[str]] = defaultdict(Counter)
    by_reader: dict[str, Counter[str]] = defaultdict(Counter)

    def counted(member: str, records: Iterator[ImportRecord]) -> Iterator[ImportRecord]:
        for record in records:
            if isinstance(record, RefusedRecord):
                by_reader[member][record.code] += 1
            elif word := _WORDS.get(type(record).__name__):
                read_by_file[member][word] += 1
            yield record

    source = ((member, counted(member, records)) for member, records in read(folder))
    run = await run_import(hall, run.id, records=source, images=partial(images, folder))
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    async with hall.database.reading.connect() as connection:
        for member, code, number in await connection.execute(_REFUSED, {"run": run.id}):
            refused[member][code] = number
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.xml"))
    results = [FileResult(n, read_by_file[n], by_reader[n], refused[n]) for n in names]
    return Loaded(run, results)


async def _print_table() -> None:
    manifests = tuple(plugin for plugin in discover()[0] if plugin.name == "erp_1c")
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data_dir=data, secret="exports")
        registry = load_registry(settings, manifests)
        template = await ensure_template(migration_rooms(registry))
        for folder in FOLDERS:
            name = f"fondaco_exports_{uuid4().hex[:8]}"
            url = await create_copy(template, name)
            hall = create_hall(settings, database_url=url, registry=registry, pool_size=5)
            try:
                loaded = await load_folder(hall, folder)
                again = await load_folder(hall, folder, again=True)
                _print_folder(folder.name, loaded, again)
            finally:
                await hall.close()
                await drop(name)


def _print_folder(name: str, loaded: Loaded, again: Loaded) -> None:
    changed = {k: n for k, n in loaded.run.counts.items() if n and "." in k and "read." not in k}
    print(f"{name}: {loaded.run.state}; {_listed(changed)}; again: {again.run.changed} changes")
    for file in loaded.files:
        refused = _listed(file.refused)
        taken = _listed(file.accepted)
        same = "all" if file.accepted == file.read else taken
        print(f"  {file.name}: read {_listed(file.read)}; taken {same}; refused {refused}")


def _listed(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()) if number) or "—"


if __name__ == "__main__":
    if FOLDERS:
        asyncio.run(_print_table())
    else:
        print(f"There are no exports in {FOLDER}.")
