"""Whole-product tests."""

import sys
from pathlib import Path

TESTS = Path(__file__).parent
HOSTILE_FILES = TESTS.parent / "plugins/erp_1c/tests/commerceml"
SHELVES = TESTS.parent / "core/tests/search"

for folder in (
    *(TESTS / name for name in ("promises", "stories", "imports", "stubs", "dates")),
    HOSTILE_FILES,
    SHELVES,
):
    sys.path.insert(0, str(folder))
