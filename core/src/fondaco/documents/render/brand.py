"""The brand's colour on paper, kept readable whatever colour the brand has."""

import re

from fondaco.documents.render.errors import RenderError
from fondaco_sdk.types.paper import Letterhead

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WHITE = (255, 255, 255)
_NEARLY_BLACK = (17, 24, 39)
# WCAG 2, level AA for text of ordinary size.
_READABLE = 4.5


def inks(letterhead: Letterhead) -> dict[str, str]:
    """The brand's colour as `fill`, what is readable upon it, and its own shade for text on white.

    RenderError: the colour is not "#rrggbb".
    """
    if not _COLOUR.fullmatch(letterhead.colour):
        raise RenderError(
            f"The brand colour “{letterhead.colour}” must look like #1f4e79.",
            f"Цвет бренда «{letterhead.colour}» нужно записать в виде #1f4e79.",
        )
    fill = _rgb(letterhead.colour)
    on_fill = _WHITE if _contrast(fill, _WHITE) >= _READABLE else _NEARLY_BLACK
    ink = fill
    while _contrast(ink, _WHITE) < _READABLE:
        ink = (ink[0] * 9 // 10, ink[1] * 9 // 10, ink[2] * 9 // 10)
    return {"fill": _hex(fill), "on_fill": _hex(on_fill), "ink": _hex(ink)}


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
