"""Promises and their negative controls are told apart: `make test` leaves them to the targets of
their own."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
BEGINNINGS = ("test_without_", "test_control_")
WOULD = "_would_"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A control is named after the guard that it takes off, or says what would happen."""
    for item in items:
        if item.path.parent != HERE:
            continue
        item.add_marker(pytest.mark.promise)
        if item.name.startswith(BEGINNINGS) or WOULD in item.name:
            item.add_marker(pytest.mark.control)
