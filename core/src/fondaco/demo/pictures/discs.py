"""Things that turn: discs, bearings, seals, rollers."""

from math import cos, pi, sin

from fondaco.demo.pictures.canvas import Canvas
from fondaco.demo.pictures.forms import lathe, ring_of_points
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import (
    ALUMINIUM,
    BRASS,
    CHROME,
    IRON,
    RUBBER,
    STEEL,
    across,
    ball,
    paint,
)


def brake_disc(look: Look) -> Canvas:
    """A disc with its hat; vented, plain or drilled."""
    canvas = Canvas()
    thickness = 26 + 26 * look.grade
    canvas.shadow(320, 548, 180, 20)
    canvas.turned_disc(270, 300, 200, 238, thickness, ALUMINIUM, edge=IRON)
    if look.shape % 3 == 0:
        for k in range(-8, 9):
            y = 300 + 226 * sin(k * pi / 19)
            x = 270 + 200 * cos(k * pi / 19) + thickness * 0.25
            canvas.line([(x, y), (x + thickness * 0.5, y)], RUBBER.deep, 5)
    if look.shape % 3 == 2 or look.grade > 0.8:
        for ring, start in ((0.66, 0.0), (0.79, 0.03), (0.91, 0.06)):
            for x, y in ring_of_points(270, 300, 200 * ring, 238 * ring, 14, start):
                canvas.ellipse(x, y, 6, 7, across("soft", IRON))
    canvas.turned_disc(246, 300, 96, 115, 26, look.metal, hole=0.46)
    for x, y in ring_of_points(246, 300, 71, 85, 5, 0.05):
        canvas.bore(x, y, 9, 11, 7, IRON)
    canvas.arc(246, 300, 96, 115, 0, 360, look.paint.mid, 2)
    return canvas


def clutch_disc(
    look: Look, x: float = 275, size: float = 1, canvas: Canvas | None = None
) -> Canvas:
    """A driven disc with its damper springs and splined hub."""
    if canvas is None:
        canvas = Canvas()
        canvas.shadow(x + 40, 545, 170, 20)
    rx, ry = 198 * size, 232 * size
    lining = paint(24, 22, 30 + int(10 * look.grade))
    canvas.turned_disc(x, 300, rx, ry, 16, lining)
    for near, far in zip(
        ring_of_points(x, 300, rx * 0.64, ry * 0.64, 18),
        ring_of_points(x, 300, rx * 0.98, ry * 0.98, 18),
        strict=True,
    ):
        canvas.line([near, far], lining.deep, 3)
    for px, py in ring_of_points(x, 300, rx * 0.81, ry * 0.81, 9, 0.03):
        canvas.plain_ellipse(px, py, 6, 7, BRASS.mid)
    canvas.turned_disc(x - 4, 300, rx * 0.6, ry * 0.6, 8, look.metal)
    count = 4 + 2 * (look.shape % 2)
    for k in range(count):
        angle = 2 * pi * (k / count + 0.06)
        along = [
            (x - 4 + rx * 0.4 * cos(angle + d), 300 + ry * 0.4 * sin(angle + d))
            for d in (-0.32, 0, 0.32)
        ]
        canvas.line(along, RUBBER.deep, 34 * size)
        canvas.tube(along, 24 * size, look.paint)
    canvas.turned_disc(x - 18, 300, rx * 0.2, ry * 0.2, 20, STEEL, hole=0.66)
    return canvas


def clutch_kit(look: Look) -> Canvas:
    """A pressure plate, a disc and a release bearing."""
    canvas = Canvas()
    canvas.shadow(310, 520, 230, 22)
    canvas.turned_disc(350, 250, 176, 206, 34, IRON)
    canvas.turned_disc(340, 250, 118, 138, 12, look.metal)
    for near, far in zip(
        ring_of_points(340, 250, 44, 52, 18), ring_of_points(340, 250, 112, 131, 18), strict=True
    ):
        canvas.line([near, far], RUBBER.dark, 4)
    canvas.bore(340, 250, 40, 48, 14, IRON)
    clutch_disc(look, x=190, size=0.68, canvas=canvas)
    canvas.turned_disc(430, 440, 62, 72, 44, look.paint)
    canvas.turned_disc(422, 440, 48, 56, 14, STEEL, hole=0.7)
    return canvas


def ball_bearing(look: Look) -> Canvas:
    """Sealed, shielded or open, with its balls."""
    canvas = Canvas()
    thickness = 46 + 30 * look.grade
    canvas.shadow(320, 548, 170, 20)
    canvas.turned_disc(270, 300, 198, 234, thickness, CHROME)
    if look.shape % 3 == 2:
        canvas.ellipse(270, 300, 160, 189, across("soft", RUBBER))
        for x, y in ring_of_points(272, 300, 134, 158, 10):
            canvas.ellipse(x, y, 31, 33, ball(CHROME))
    else:
        seal = RUBBER if look.shape % 2 == 0 else STEEL
        if look.grade > 0.6 and seal is RUBBER:
            seal = look.paint
        canvas.ellipse(270, 300, 164, 194, across("soft", seal))
        canvas.arc(270, 300, 152, 180, 0, 360, seal.dark, 3)
        canvas.arc(270, 300, 122, 144, 0, 360, seal.dark, 3)
    canvas.turned_disc(268, 300, 108, 128, 4, CHROME)
    canvas.bore(268, 300, 82, 97, thickness, STEEL)
    return canvas


