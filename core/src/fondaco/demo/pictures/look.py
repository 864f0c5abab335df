"""What differs between two pictures of one kind of part."""

from msgspec import Struct

from fondaco.demo.brands import BRAND_NUMBERS
from fondaco.demo.pictures.tones import ALUMINIUM, CHROME, IRON, STEEL, Tone, paint

_COLOURS = (
    *((214, 76, 40), (4, 74, 43), (150, 54, 31), (30, 88, 47), (196, 76, 38), (350, 64, 33)),
    *((45, 92, 46), (222, 48, 27), (170, 58, 31), (210, 14, 34), (14, 80, 42), (92, 42, 35)),
    *((204, 62, 50),),
)
_METALS = (STEEL, CHROME, IRON, ALUMINIUM)


class Look(Struct, frozen=True):
    """`paint`: the maker's colour; `metal`: its finish; `grade`: proportion from 0 to 1; `shape`:
    which of the maker's shapes, from 0; `word`: the maker's name as printed on the part.
    """

    paint: Tone
    metal: Tone
    grade: float
    shape: int
    word: str


def look_of(brand: str, shape: int) -> Look:
    """How the maker's part looks in its `shape`-th picture."""
    number = BRAND_NUMBERS[brand]
    hue, saturation, lightness = _COLOURS[number % len(_COLOURS)]
    return Look(
        paint=paint(hue + shape * 3, saturation, lightness + shape % 3 * 3),
        metal=_METALS[(number + shape) % len(_METALS)],
        grade=(number * 5 + shape * 3) % 11 / 10,
        shape=shape,
        word=brand if brand.isascii() else "",
    )
