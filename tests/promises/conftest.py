"""Negative controls are told apart: `make promises` and CI run them, `make test` does not."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
BEGINNINGS = ("test_without_", "test_control_")
WOULD = "_would_"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A control is named after the guard that it takes off, or says what would happen."""
    for item in items:
        control = item.name.startswith(BEGINNINGS) or WOULD in item.name
        if control and item.path.parent == HERE:
            item.add_marker(pytest.mark.control)
