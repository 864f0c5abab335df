"""Negative controls are told apart: `make promises` and CI run them, `make test` does not."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMES = ("test_without_", "test_control_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A control is named after the guard that it takes off."""
    for item in items:
        if item.path.parent == HERE and item.name.startswith(NAMES):
            item.add_marker(pytest.mark.control)
