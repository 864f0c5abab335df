"""The typeface of documents: every letter comes from the package, none from the machine.

The folder is filled by `make assets` and travels in the wheel. Typst draws an empty box where a
font lacks a glyph and says nothing, so texts are compared with the fonts before typesetting.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import typst
from fontTools.ttLib import TTFont

from fondaco.documents.render.errors import RenderError

FOLDER = Path(__file__).parent.parent / "fonts"


class Typeface(NamedTuple):
    """One family in its weights; `glyphs` are the code points that every weight can draw."""

    family: str
    fonts: typst.Fonts
    glyphs: frozenset[int]


@cache
def load(folder: Path = FOLDER) -> Typeface:
    """The only family in a folder. RenderError: no font there, or more than one family."""
    files = sorted(file for file in folder.glob("*") if file.suffix.lower() in {".ttf", ".otf"})
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    families = fonts.families()
    if len(families) != 1:
        found = ", ".join(families) or "—"
        raise RenderError(
            f"Documents need one font family, found: {found}. Run `make assets`, or install"
            " the package again.",
            f"Для документов нужно одно семейство шрифтов, найдено: {found}. Выполните"
            " `make assets` или установите пакет заново.",
        )
    return Typeface(families[0], fonts, frozenset.intersection(*map(_glyphs, files)))


def _glyphs(file: Path) -> frozenset[int]:
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def check_glyphs(texts: object, typeface: Typeface) -> None:
    """RenderError for the first text, inside lists and mappings, that the typeface cannot draw."""
    if isinstance(texts, str):
        _check_text(texts, typeface)
    elif isinstance(texts, dict):
        check_glyphs(list(texts.values()), typeface)
    elif isinstance(texts, list):
        for text in texts:
            check_glyphs(text, typeface)


def _check_text(text: str, typeface: Typeface) -> None:
    missing = next((char for char in text if ord(char) not in typeface.glyphs), None)
    if missing is None:
        return
    # The character itself may be unprintable for whoever reads the message, hence the code.
    code = f"U+{ord(missing):04X}"
    shown = text.replace(missing, "□")
    raise RenderError(
        f"The font {typeface.family} has no glyph for {code} (□) in “{shown}”."
        " Replace the character in this text.",
        f"В шрифте {typeface.family} нет знака {code} (□) из текста «{shown}»."
        " Замените этот знак в тексте.",
    )
