"""`fondaco plugin new` knows the installed plugins beside the built-in ones."""

from pathlib import Path

import pytest

from fondaco.cli.new_plugin import NotMade, make_plugin


def test_the_name_of_an_installed_plugin_is_taken(tmp_path: Path) -> None:
    with pytest.raises(NotMade, match="is there already"):
        make_plugin("loyalty", tmp_path)