def taper_bearing(look: Look) -> Canvas:
    """A cone with its rollers standing in the cup."""
    canvas = Canvas()
    canvas.shadow(305, 500, 190, 36)
    canvas.frustum(300, 300, 470, 186, 186, STEEL, "metal", 0.34)
    canvas.ellipse(300, 300, 164, 56, across("soft", IRON))
    lathe(canvas, 300, ((318, 150), (180, 120)), IRON, "soft", 0.34)
    for k in range(-5, 6):
        angle = k * 0.28
        lower = (300 + 148 * sin(angle), 318 + 48 * cos(angle))
        upper = (300 + 122 * sin(angle), 206 + 38 * cos(angle))
        canvas.tube([lower, upper], 30 - abs(k) * 2.4, CHROME)
    canvas.frustum(300, 168, 198, 112, 124, look.metal, "metal", 0.34)
    canvas.ellipse(300, 168, 84, 29, across("metal", STEEL))
    canvas.ellipse(300, 176, 72, 21, across("soft", RUBBER))
    canvas.arc(300, 470, 186, 63, 30, 150, look.paint.mid, 2)
    return canvas


def hub_bearing(look: Look) -> Canvas:
    """A wide double-row bearing with its seal and magnetic ring."""
    canvas = Canvas()
    canvas.shadow(335, 548, 190, 20)
    canvas.turned_disc(240, 300, 178, 218, 120 + 20 * look.grade, CHROME)
    canvas.ellipse(240, 300, 150, 184, across("soft", look.paint if look.shape % 2 else RUBBER))
    canvas.arc(240, 300, 140, 172, 0, 360, BRASS.dark, 5)
    canvas.turned_disc(238, 300, 106, 130, 6, STEEL)
    canvas.bore(238, 300, 84, 103, 120, look.metal)
    return canvas


def needle_bearing(look: Look) -> Canvas:
    """A thin shell full of needles."""
    canvas = Canvas()
    radius = 150 + 20 * look.grade
    canvas.shadow(305, 468, radius * 1.1, 40)
    canvas.frustum(300, 220, 440, radius, radius, look.metal, "metal", 0.36)
    canvas.ellipse(300, 220, radius - 14, (radius - 14) * 0.36, across("soft", IRON))
    inner, rise = radius - 20, (radius - 20) * 0.36
    for k in range(-9, 10):
        angle = k * 0.165
        x, y = 300 + inner * sin(angle), 220 - rise * cos(angle)
        canvas.tube([(x, y + 6), (x, y + 6 + rise * cos(angle) * 1.25)], 13, CHROME, ends=False)
    canvas.arc(300, 220, radius - 7, (radius - 7) * 0.36, 0, 180, look.metal.light, 14)
    canvas.arc(300, 220, radius - 7, (radius - 7) * 0.36, 180, 360, look.metal.glare, 14)
    canvas.arc(300, 220, radius - 14, (radius - 14) * 0.36, 0, 180, look.metal.dark, 2)
    return canvas


def oil_seal(look: Look) -> Canvas:
    """A rubber lip seal with its garter spring."""
    canvas = Canvas()
    rubber = (RUBBER, paint(14, 44, 30), paint(206, 40, 32), paint(150, 34, 28))[
        int(look.grade * 10) % 4
    ]
    canvas.shadow(315, 540, 170, 18)
    canvas.turned_disc(275, 300, 192, 224, 34, rubber, hole=0.74)
    canvas.arc(275, 300, 176, 205, 0, 360, rubber.dark, 3)
    canvas.arc(275, 300, 154, 180, 0, 360, rubber.deep, 8)
    canvas.arc(277, 300, 150, 175, 0, 360, CHROME.light, 3)
    return canvas


def tensioner(look: Look) -> Canvas:
    """A pulley on its bearing."""
    canvas = Canvas()
    plastic = look.shape % 2 == 1
    rim = look.paint if plastic else look.metal
    canvas.shadow(330, 528, 160, 20)
    canvas.turned_disc(255, 300, 174, 206, 86, rim)
    canvas.ellipse(255, 300, 152, 181, across("soft", rim))
    for px, py in ring_of_points(255, 300, 116, 138, 8, 0.02) if plastic else []:
        canvas.line([(255, 300), (px * 1.25 - 64, py * 1.25 - 75)], rim.dark, 10)
    canvas.turned_disc(250, 300, 98, 116, 10, CHROME)
    canvas.ellipse(250, 300, 80, 95, across("soft", RUBBER))
    canvas.turned_disc(244, 300, 52, 62, 10, STEEL, hole=0.5)
    return canvas


def washer(look: Look) -> Canvas:
    """A flat washer and a spring washer."""
    canvas = Canvas()
    zinc = BRASS if look.shape % 2 else look.metal
    canvas.shadow(310, 510, 210, 20)
    canvas.turned_disc(370, 260, 128, 150, 14, zinc, hole=0.5)
    canvas.turned_disc(200, 360, 112, 130, 26, IRON, hole=0.62)
    canvas.line([(176, 488), (206, 436)], (255, 255, 255), 9)
    return canvas


def piston_rings(look: Look) -> Canvas:
    """Three rings, one above the other, their gaps turned."""
    canvas = Canvas()
    canvas.shadow(305, 500, 190, 34)
    for y, tone, width, start in (
        (430, CHROME, 20, 0.21),
        (320, look.metal, 20, 0.32),
        (210, IRON, 26, 0.16),
    ):
        points = ring_of_points(300, y, 186, 72, 72, start)[:-2]
        canvas.tube(points, width, tone)
    return canvas
