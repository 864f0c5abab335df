"""Long things: shock absorbers, links, valves, plugs, bolts, hand tools."""

from math import cos, sin

from fondaco.demo.pictures.canvas import Canvas
from fondaco.demo.pictures.forms import curve, hexagon, lathe, thread
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import (
    BRASS,
    CERAMIC,
    CHROME,
    COPPER,
    GLASS,
    IRON,
    RUBBER,
    STEEL,
    WHITE,
    across,
    down,
)

_PRINT = (255, 255, 255)


def shock_absorber(look: Look) -> Canvas:
    """A damper with its rod pulled out."""
    canvas = Canvas(tilt=-28)
    canvas.shadow(300, 540, 190, 18, 74)
    body = look.paint if look.shape % 2 else RUBBER
    canvas.turned_disc(286, 552, 32, 36, 28, IRON, hole=0.5)
    lathe(canvas, 300, ((526, 40), (510, 52), (280, 52), (268, 44)), body)
    canvas.band(300, 400, 470, 53, look.paint)
    canvas.label(300, 440, look.word, 20, _PRINT)
    canvas.frustum(300, 110, 270, 15, 15, CHROME, "metal")
    lathe(canvas, 300, ((226 - 40 * look.grade, 60), (112, 60), (98, 40)), RUBBER)
    thread(canvas, 300, 46, 98, 12, STEEL)
    hexagon(canvas, 300, 70, 90, 25, STEEL)
    return canvas


def valve(look: Look) -> Canvas:
    """Two valves, the inlet larger."""
    canvas = Canvas()
    canvas.shadow(305, 528, 190, 20)
    for x, radius, tone in (
        (205, 92 + 16 * look.grade, STEEL),
        (405, 74 + 12 * look.grade, look.metal),
    ):
        flare = [(496, radius), (484, radius)]
        flare += [
            (484 - step * 12, 13 + (radius - 13) * (1 - step / 9) ** 2.4) for step in range(1, 10)
        ]
        lathe(
            canvas, x, (*flare, (110, 13), (104, 11), (96, 11), (92, 13), (72, 13)), tone, "metal"
        )
        canvas.arc(x, 496, radius, radius * 0.22, 10, 170, tone.deep, 2)
    return canvas


def spark_plug(look: Look) -> Canvas:
    """A plug: terminal, ribbed insulator, hexagon, thread, electrodes."""
    canvas = Canvas(tilt=-32)
    canvas.shadow(300, 535, 190, 16, 74)
    canvas.line([(282, 532), (282, 556), (306, 556)], IRON.mid, 10)
    canvas.frustum(300, 530, 548, 6, 6, COPPER if look.grade > 0.5 else STEEL, "metal")
    thread(canvas, 300, 430, 532, 27, STEEL, 10)
    lathe(canvas, 300, ((430, 42), (418, 42), (412, 34), (392, 40), (376, 46)), look.metal, "metal")
    hexagon(canvas, 300, 326, 380, 56, look.metal)
    lathe(canvas, 300, ((330, 46), (306, 44), (296, 34)), look.metal, "metal")
    lathe(canvas, 300, ((298, 31), (232, 29)), CERAMIC)
    for rib in range(4):
        lathe(canvas, 300, ((232 - rib * 28, 30), (222 - rib * 28, 30)), CERAMIC)
        lathe(canvas, 300, ((222 - rib * 28, 24), (204 - rib * 28, 24)), CERAMIC)
    lathe(canvas, 300, ((120, 22), (112, 14)), CERAMIC)
    lathe(
        canvas,
        300,
        ((112, 14), (98, 14), (92, 9), (80, 9), (76, 15), (54, 15)),
        look.metal,
        "metal",
    )
    canvas.line([(280, 262), (320, 262)], look.paint.mid, 8)
    return canvas


