"""Materials: from the darkest shade of a thing to its highlight, and how light falls on a form."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import atan2, cos

from msgspec import Struct
from PIL import Image, ImageColor

_MAP = 128
_LARGE = (512, 512)

Colour = tuple[int, int, int]


class Tone(Struct, frozen=True):
    """Five shades of one material, dark to light."""

    shades: tuple[Colour, Colour, Colour, Colour, Colour]

    @property
    def deep(self) -> Colour:
        """In the shadow."""
        return self.shades[0]

    @property
    def dark(self) -> Colour:
        """Turned away from the light."""
        return self.shades[1]

    @property
    def mid(self) -> Colour:
        """The material's own colour."""
        return self.shades[2]

    @property
    def light(self) -> Colour:
        """Turned to the light."""
        return self.shades[3]

    @property
    def glare(self) -> Colour:
        """The highlight."""
        return self.shades[4]


def paint(hue: int, saturation: int = 70, lightness: int = 42) -> Tone:
    """Enamel or plastic of this hue (0 to 359); saturation and lightness in percent."""
    steps = (
        (saturation * 9 // 10, lightness * 42 // 100),
        (saturation, lightness * 68 // 100),
        (saturation, lightness),
        (saturation * 9 // 10, lightness + (100 - lightness) * 26 // 100),
        (saturation * 6 // 10, lightness + (100 - lightness) * 66 // 100),
    )
    shades = [_rgb(f"hsl({hue},{strength}%,{level}%)") for strength, level in steps]
    return Tone((shades[0], shades[1], shades[2], shades[3], shades[4]))


def _rgb(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


STEEL = Tone(((74, 80, 88), (122, 129, 138), (168, 175, 183), (212, 217, 222), (250, 251, 252)))
IRON = Tone(((44, 47, 51), (78, 82, 87), (116, 120, 125), (158, 162, 166), (208, 211, 214)))
CHROME = Tone(((52, 60, 72), (124, 134, 147), (190, 198, 207), (230, 235, 239), (255, 255, 255)))
ALUMINIUM = Tone(
    ((112, 116, 121), (154, 158, 163), (192, 195, 199), (222, 224, 227), (250, 250, 251))
)
BRASS = Tone(((102, 74, 22), (158, 120, 46), (204, 165, 78), (232, 205, 130), (252, 242, 205)))
COPPER = Tone(((94, 46, 24), (148, 78, 44), (194, 116, 72), (224, 160, 120), (248, 218, 196)))
RUBBER = Tone(((20, 21, 23), (34, 36, 38), (52, 54, 57), (84, 87, 90), (138, 142, 146)))
PAPER = Tone(((150, 128, 88), (188, 166, 122), (220, 202, 162), (238, 226, 196), (252, 247, 232)))
GLASS = Tone(((120, 138, 150), (170, 186, 196), (208, 220, 228), (232, 240, 245), (255, 255, 255)))
CERAMIC = Tone(
    ((150, 152, 156), (196, 198, 201), (228, 229, 231), (244, 245, 246), (255, 255, 255))
)
WHITE = Tone(((255, 255, 255),) * 5)

_FORMS: dict[str, Sequence[tuple[float, int]]] = {
    "cylinder": (
        (0, 52),
        (0.08, 96),
        (0.26, 226),
        (0.34, 248),
        (0.44, 188),
        (0.66, 118),
        (0.88, 34),
        (1, 74),
    ),
    "metal": (
        (0, 40),
        (0.07, 150),
        (0.14, 84),
        (0.3, 240),
        (0.38, 255),
        (0.5, 140),
        (0.62, 92),
        (0.74, 30),
        (0.86, 128),
        (0.93, 60),
        (1, 20),
    ),
    "soft": ((0, 88), (0.3, 178), (0.6, 128), (1, 62)),
    "slope": ((0, 196), (1, 96)),
    "flat": ((0, 150), (1, 122)),
    "hex": ((0, 70), (0.24, 96), (0.25, 214), (0.74, 186), (0.75, 88), (1, 44)),
}


@lru_cache(maxsize=128)
def across(form: str, tone: Tone) -> Image.Image:
    """The light across a form from left to right: a strip one pixel high."""
    return _tinted(_strip(form), tone)


@lru_cache(maxsize=128)
def down(form: str, tone: Tone) -> Image.Image:
    """The light across a form from top to bottom: a strip one pixel wide."""
    return across(form, tone).transpose(Image.Transpose.ROTATE_270)


@lru_cache(maxsize=128)
def around(tone: Tone) -> Image.Image:
    """Turned metal seen from its face: the light runs around the centre."""
    return _tinted(_turned(), tone).resize(_LARGE, Image.Resampling.BILINEAR)


@lru_cache(maxsize=128)
def ball(tone: Tone) -> Image.Image:
    """A ball lit from above on the left."""
    return _tinted(_sphere(), tone).resize(_LARGE, Image.Resampling.BILINEAR)


def _strip(form: str) -> Image.Image:
    return _drawn((_MAP, 1), lambda x, _: _between(_FORMS[form], x))


@cache
def _turned() -> Image.Image:
    def light(x: float, y: float) -> int:
        angle = atan2(y - 0.5, x - 0.5)
        return int(138 + 62 * cos(2 * angle + 1.7) + 34 * cos(4 * angle + 0.6))

    return _drawn((_MAP, _MAP), light)


@cache
def _sphere() -> Image.Image:
    def light(x: float, y: float) -> int:
        distance = ((x - 0.36) ** 2 + (y - 0.32) ** 2) ** 0.5
        return int(255 - min(distance / 0.72, 1) ** 0.9 * 235)

    return _drawn((_MAP, _MAP), light)


def _drawn(size: tuple[int, int], light: Callable[[float, float], int]) -> Image.Image:
    width, height = size
    image = Image.new("L", size)
    image.putdata(
        [
            light(x / (width - 1), y / max(height - 1, 1))
            for y in range(height)
            for x in range(width)
        ]
    )
    return image


def _between(stops: Sequence[tuple[float, int]], x: float) -> int:
    for (left, low), (right, high) in pairwise(stops):
        if x <= right:
            return int(low + (high - low) * (x - left) / (right - left))
    return stops[-1][1]


def _tinted(light: Image.Image, tone: Tone) -> Image.Image:
    bands = []
    for band in range(3):
        values = [shade[band] for shade in tone.shades]
        table = [
            values[min(level // 64, 3)]
            + (values[min(level // 64, 3) + 1] - values[min(level // 64, 3)]) * (level % 64) // 64
            for level in range(256)
        ]
        bands.append(light.point(table))
    return Image.merge("RGB", bands)
