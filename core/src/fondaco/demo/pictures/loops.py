"""Belts, chains, hoses and leads: things that run along a line."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, pi, sin

from fondaco.demo.pictures.canvas import Canvas, Point
from fondaco.demo.pictures.forms import curve, ring_of_points
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import BRASS, IRON, RUBBER, STEEL, Colour


def _loop(grade: float) -> list[Point]:
    """A belt lying loose: wide at one end, drawn in at the waist."""
    points = []
    for k in range(120):
        angle = 2 * pi * k / 120
        waist = 1 - (0.34 - 0.2 * grade) * abs(sin(angle)) ** 3
        points.append((285 + 195 * cos(angle), 330 + 176 * waist * sin(angle)))
    return [*points, points[0]]


def _band(canvas: Canvas, loop: Sequence[Point], bands: Sequence[Colour], width: float) -> None:
    """The loop, drawn from the far edge of the belt to the near one."""
    for place, colour in enumerate(bands):
        away = len(bands) - 1 - place
        canvas.line([(x + away * width * 0.7, y - away * width) for x, y in loop], colour, 15)


def _inward(loop: Sequence[Point], depth: float) -> list[tuple[Point, Point]]:
    pairs = []
    for (x, y), (nx, ny) in pairwise(loop):
        length = hypot(nx - x, ny - y) or 1
        pairs.append(((x, y), (x - (ny - y) / length * depth, y + (nx - x) / length * depth)))
    return pairs


def v_belt(look: Look) -> Canvas:
    """A wrapped or a cogged belt."""
    canvas = Canvas()
    loop = _loop(look.grade)
    canvas.shadow(300, 520, 190, 18, 70)
    shades = [RUBBER.deep, RUBBER.dark, RUBBER.mid, RUBBER.dark, RUBBER.deep, RUBBER.deep]
    _band(canvas, loop, shades, 4)
    if look.shape % 2:
        for near, far in _inward(loop, 12)[::2]:
            canvas.line([near, far], RUBBER.deep, 6)
    canvas.line([(x - 1, y + 1) for x, y in loop], RUBBER.light, 2)
    canvas.line([(x + 14, y - 20) for x, y in loop[70:104]], look.paint.light, 3)
    return canvas


def ribbed_belt(look: Look) -> Canvas:
    """A belt with several ribs."""
    canvas = Canvas()
    loop = _loop(look.grade)
    canvas.shadow(300, 520, 190, 18, 70)
    ribs = 4 + int(look.grade * 3)
    shades = [shade for _ in range(ribs) for shade in (RUBBER.deep, RUBBER.dark, RUBBER.light)]
    _band(canvas, loop, shades, 2.6)
    canvas.line([(x + 12, y - 17) for x, y in loop[72:100]], look.paint.light, 3)
    return canvas


def timing_belt(look: Look) -> Canvas:
    """A toothed belt."""
    canvas = Canvas()
    loop = _loop(look.grade)
    canvas.shadow(300, 520, 190, 18, 70)
    for away in range(9, -1, -1):
        moved = [(x + away * 3, y - away * 4.2) for x, y in loop]
        colour = RUBBER.mid if away % 9 else RUBBER.light
        canvas.line(moved, colour, 10)
        for near, far in _inward(moved, 15)[::2]:
            canvas.line([near, far], RUBBER.dark if away else RUBBER.mid, 8)
    canvas.line([(x + 13, y - 22) for x, y in loop[72:100]], look.paint.light, 4)
    return canvas


def chain(look: Look) -> Canvas:
    """A roller chain, coiled."""
    canvas = Canvas()
    canvas.shadow(305, 500, 200, 30)
    for rx, count in ((104, 16), (188, 28)):
        pins = ring_of_points(300, 305, rx, rx * 0.92, count)
        for outer in (0, 1):
            for k in range(outer, count, 2):
                _chain_link(canvas, pins[k], pins[(k + 1) % count], 30 if outer else 23, look)
        for k, (x, y) in enumerate(pins):
            canvas.plain_ellipse(x, y, 6.5, 6.5, look.metal.deep)
            canvas.plain_ellipse(x - 1, y - 1, 4.5, 4.5, (BRASS if k == 3 else look.metal).glare)
    return canvas


def _chain_link(canvas: Canvas, start: Point, end: Point, width: float, look: Look) -> None:
    for size, colour in ((width, look.metal.deep), (width - 5, look.metal.light)):
        canvas.line([start, end], colour, size * 0.66)
        for x, y in (start, end):
            canvas.plain_ellipse(x, y, size / 2, size / 2, colour)


def brake_hose(look: Look) -> Canvas:
    """A rubber hose with crimped fittings."""
    canvas = Canvas()
    canvas.shadow(300, 545, 190, 14, 60)
    bend = 60 + 70 * look.grade
    line = curve((130, 130), (180, 260), (300 - bend / 2, 420), (400, 470 - bend / 3), (470, 330))
    canvas.tube(line, 30, RUBBER)
    canvas.line(line[20:44], look.paint.mid, 3)
    for end, inner in ((line[0], line[5]), (line[-1], line[-6])):
        out = (end[0] * 1.9 - inner[0] * 0.9, end[1] * 1.9 - inner[1] * 0.9)
        canvas.tube([end, inner], 38, STEEL)
        canvas.tube([end, out], 27, BRASS if look.shape % 2 else STEEL)
    return canvas


def coolant_hose(look: Look) -> Canvas:
    """A moulded hose with a clamp at each end."""
    canvas = Canvas()
    canvas.shadow(300, 540, 180, 18, 76)
    silicone = look.paint if look.shape % 2 else RUBBER
    line = curve((140, 170), (260, 150), (330, 240), (300 + 60 * look.grade, 380), (450, 460))
    canvas.tube(line, 92, silicone, ends=False)
    for end, place in ((line[0], 4), (line[-1], -5)):
        canvas.tube([line[place], end], 100, silicone, ends=False)
    for place in (7, -8):
        canvas.line([line[place], line[place + 1]], STEEL.mid, 102)
        canvas.line([line[place], line[place + 1]], STEEL.light, 60)
    return canvas


def hose_coil(look: Look) -> Canvas:
    """Hose sold by the metre, in a coil."""
    canvas = Canvas()
    canvas.shadow(305, 500, 210, 36)
    tone = RUBBER if look.shape % 2 == 0 else look.paint
    for y in (440, 398, 356, 314, 272):
        canvas.tube([*ring_of_points(300, y, 176, 74, 60), (476, y)], 46, tone, ends=False)
        canvas.line(ring_of_points(300, y + 4, 176, 74, 60)[4:27], look.paint.light, 2)
    canvas.tube(curve((470, 300), (520, 350), (500, 430), (540, 500)), 44, tone)
    canvas.plain_ellipse(540, 500, 14, 14, RUBBER.deep)
    return canvas


def ignition_leads(look: Look) -> Canvas:
    """A set of leads with their boots."""
    canvas = Canvas()
    canvas.shadow(300, 530, 210, 18, 70)
    count = 3 + int(look.grade * 2)
    for k in range(count):
        x = 120 + k * 360 / (count - 1)
        line = curve(
            (x, 470), (x + 8 - 16 * k, 320), (180 + k * 50, 210), (330 + k * 24, 130 + k * 12)
        )
        canvas.tube(line, 15, look.paint)
        canvas.tube([(x, 520), (x, 440)], 30, RUBBER)
        canvas.tube([(x, 452), (x, 430)], 22, RUBBER)
        canvas.tube([line[-5], (line[-1][0] + 26, line[-1][1] - 12)], 26, RUBBER)
    return canvas


def spring(look: Look) -> Canvas:
    """A coil spring with a paint mark."""
    canvas = Canvas()
    canvas.shadow(300, 528, 130, 24)
    turns = 4 + int(look.grade * 3)
    bar = 30 - 8 * look.grade
    tone = look.paint if look.shape % 2 else RUBBER
    points = []
    for k in range(turns * 36 + 1):
        angle = k * pi / 18
        points.append((300 + 118 * cos(angle), 110 + 390 * k / (turns * 36) + 30 * sin(angle)))
    halves = [points[start : start + 19] for start in range(0, len(points) - 1, 18)]
    for half in halves[1::2]:
        canvas.tube(half, bar, tone)
    for half in halves[::2]:
        canvas.tube(half, bar, tone)
    canvas.line(halves[2][6:12], look.paint.glare, bar * 0.9)
    return canvas


def clamp(look: Look) -> Canvas:
    """A worm-drive clamp."""
    canvas = Canvas()
    canvas.shadow(310, 530, 150, 18)
    canvas.turned_disc(270, 320, 168, 196, 54 + 20 * look.grade, look.metal, hole=0.95)
    for k in range(9):
        angle = -2.0 + k * 0.11
        x, y = 270 + 168 * cos(angle), 320 + 196 * sin(angle)
        canvas.line([(x + 12, y), (x + 46, y - 3)], IRON.dark, 3)
    lathe_x = 300
    canvas.tube([(lathe_x - 66, 104), (lathe_x + 40, 104)], 46, look.metal)
    canvas.tube([(lathe_x - 96, 104), (lathe_x - 58, 104)], 40, STEEL)
    canvas.line([(lathe_x - 104, 92), (lathe_x - 104, 116)], RUBBER.dark, 4)
    return canvas
