"""Whole-product tests."""

import sys
from pathlib import Path

for folder in ("promises", "stories", "imports"):
    sys.path.insert(0, str(Path(__file__).parent / folder))
