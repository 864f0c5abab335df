"""Every code has a text in every language, with exactly its placeholders."""

import re
from pathlib import Path

import pytest

import fondaco.intake
from fondaco.intake.parse.codes import PARAMS, SKIP_REASONS
from fondaco.web.i18n import LOCALES, load_catalogues

FOLDER = Path(fondaco.intake.__file__).parent / "locales"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_text(locale: str) -> None:
    texts = load_catalogues({"intake": FOLDER})[locale]
    for code, params in PARAMS.items():
        text = texts[f"intake.problem.{code}"]
        assert set(re.findall(r"\{(\w+)\}", text)) == set(params), code
        assert "!" not in text
    for reason in SKIP_REASONS:
        assert texts[f"intake.skipped.{reason}"]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_without_a_code(locale: str) -> None:
    texts = load_catalogues({"intake": FOLDER})[locale]
    named = {f"intake.problem.{code}" for code in PARAMS}
    assert {key for key in texts if key.startswith("intake.problem.")} == named


def test_the_readers_name_no_other_code() -> None:
    parse = FOLDER.parent / "parse"
    sources = "".join(file.read_text("utf-8") for file in parse.glob("*.py"))
    used = set(re.findall(r'(?:problem|FileRefused)\(\s*"([a-z_.]+)"', sources))
    assert used == set(PARAMS)
