"""The process that imports: `python -m benchmarks.importing PACKAGE`, the site in the environment.

It runs by itself, so that its memory is its own. The last line that it prints is for its parent.
"""

import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

import msgspec

from benchmarks.house import Imported
from fondaco.cli.imports import import_path
from fondaco.cli.site import Site
from fondaco.hall import load_registry
from fondaco.settings import inherited_settings


def main(package: str) -> int:
    """Import as `fondaco import` does."""
    settings = inherited_settings()
    site = Site(settings, settings.database_url, settings.owner_url)
    registry = load_registry(settings)
    started = perf_counter()
    code = import_path(site, registry, package, "commerceml")
    print(msgspec.json.encode(Imported(perf_counter() - started, peak_rss_mb())).decode())
    return code


def peak_rss_mb() -> float:
    """The most memory this program held, and the largest of its own processes besides.

    What its parent held before it is not counted.
    """
    status = Path("/proc/self/status").read_text()
    own = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return (int(own) + getrusage(RUSAGE_CHILDREN).ru_maxrss) / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
