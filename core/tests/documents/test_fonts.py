from datetime import date
from pathlib import Path
from shutil import copy

import pytest

from fondaco.documents.render import RenderError
from fondaco.documents.render.fonts import FOLDER, load
from fondaco.documents.render.labels import LABELS
from fondaco.documents.render.quote import quote_texts
from fondaco.documents.render.typeset import typeset
from fondaco.testing.papers import PLAIN

from .samples import quote


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="make assets"):
        load(tmp_path)


def test_a_family_that_is_not_there_is_an_error() -> None:
    texts = quote_texts(quote(), PLAIN, "ru", [])
    there = load()
    assert typeset("quote", texts, {}, date(2026, 1, 1), there)
    with pytest.raises(RenderError, match="unknown font family"):
        typeset("quote", texts, {}, date(2026, 1, 1), there._replace(family="No Such Font"))


def test_a_glyph_counts_only_if_every_weight_has_it(tmp_path: Path) -> None:
    regular = next(FOLDER.glob("*Regular.[to]tf"))
    copy(regular, tmp_path)
    assert load().glyphs <= load(tmp_path).glyphs
    assert {ord(char) for char in "₽№«»ЁёІі€₸°×²Ø−"} <= load().glyphs


def test_both_languages_have_the_same_words() -> None:
    assert LABELS["ru"].keys() == LABELS["en"].keys()
