"""The importer of F06, a process that imports one of two versions of a catalogue.

Version 2 renames everything of version 1, takes a tenth off sale and adds as many. With its guard
off the catalogue is merged statement by statement, and the process dies between two of them.
"""

import asyncio
import os
import resource
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from processes import all_but

from fondaco import imports
from fondaco.crash import EXIT_CODE, VARIABLE
from fondaco.exchange.staging import load
from fondaco.exchange.staging.merging import Merging, Step
from fondaco.hall import create_hall, load_registry
from fondaco.hooks.hall import Hall
from fondaco.imports import Plan, merge_plan, run_import, start_run
from fondaco.settings import Settings
from fondaco_sdk.types.records import (
    AttributeKind,
    AttributeRecord,
    CategoryRecord,
    ImportRecord,
    PackageRecord,
    PlaceRecord,
    PriceListRecord,
    PriceRecord,
    ProductRecord,
    RefusedRecord,
    Section,
    StockRecord,
    VariantRecord,
)

CATALOG = "f06"
PLACES = ("w1", "w2", "w3", "w4")
LISTS = ("retail", "dealer")
JPEG = b"\xff\xd8\xff\xe0"


def settings(data: Path) -> Settings:
    """The settings of the site of this promise."""
    return Settings(data_dir=str(data), secret="f06", without=tuple(all_but()))


def run(url: str, data: Path, number: int, version: int, unguarded: bool, crash_at: str) -> None:
    """Import a version of the catalogue, or what is left of it."""
    if crash_at:
        os.environ[VARIABLE] = crash_at
    # Many chunks and batches also of a small catalogue, so that there is where to be killed.
    load.CHUNK = max(100, min(load.CHUNK, number))
    imports.DOCUMENTS = max(100, min(imports.DOCUMENTS, number // 4))
    asyncio.run(_import(url, data, number, version, unguarded))


async def _import(url: str, data: Path, number: int, version: int, unguarded: bool) -> None:
    own = settings(data)
    hall = create_hall(own, database_url=url, registry=load_registry(own, ()), pool_size=4)
    started = await start_run(
        hall, importer="f06", source=f"version {version}", source_hash=b"%d" % version
    )
    await run_import(
        hall,
        started.id,
        records=source(number, version),
        images=lambda: pictures(number, version),
        plan=_plan(hall, number, unguarded),
    )
    await hall.close()
    (data / "peak").write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def _plan(hall: Hall, number: int, unguarded: bool) -> Plan:
    size = max(200, min(5_000, number // 4))
    goods, trade = merge_plan(hall)
    if unguarded:
        goods = [Step(s.name, _statement_by_statement(hall, s)) for s in goods]
    return goods, [Step(s.name, s.prepare, s.batch, size) for s in trade]


def _statement_by_statement(hall: Hall, step: Step) -> Any:
    async def prepare(merging: Merging) -> int:
        async with hall.database.reading.connect() as connection:
            return await step.prepare(_Dying(connection, merging.run))

    return prepare


class _Dying(Merging):
    """Statements that commit each by itself, and the end of the process after the products."""

    async def execute(self, sql: str, **params: Any) -> int:
        touched = await super().execute(sql, **params)
        if "update fondaco.product p" in sql and "w.product_id" in sql:
            os._exit(EXIT_CODE)
        return touched


def external_ids(number: int, version: int) -> Sequence[str]:
    """The goods of a version: of the first tenth only one version has each."""
    return [f"{i:06d}" + (f"-v{version}" if i % 10 == 0 else "") for i in range(number)]


def source(number: int, version: int) -> Iterator[tuple[str, Iterator[ImportRecord]]]:
    """A full package: a catalogue with a family in fifty goods, prices, stock, one broken row."""
    yield "import.xml", _catalogue(number, version)
    yield "offers.xml", _offers(number, version)


def _catalogue(number: int, version: int) -> Iterator[ImportRecord]:
    yield PackageRecord(row=1, section=Section.CLASSIFIER, full=True, catalog_id=CATALOG)
    for i in range(30):
        yield CategoryRecord(
            row=2 + i, external_id=f"c{i}", name=f"Группа {i}",
            parent_external_id=f"c{i % 5}" if i >= 5 else None,
        )  # fmt: skip
    yield AttributeRecord(row=40, external_id="d", name="Диаметр", kind=AttributeKind.NUMBER)
    yield PackageRecord(row=50, section=Section.CATALOG, full=True, catalog_id=CATALOG)
    for i, goods in enumerate(external_ids(number, version)):
        yield ProductRecord(
            row=100 + i, external_id=goods, name=f"Подшипник шариковый радиальный {i}",
            sku=f"АМ-{i}.5", code=f"ЗЧ-{i:06d}", barcodes=(f"46{i:011d}",), unit_code="796",
            brand=f"v{version}", description=f"Надёжная деталь, издание {version}.",
            weight_kg=Decimal("1.25"), category_external_ids=(f"c{i % 30}",),
            attributes={"d": (f"{i % 90},5",)},
            images=(f"import_files/{i}.jpg",) if i % 100 == 0 else (),
        )  # fmt: skip
    yield RefusedRecord(row=99, code="product.id_missing", reference="Болт")


def _offers(number: int, version: int) -> Iterator[ImportRecord]:
    yield PackageRecord(row=1, section=Section.OFFERS, full=True, catalog_id=CATALOG)
    for name in LISTS:
        yield PriceListRecord(row=2, external_id=name, name=name, currency="RUB")
    for name in PLACES:
        yield PlaceRecord(row=3, external_id=name, name=name)
    for i, goods in enumerate(external_ids(number, version)):
        for offer in (f"{goods}#a", f"{goods}#b") if i % 50 == 1 else (goods,):
            yield VariantRecord(
                row=100 + i, external_id=offer, product_external_id=goods, sku=f"АМ-{i}.5",
                characteristics=(("Размер", offer[-1]),) if "#" in offer else (),
            )  # fmt: skip
            for at, name in enumerate(LISTS):
                yield PriceRecord(
                    row=100 + i, offer_external_id=offer, price_list_external_id=name,
                    price=Decimal(100 + i % 1000 + at * 10 + version), currency="RUB",
                )  # fmt: skip
            for at, name in enumerate(PLACES):
                yield StockRecord(
                    row=100 + i, offer_external_id=offer, place_external_id=name,
                    quantity=Decimal((i * 7 + at * 13 + version) % 50),
                )  # fmt: skip


def pictures(number: int, version: int) -> Iterator[tuple[str, bytes]]:
    """A picture of each hundredth product, another one in each version."""
    for i in range(0, number, 100):
        yield f"import_files/{i}.jpg", JPEG + b"%d.%d" % (i, version)
