"""The process that imports: `python -m benchmarks.importing PACKAGE`, the site in the environment.

It runs by itself, so that its memory is its own.
"""

import asyncio
import sys
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.house import Imported
from fondaco.cli.imports import choose_importer, load_dotted
from fondaco.cli.site import Site, hall_of
from fondaco.exchange.staging.runs import RunState
from fondaco.hall import load_registry
from fondaco.imports import hash_source, run_import, start_run
from fondaco.settings import inherited_settings


async def import_package(package: Path) -> Imported:
    """Through the importer that `fondaco import` would take."""
    settings = inherited_settings()
    site = Site(settings, settings.database_url, settings.owner_url)
    registry = load_registry(settings)
    _, importer = choose_importer(registry, package, "commerceml")
    hall = hall_of(site, registry)
    started = perf_counter()
    try:
        run = await start_run(
            hall, importer=importer.name, source=package.name, source_hash=hash_source(package)
        )
        run = await run_import(hall, run.id, records=load_dotted(importer.reader)(package))
    finally:
        await hall.close()
    assert run.state is RunState.DONE, run.error
    return Imported(perf_counter() - started, peak_rss_mb())


def peak_rss_mb() -> float:
    """The most memory this program held; what its parent held before it is not counted."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(import_package(Path(sys.argv[1])))).decode())
