"""The templates of the catalogue bear the policy and both languages."""

from pathlib import Path

import fondaco.search
from fondaco.web.i18n import load_catalogues, text_keys
from fondaco.web.lint import check_templates

ROOM = Path(fondaco.search.__file__).parent
ICONS = (Path(__file__).parents[3] / "web" / "icons.txt").read_text("utf-8").split("\n")


def test_templates_are_clean() -> None:
    core = ROOM.parent
    rooms = {name: core / name / "locales" for name in ("search", "cart", "orders")}
    keys = text_keys(load_catalogues(rooms)["ru"])
    assert check_templates(ROOM / "templates", icons=ICONS, keys=keys) == []
