"""The `fondaco` command."""

from fondaco.cli.main import main

__all__ = ["main"]
