"""The tests of the kernel and of the SDK need no plugin of `plugins/`."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = sorted(folder.name for folder in (ROOT / "plugins").iterdir() if folder.is_dir())
NEEDED = re.compile(
    rf"mark\.plugins\([^)]*\b({'|'.join(NAMES)})\b|(from|import) fondaco_({'|'.join(NAMES)})\b"
)


def test_no_test_of_the_kernel_asks_for_an_installed_plugin() -> None:
    files = [file for part in ("core", "sdk") for file in (ROOT / part / "tests").rglob("*.py")]
    assert len(files) > 50
    found = [file.name for file in files if NEEDED.search(file.read_text("utf-8"))]
    assert found == [], "move these to tests/ or to the plugin"
