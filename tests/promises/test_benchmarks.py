"""Every benchmark runs, on a small catalogue, and prints its figure, its floor and their ratio."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import SUBJECTS
from benchmarks.figures import HEADINGS

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^(?P<what>\S.*?)  +(?P<figures>[\d.,]+ .*)$")


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_every_benchmark_runs_and_prints_what_it_found() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--skus", "2000"],
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
    assert heading.split() == list(HEADINGS)
    rows = [found for line in lines if (found := ROW.match(line))]
    assert len(rows) >= len(SUBJECTS)
    assert all("limits missed" not in row["what"] for row in rows)
    with_floor = [row for row in rows if re.search(r"[\d.]+×|[\d.]+ ?x", row["figures"])]
    assert len(with_floor) >= len(SUBJECTS)
