"""The process that imports: `python -m benchmarks.importing PACKAGE`, the site in the environment.

It runs by itself, so that its memory is its own. The last line that it prints is for its parent.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import perf_counter

import msgspec
import psutil

from benchmarks.house import Imported
from fondaco.cli.imports import import_path
from fondaco.cli.site import Site
from fondaco.hall import load_registry
from fondaco.settings import inherited_settings

LOOK_SECONDS = 0.1


def main(package: str) -> int:
    """Import as `fondaco import` does."""
    settings = inherited_settings()
    site = Site(settings, settings.database_url, settings.owner_url)
    registry = load_registry(settings)
    with watched() as peak:
        started = perf_counter()
        code = import_path(site, registry, package, "commerceml")
        seconds = perf_counter() - started
    print(msgspec.json.encode(Imported(seconds, max(peak) / (1 << 20))).decode())
    return code


@contextmanager
def watched() -> Iterator[list[int]]:
    """What this process and those it has started hold together, in bytes, looked at all the time.

    The system's own figure of an ended process counts what its parent held when it was started.
    """
    own, peak, over = psutil.Process(), [0], Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            held = 0
            for process in (own, *own.children()):
                with suppress(psutil.NoSuchProcess):
                    held += process.memory_info().rss
            peak[0] = max(peak[0], held)

    looking = Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peak
    finally:
        over.set()
        looking.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