def sensor(look: Look) -> Canvas:
    """A sensor with a connector or a cable."""
    canvas = Canvas(tilt=-30)
    canvas.shadow(300, 530, 170, 16, 74)
    metal = BRASS if look.grade < 0.5 else STEEL
    lathe(canvas, 300, ((540, 14), (450, 18)), metal, "metal")
    thread(canvas, 300, 360, 452, 36, metal, 10)
    hexagon(canvas, 300, 300, 352, 74, metal)
    lathe(canvas, 300, ((304, 52), (270, 52), (262, 44)), metal, "metal")
    if look.shape % 2:
        canvas.tube(curve((300, 255), (304, 190), (270, 130), (330, 60)), 22, RUBBER)
        canvas.tube([(300, 262), (300, 226)], 40, look.paint)
        return canvas
    lathe(canvas, 300, ((266, 44), (220, 44)), look.paint)
    canvas.rounded((246, 110, 354, 226), 12, across("cylinder", RUBBER))
    canvas.rounded((258, 96, 342, 132), 8, across("flat", RUBBER))
    canvas.rounded((280, 150, 320, 190), 5, down("slope", RUBBER))
    for x in (278, 300, 322):
        canvas.line([(x, 104), (x, 124)], BRASS.mid, 5)
    return canvas


def bulb(look: Look) -> Canvas:
    """A headlamp bulb, or one with a bayonet base."""
    canvas = Canvas(tilt=-26)
    canvas.shadow(300, 520, 150, 16, 66)
    if look.shape % 2:
        lathe(canvas, 300, ((500, 20), (486, 44), (380, 46), (366, 52)), BRASS, "metal")
        for x in (252, 348):
            canvas.ellipse(x, 420, 9, 8, across("metal", STEEL))
        canvas.ellipse(300, 262, 92, 112, across("soft", GLASS))
        canvas.line([(284, 370), (276, 262), (300, 240), (324, 262), (316, 370)], IRON.dark, 3)
        canvas.arc(300, 262, 76, 96, 190, 260, _PRINT, 8)
        canvas.arc(300, 262, 92, 112, 0, 360, GLASS.dark, 1.4)
        return canvas
    for x in (262, 300, 338):
        canvas.rounded((x - 11, 500, x + 11, 560), 3, down("slope", STEEL))
    lathe(canvas, 300, ((510, 62), (440, 62)), look.paint if look.grade > 0.6 else RUBBER)
    canvas.frustum(300, 414, 440, 104, 104, look.metal, "metal")
    lathe(canvas, 300, ((420, 58), (370, 50)), CHROME, "metal")
    canvas.rounded((252, 110, 348, 384), 46, across("soft", GLASS))
    canvas.line([(300, 380), (300, 210)], IRON.mid, 4)
    canvas.line([(284, 230), (316, 230)], IRON.dark, 6)
    canvas.line([(284, 290), (316, 290)], IRON.dark, 6)
    canvas.rounded((270, 90, 330, 140), 26, across("soft", IRON if look.grade > 0.4 else GLASS))
    canvas.line([(270, 160), (270, 350)], _PRINT, 7)
    return canvas


def bolt(look: Look) -> Canvas:
    """A hexagon bolt with its nut."""
    canvas = Canvas(tilt=-34)
    canvas.shadow(300, 520, 200, 16, 74)
    tone = BRASS if look.grade > 0.7 else look.metal
    length = 330 + 110 * look.grade
    canvas.frustum(300, 150, 240, 37, 37, tone, "metal")
    thread(canvas, 300, 230, 150 + length, 37, tone, 11)
    hexagon(canvas, 300, 86, 152, 82, tone)
    canvas.ellipse(300, 86, 58, 17, across("slope", tone))
    hexagon(canvas, 300, length - 10, length + 54, 76, tone)
    canvas.ellipse(300, length - 10, 38, 11, across("metal", tone))
    return canvas


def screws(look: Look) -> Canvas:
    """A handful of self-tapping screws."""
    canvas = Canvas()
    canvas.shadow(300, 436, 210, 50)
    heap = (
        (160, 300, 0.5),
        (430, 250, 2.4),
        (250, 400, 0.15),
        (380, 420, 2.9),
        (300, 250, 1.2),
        (210, 350, 5.6),
        (400, 340, 4.1),
        (290, 340, 0.9),
        (340, 300, 3.5),
        (250, 290, 2.0),
    )
    tone = look.metal if look.shape % 2 else BRASS
    for x, y, angle in heap:
        dx, dy = cos(angle), sin(angle) * 0.7
        tip = (x + dx * 104, y + dy * 104)
        canvas.tube([(x, y), tip], 20, tone)
        for k in range(2, 10):
            px, py = x + dx * k * 11, y + dy * k * 11
            canvas.line(
                [(px - dy * 11, py + dx * 11), (px + dy * 11 + dx * 4, py - dx * 11)], tone.dark, 3
            )
        canvas.ellipse(x, y, 25, 23, across("metal", tone))
        canvas.line([(x - 10, y - 3), (x + 10, y + 3)], IRON.deep, 5)
        canvas.line([(x - 3, y + 9), (x + 3, y - 9)], IRON.deep, 5)
    return canvas


