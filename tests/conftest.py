"""Whole-product tests."""

import sys
from pathlib import Path

TESTS = Path(__file__).parent
HOSTILE_FILES = TESTS.parent / "plugins/erp_1c/tests/commerceml"
SHELVES = TESTS.parent / "core/tests/search"
BANK_FILES = TESTS.parent / "core/tests/orders/bank"

for folder in (
    *(
        TESTS / name
        for name in (
            "promises",
            "stories",
            "imports",
            "stubs",
            "dates",
            "carriers",
            "payments",
            "erp_live",
        )
    ),
    HOSTILE_FILES,
    SHELVES,
    BANK_FILES,
):
    sys.path.insert(0, str(folder))
