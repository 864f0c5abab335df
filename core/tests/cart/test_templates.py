"""The templates from the cart to the documents pass the lint, with the texts of all rooms."""

from pathlib import Path

import pytest

import fondaco
from fondaco.web.i18n import load_catalogues, text_keys
from fondaco.web.lint import check_templates

ROOMS = Path(fondaco.__path__[0])
ICONS = frozenset((Path(__file__).parents[3] / "web" / "icons.txt").read_text().split("\n"))
NAMES = ("cart", "checkout", "orders", "documents")


@pytest.mark.parametrize("room", NAMES)
def test_templates_are_clean(room: str) -> None:
    texts = load_catalogues({name: ROOMS / name / "locales" for name in NAMES})["ru"]
    findings = check_templates(ROOMS / room / "templates", icons=ICONS, keys=text_keys(texts))
    assert [str(found) for found in findings] == []
