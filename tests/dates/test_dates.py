"""Every row of the files here: what the clock says, what is asked, what is promised and why."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from date_rows import answered, expected

HERE = Path(__file__).parent
ROWS = [
    pytest.param(file, row, id=f"{path.stem}: {row['name']}")
    for path in sorted(HERE.glob("*.toml"))
    for file in [tomllib.loads(path.read_text())]
    for row in file["row"]
]


def test_there_are_rows_enough() -> None:
    assert len(ROWS) >= 80


@pytest.mark.parametrize(("file", "row"), ROWS)
def test_row(file: dict[str, Any], row: dict[str, Any]) -> None:
    assert answered(file, row) == expected(row)
