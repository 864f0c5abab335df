"""Whole-product tests."""

import sys
from pathlib import Path

TESTS = Path(__file__).parent
HOSTILE_FILES = TESTS.parent / "plugins/erp_1c/tests/commerceml"

for folder in (TESTS / "promises", TESTS / "stories", TESTS / "imports", HOSTILE_FILES):
    sys.path.insert(0, str(folder))
