"""A larger package needs no more memory."""

import subprocess
import sys
from pathlib import Path

CHILD = """
import resource, sys
from pathlib import Path
from fondaco.demo import write_package
write_package(Path(sys.argv[1]), skus=int(sys.argv[2]), seed=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kilobytes(folder: Path, skus: int) -> int:
    arguments = [sys.executable, "-c", CHILD, str(folder), str(skus)]
    return int(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def test_memory_does_not_grow_with_the_catalogue(tmp_path: Path) -> None:
    small = peak_kilobytes(tmp_path / "small", 6_000)
    large = peak_kilobytes(tmp_path / "large", 18_000)
    written = sum(path.stat().st_size for path in (tmp_path / "large").iterdir()) // 1024
    assert large - small < 4_000 < written // 10