def screwdriver(look: Look) -> Canvas:
    """A screwdriver with a two-component handle."""
    canvas = Canvas(tilt=-40)
    canvas.shadow(300, 500, 220, 14, 70)
    reach = 470 + 80 * look.grade
    canvas.frustum(300, 270, reach, 13, 13, CHROME, "metal")
    canvas.polygon(
        [(287, reach), (313, reach), (306, reach + 28), (294, reach + 28)], across("metal", STEEL)
    )
    lathe(canvas, 300, ((284, 22), (262, 30), (236, 26), (200, 44), (90, 46), (54, 34)), look.paint)
    for x in (276, 300, 324):
        canvas.line([(x, 112), (x, 196)], RUBBER.dark, 11)
    canvas.ellipse(300, 54, 34, 8, across("flat", RUBBER))
    return canvas


def wrench(look: Look) -> Canvas:
    """A combination wrench."""
    canvas = Canvas(tilt=-38)
    canvas.shadow(300, 480, 230, 14, 70)
    half = 20 + 8 * look.grade
    canvas.polygon(
        [(300 - half, 120), (300 + half, 120), (300 + half - 5, 470), (300 - half + 5, 470)],
        across("metal", CHROME),
    )
    canvas.rounded((300 - half + 9, 190, 300 + half - 9, 400), 8, across("soft", look.metal))
    canvas.ellipse(300, 96, 70, 68, across("metal", CHROME))
    canvas.polygon([(276, 20), (324, 20), (318, 92), (282, 92)], across("flat", WHITE))
    canvas.plain_ellipse(300, 92, 24, 22, _PRINT)
    canvas.ellipse(300, 508, 62, 60, across("metal", CHROME))
    canvas.bore(300, 508, 36, 35, 6, STEEL)
    canvas.line([(300, 240), (300, 350)], look.paint.mid, 5)
    return canvas


def socket(look: Look) -> Canvas:
    """A hexagon socket."""
    canvas = Canvas()
    radius = 96 + 26 * look.grade
    canvas.shadow(305, 470, radius * 1.15, 40)
    lathe(
        canvas,
        300,
        ((450, radius - 12), (330, radius - 12), (310, radius), (170, radius)),
        look.metal,
        "metal",
        0.32,
    )
    canvas.ellipse(300, 170, radius - 12, (radius - 12) * 0.32, across("metal", CHROME))
    inner = radius * 0.66
    canvas.polygon(
        [(300 + inner * cos(k * 1.0472), 172 + inner * 0.34 * sin(k * 1.0472)) for k in range(6)],
        across("soft", RUBBER),
    )
    canvas.band(300, 356, 378, radius - 11, look.paint, squash=0.32)
    canvas.label(300, 276, look.word, 26, IRON.deep)
    return canvas


def nut(look: Look) -> Canvas:
    """Two hexagon nuts."""
    canvas = Canvas()
    canvas.shadow(305, 480, 210, 36)
    tone = BRASS if look.grade > 0.75 else look.metal
    for x, y, size in ((390, 220, 104), (230, 300, 130)):
        hexagon(canvas, x, y, y + size * 0.86, size, tone, 0.52)
        canvas.ellipse(x, y, size * 0.76, size * 0.4, across("slope", tone))
        canvas.ellipse(x, y, size * 0.54, size * 0.28, across("soft", IRON))
        for ring in range(4):
            canvas.arc(x, y + ring * 7, size * 0.54, size * 0.28, 190, 350, tone.light, 2)
        if look.shape % 2:
            canvas.arc(x, y, size * 0.56, size * 0.3, 0, 360, look.paint.mid, 8)
    return canvas
