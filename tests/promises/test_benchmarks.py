"""Every benchmark runs, on a small catalogue, and prints its figure, its floor and their ratio."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_every_benchmark_runs_and_prints_what_it_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.__main__ import SUBJECTS
    from benchmarks.figures import HEADINGS

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--skus", "5000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # A missed limit is for `make bench` to tell: it says little of a small catalogue.
    assert done.returncode in (0, 1), done.stderr[-4000:]
    said = done.stdout + done.stderr
    for subject in SUBJECTS:
        assert f"{subject} (" in said, f"{subject} did not begin"
    heading, _, *lines = done.stdout[done.stdout.index(HEADINGS[0]) :].splitlines()
    assert tuple(heading.split()) == HEADINGS
    rows = lines[: lines.index("")]
    assert len(rows) >= len(SUBJECTS)
    # Cells of figures end where their heading does; a ratio has a floor to stand on.
    ends = heading.index("ratio") + len("ratio")
    ratios = [row[ends - len("ratio") : ends].strip() for row in rows]
    assert sum(bool(ratio) for ratio in ratios) >= len(SUBJECTS)
    assert all(float(ratio.replace(",", "")) > 0 for ratio in ratios if ratio)
