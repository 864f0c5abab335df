"""Lets the tests of this folder import its gallery and samples, which also run on their own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
