"""A white sheet on which solid forms are laid, lit from above on the left.

Coordinates are those of the finished picture, 600 by 600; the sheet is drawn at twice that size
and reduced, which smooths the edges.
"""

from collections.abc import Sequence
from io import BytesIO
from math import hypot
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from fondaco.demo.pictures.tones import Colour, Tone, across, around, down

SIDE = 600
_SCALE = 2
_MOST_BYTES = 30_000
_BROAD = 60
_WHITE = (255, 255, 255)
_SHADE = (30, 34, 40)

Point = tuple[float, float]
Box = tuple[float, float, float, float]


class Canvas:
    """The sheet and what can be laid on it; later forms cover earlier ones."""

    def __init__(self, tilt: float = 0) -> None:
        """`tilt`: degrees by which the finished thing is turned counter-clockwise."""
        self._tilt = tilt
        self._late_shadows: list[tuple[Image.Image, tuple[int, int]]] = []
        self._sheet = Image.new("RGB", (SIDE * _SCALE, SIDE * _SCALE), _WHITE)
        self._pen = ImageDraw.Draw(self._sheet)

    def save(self, path: Path) -> None:
        """Write the finished picture as JPEG of at most 30 kB."""
        picture = self._finished()
        for quality in (78, 68, 58, 48):
            file = BytesIO()
            picture.save(file, "JPEG", quality=quality)
            if file.tell() <= _MOST_BYTES:
                break
        path.write_bytes(file.getvalue())

    def _finished(self) -> Image.Image:
        sheet = self._sheet
        if self._tilt:
            sheet = sheet.rotate(self._tilt, Image.Resampling.NEAREST, fillcolor=_WHITE)
        picture = sheet.reduce(_SCALE)
        for soft, corner in self._late_shadows:
            ground = Image.new("RGB", picture.size, _WHITE)
            ground.paste(_SHADE, corner, soft.reduce(_SCALE))
            picture = ImageChops.multiply(picture, ground)
        return picture

    def shadow(self, x: float, y: float, rx: float, ry: float, strength: int = 92) -> None:
        """The soft shadow on the ground under a thing; where it stands once the thing is tilted."""
        margin = 1.7
        small = Image.new("L", (96, 48), 0)
        ImageDraw.Draw(small).ellipse((20, 10, 75, 37), fill=strength)
        soft = small.filter(ImageFilter.GaussianBlur(6))
        box = _scaled((x - rx * margin, y - ry * margin, x + rx * margin, y + ry * margin))
        size = (box[2] - box[0], box[3] - box[1])
        soft = soft.resize(size, Image.Resampling.BICUBIC)
        if self._tilt:
            self._late_shadows.append((soft, (box[0] // _SCALE, box[1] // _SCALE)))
        else:
            self._sheet.paste(_SHADE, box[:2], soft)

    def polygon(self, points: Sequence[Point], light: Image.Image) -> None:
        """A flat form, filled with `light` stretched over its bounds."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = _scaled((min(xs), min(ys), max(xs), max(ys)))
        mask = self._mask(box)
        ImageDraw.Draw(mask).polygon(_within(box, points), fill=255)
        self._lay(box, light, mask)

    def ellipse(self, x: float, y: float, rx: float, ry: float, light: Image.Image) -> None:
        """A disc or a ball, filled with `light` stretched over its bounds."""
        box = _scaled((x - rx, y - ry, x + rx, y + ry))
        mask = self._mask(box)
        ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
        self._lay(box, light, mask)

    def plain_ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A disc of one colour."""
        self._pen.ellipse(_scaled((x - rx, y - ry, x + rx, y + ry)), fill=colour)

    def arc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        start: float,
        end: float,
        colour: Colour,
        width: float,
    ) -> None:
        """Part of an outline, in degrees clockwise from three o'clock."""
        box = _scaled((x - rx, y - ry, x + rx, y + ry))
        self._pen.arc(box, start, end, fill=colour, width=max(int(width * _SCALE), 1))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line with rounded joints."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._pen.line(scaled, fill=colour, width=max(int(width * _SCALE), 1), joint="curve")
        if width > _BROAD:
            for x, y in points:
                if min(_distance((x, y), end) for end in (points[0], points[-1])) > width / 2:
                    self.plain_ellipse(x, y, width / 2, width / 2, colour)

    def rounded(self, box: Box, radius: float, light: Image.Image) -> None:
        """A rectangle with round corners."""
        scaled = _scaled(box)
        mask = self._mask(scaled)
        ImageDraw.Draw(mask).rounded_rectangle(
            (0, 0, mask.width - 1, mask.height - 1), radius * _SCALE, fill=255
        )
        self._lay(scaled, light, mask)

    def frustum(
        self,
        x: float,
        top: float,
        bottom: float,
        upper: float,
        lower: float,
        tone: Tone,
        form: str = "cylinder",
        squash: float = 0.22,
    ) -> None:
        """A standing cylinder or cone seen slightly from above, with its upper face."""
        widest = max(upper, lower)
        box = _scaled((x - widest, top - upper * squash, x + widest, bottom + lower * squash))
        mask = self._mask(box)
        pen = ImageDraw.Draw(mask)
        sides = ((x - upper, top), (x + upper, top), (x + lower, bottom), (x - lower, bottom))
        pen.polygon(_within(box, sides), fill=255)
        foot = (x - lower, bottom - lower * squash), (x + lower, bottom + lower * squash)
        pen.ellipse(_corners(box, *foot), fill=255)
        self._lay(box, across(form, tone), mask)
        self.ellipse(x, top, upper, upper * squash, across("flat", tone))
        self.arc(x, top, upper, upper * squash, 20, 160, tone.light, 1.2)

    def band(
        self,
        x: float,
        top: float,
        bottom: float,
        radius: float,
        tone: Tone,
        form: str = "cylinder",
        squash: float = 0.22,
    ) -> None:
        """A band around a standing cylinder: a label, a hoop, a coat of paint."""
        depth = radius * squash
        box = _scaled((x - radius, top, x + radius, bottom + depth))
        mask = self._mask(box)
        pen = ImageDraw.Draw(mask)
        pen.rectangle(_corners(box, (x - radius, top), (x + radius, bottom)), fill=255)
        pen.ellipse(_corners(box, (x - radius, bottom - depth), (x + radius, bottom + depth)), 255)
        pen.ellipse(_corners(box, (x - radius, top - depth), (x + radius, top + depth)), fill=0)
        self._lay(box, across(form, tone), mask)

    def turned_disc(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        thickness: float,
        tone: Tone,
        hole: float = 0,
        edge: Tone | None = None,
    ) -> None:
        """A disc standing on its rim, its face turned to the left; `hole` is a share of it."""
        rim = edge or tone
        box = _scaled((x - rx, y - ry, x + rx + thickness, y + ry))
        mask = self._mask(box)
        pen = ImageDraw.Draw(mask)
        width = 2 * rx * _SCALE
        pen.ellipse((mask.width - width, 0, mask.width - 1, mask.height - 1), fill=255)
        pen.rectangle((rx * _SCALE, 0, mask.width - rx * _SCALE, mask.height - 1), fill=255)
        self._lay(box, down("soft", rim), mask)
        self.ellipse(x, y, rx, ry, around(tone))
        self.arc(x, y, rx, ry, 120, 300, tone.glare, 1.5)
        if hole:
            self.bore(x, y, rx * hole, ry * hole, thickness, tone)

    def bore(self, x: float, y: float, rx: float, ry: float, depth: float, tone: Tone) -> None:
        """A hole through a disc: its inner wall, and the white behind it."""
        self.ellipse(x, y, rx, ry, down("soft", tone))
        box = _scaled((x - rx, y - ry, x + rx, y + ry))
        near, far = self._mask(box), self._mask(box)
        ImageDraw.Draw(near).ellipse((0, 0, near.width - 1, near.height - 1), fill=255)
        shift = depth * _SCALE
        ImageDraw.Draw(far).ellipse((shift, 0, far.width - 1 + shift, far.height - 1), fill=255)
        self._sheet.paste(_WHITE, box[:2], ImageChops.darker(near, far))
        self.arc(x, y, rx, ry, 0, 360, tone.dark, 1.2)

    def tube(self, points: Sequence[Point], width: float, tone: Tone, ends: bool = True) -> None:
        """A round bar or hose along the points, lit on its upper left side."""
        layers = (
            (1.0, tone.deep, 0.0),
            (0.86, tone.dark, 0.05),
            (0.66, tone.mid, 0.1),
            (0.38, tone.light, 0.17),
            (0.14, tone.glare, 0.22),
        )
        for share, colour, lift in layers:
            moved = [(x - width * lift * 0.7, y - width * lift) for x, y in points]
            self.line(moved, colour, width * share)
            if ends:
                for x, y in (moved[0], moved[-1]):
                    self.plain_ellipse(x, y, width * share / 2, width * share / 2, colour)

    def label(self, x: float, y: float, text: str, size: float, colour: Colour) -> None:
        """A word printed on a thing, centred; only what the built-in face can draw."""
        if not text.isascii():
            return
        font = ImageFont.load_default(size * _SCALE)
        self._pen.text((x * _SCALE, y * _SCALE), text, fill=colour, font=font, anchor="mm")

    def _mask(self, box: tuple[int, int, int, int]) -> Image.Image:
        return Image.new("L", (max(box[2] - box[0], 1), max(box[3] - box[1], 1)), 0)

    def _lay(self, box: tuple[int, int, int, int], light: Image.Image, mask: Image.Image) -> None:
        self._sheet.paste(_stretched(light, mask.size), box[:2], mask)


def _scaled(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * _SCALE) for edge in box)
    return left, top, right, bottom


def _within(box: tuple[int, int, int, int], points: Sequence[Point]) -> list[Point]:
    return [(x * _SCALE - box[0], y * _SCALE - box[1]) for x, y in points]


def _corners(box: tuple[int, int, int, int], first: Point, last: Point) -> Box:
    (left, top), (right, bottom) = _within(box, (first, last))
    return left, top, right, bottom


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _stretched(light: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Smooth along a strip, which is cheap; a large map is only picked from."""
    smooth, picked = Image.Resampling.BILINEAR, Image.Resampling.NEAREST
    if light.height == 1:
        return light.resize((size[0], 1), smooth).resize(size, picked)
    if light.width == 1:
        return light.resize((1, size[1]), smooth).resize(size, picked)
    return light.resize(size, picked)
