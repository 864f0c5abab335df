"""Castings, joints, pumps and everything that is a body of its own."""

from math import cos, pi, sin

from fondaco.demo.pictures.canvas import Canvas
from fondaco.demo.pictures.forms import curve, hexagon, lathe, ring_of_points, thread
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import (
    ALUMINIUM,
    BRASS,
    CHROME,
    COPPER,
    IRON,
    RUBBER,
    STEEL,
    WHITE,
    across,
    ball,
    down,
)

_PRINT = (255, 255, 255)


def piston(look: Look) -> Canvas:
    """A piston with its grooves and pin boss."""
    canvas = Canvas()
    radius = 132 + 22 * look.grade
    canvas.shadow(305, 486, radius * 1.15, 38)
    canvas.frustum(300, 160, 460, radius, radius - 6, ALUMINIUM, "metal", 0.26)
    canvas.frustum(300, 300, 460, radius, radius - 6, IRON, "soft", 0.26)
    canvas.frustum(300, 160, 306, radius + 1, radius + 1, ALUMINIUM, "metal", 0.26)
    for y in (194, 222, 252):
        canvas.arc(300, y, radius, radius * 0.26, 0, 180, IRON.deep, 8)
        canvas.arc(300, y + 7, radius, radius * 0.26, 0, 180, ALUMINIUM.glare, 2)
    canvas.ellipse(300, 160, radius * 0.56, radius * 0.14, across("soft", IRON))
    canvas.ellipse(300, 404, 52, 56, across("metal", ALUMINIUM))
    canvas.bore(300, 404, 36, 40, 0, STEEL)
    canvas.ellipse(300, 404, 34, 38, across("metal", look.metal))
    canvas.ellipse(304, 406, 20, 24, across("soft", RUBBER))
    canvas.arc(300, 160, radius * 0.8, radius * 0.2, 200, 250, look.paint.mid, 4)
    return canvas


def bearing_shells(look: Look) -> Canvas:
    """Two half shells."""
    canvas = Canvas()
    canvas.shadow(310, 512, 220, 22)
    width = 70 + 40 * look.grade
    for x, y, turn in ((210, 268, pi), (318, 330, 0.0)):
        outer = [
            (x + 168 * cos(turn + k * pi / 30), y + 168 * sin(turn + k * pi / 30))
            for k in range(31)
        ]
        inner = [
            (x + 146 * cos(turn + k * pi / 30), y + 146 * sin(turn + k * pi / 30))
            for k in range(31)
        ]
        far_outer = [(px + width, py - width * 0.4) for px, py in outer]
        far_inner = [(px + width, py - width * 0.4) for px, py in inner]
        canvas.polygon([*outer, *reversed(far_outer)], across("metal", STEEL))
        canvas.polygon(
            [*inner, *reversed(far_inner)], across("soft", COPPER if look.shape % 2 else ALUMINIUM)
        )
        if turn == 0:
            canvas.line([(px + width / 2, py - width * 0.2) for px, py in inner[3:-3]], IRON.mid, 9)
        canvas.polygon([*outer, *reversed(inner)], across("metal", look.metal))
    return canvas


def brake_cylinder(look: Look) -> Canvas:
    """A wheel cylinder with its boots and bleeder."""
    canvas = Canvas(tilt=66)
    canvas.shadow(300, 460, 200, 20)
    body = IRON if look.grade < 0.5 else ALUMINIUM
    lathe(canvas, 300, ((520, 26), (490, 26)), STEEL, "metal")
    lathe(canvas, 300, ((496, 40), (480, 62), (450, 70)), RUBBER)
    lathe(canvas, 300, ((452, 78), (400, 78), (396, 70), (200, 70), (196, 78), (148, 78)), body)
    canvas.band(300, 262, 336, 71, look.paint)
    lathe(canvas, 300, ((150, 70), (120, 62), (104, 40)), RUBBER)
    lathe(canvas, 300, ((106, 26), (78, 26)), STEEL, "metal")
    canvas.tube([(370, 300), (412, 300)], 40, body)
    canvas.tube([(412, 300), (440, 300)], 22, BRASS)
    return canvas


def control_arm(look: Look) -> Canvas:
    """An A-shaped arm with two bushings and a ball joint."""
    canvas = Canvas()
    tone = (RUBBER, ALUMINIUM, IRON)[int(look.grade * 10) % 3]
    canvas.shadow(300, 500, 220, 26, 76)
    canvas.polygon(
        [(150, 190), (190, 150), (470, 420), (440, 450), (170, 430), (150, 400)],
        across("soft", tone),
    )
    canvas.polygon([(212, 250), (350, 388), (210, 390)], across("flat", WHITE))
    canvas.tube(curve((150, 170), (250, 260), (350, 350), (460, 440)), 56, tone)
    canvas.tube(curve((130, 430), (260, 440), (360, 430), (460, 440)), 56, tone)
    for x, y in ((126, 150), (110, 430)):
        canvas.turned_disc(x, y, 52, 60, 40, tone)
        canvas.turned_disc(x - 4, y, 38, 44, 6, RUBBER)
        canvas.turned_disc(x - 8, y, 19, 22, 8, STEEL, hole=0.55)
    lathe(canvas, 470, ((470, 52), (436, 52), (424, 44)), look.metal)
    lathe(canvas, 470, ((428, 42), (388, 22)), look.paint if look.shape % 2 else RUBBER)
    lathe(canvas, 470, ((392, 15), (352, 12)), CHROME, "metal")
    thread(canvas, 470, 312, 354, 11, STEEL, 7)
    return canvas


def ball_joint(look: Look) -> Canvas:
    """A ball joint with its boot, stud and flange."""
    canvas = Canvas()
    canvas.shadow(305, 496, 190, 36)
    lathe(canvas, 300, ((500, 66), (450, 84)), IRON)
    canvas.frustum(300, 424, 446, 168, 168, look.paint if look.shape % 2 else IRON, squash=0.3)
    for x, y in ring_of_points(300, 424, 138, 41, 3 + int(look.grade * 2) % 2, 0.08):
        canvas.plain_ellipse(x, y, 15, 7, RUBBER.deep)
        canvas.plain_ellipse(x + 1, y + 1.5, 12, 5, _PRINT)
    lathe(canvas, 300, ((430, 96), (392, 96), (380, 84)), look.metal, "metal")
    lathe(canvas, 300, ((384, 84), (350, 92), (318, 76), (268, 40)), RUBBER)
    canvas.arc(300, 374, 86, 19, 0, 180, STEEL.light, 5)
    lathe(canvas, 300, ((274, 30), (190, 23)), CHROME, "metal")
    thread(canvas, 300, 92, 192, 21, STEEL, 9)
    hexagon(canvas, 300, 134, 172, 44, look.metal)
    return canvas


def silent_block(look: Look) -> Canvas:
    """A bushing: steel, rubber, steel."""
    canvas = Canvas()
    length = 110 + 70 * look.grade
    canvas.shadow(330, 520, 190, 22)
    elastic = look.paint if look.shape % 2 else RUBBER
    canvas.turned_disc(225, 310, 148, 176, length, look.metal)
    canvas.turned_disc(216, 310, 130, 155, 10, elastic)
    for start in (0.0, 0.5):
        points = ring_of_points(216, 310, 98, 117, 40, start + 0.1)[:13]
        canvas.line(points, elastic.deep, 18)
    canvas.turned_disc(196, 310, 62, 74, 24, STEEL)
    canvas.bore(196, 310, 38, 46, 40, STEEL)
    return canvas


def stabilizer_link(look: Look) -> Canvas:
    """A rod with a ball stud at each end."""
    canvas = Canvas(tilt=-22)
    canvas.shadow(300, 552, 150, 14, 70)
    reach = 60 * look.grade
    top, bottom = 150 - reach / 2, 450 + reach / 2
    rod = look.paint if look.shape % 2 else look.metal
    canvas.tube([(300, top), (300, bottom)], 34, rod)
    for y, side in ((top, 1), (bottom, -1)):
        canvas.tube([(300 + side * 60, y), (300 + side * 128, y)], 26, CHROME)
        canvas.tube([(300 + side * 92, y), (300 + side * 100, y)], 54, STEEL)
        canvas.tube([(300 + side * 30, y), (300 + side * 62, y)], 60, RUBBER)
        canvas.ellipse(300, y, 50, 50, ball(IRON))
        canvas.arc(300, y, 34, 34, 0, 360, IRON.deep, 2)
    return canvas


def tie_rod_end(look: Look) -> Canvas:
    """A ball housing with a threaded shank."""
    canvas = Canvas(tilt=18)
    canvas.shadow(320, 500, 220, 18, 76)
    canvas.tube([(250, 400), (430, 400)], 50, IRON)
    canvas.tube([(420, 400), (560, 400)], 40, look.metal)
    for k in range(12):
        canvas.line([(434 + k * 10.4, 382), (438 + k * 10.4, 419)], look.metal.dark, 3)
    lathe(canvas, 220, ((462, 62), (440, 78), (368, 78), (356, 66)), IRON)
    lathe(canvas, 220, ((360, 62), (330, 68), (288, 30)), look.paint if look.shape % 2 else RUBBER)
    lathe(canvas, 220, ((292, 23), (216, 17)), CHROME, "metal")
    thread(canvas, 220, 130, 218, 16, STEEL, 8)
    hexagon(canvas, 220, 170, 200, 34, STEEL)
    return canvas


def cv_joint(look: Look) -> Canvas:
    """A bell with its splined stub."""
    canvas = Canvas(tilt=-38)
    canvas.shadow(310, 520, 200, 18, 80)
    radius = 104 + 16 * look.grade
    lathe(
        canvas,
        300,
        ((520, radius - 34), (500, radius), (392, radius), (360, radius - 30), (330, 46)),
        look.metal,
        "metal",
    )
    if look.shape % 2:
        canvas.band(300, 404, 428, radius + 6, IRON)
        for k in range(-12, 13):
            x = 300 + (radius + 4) * sin(k * 0.12)
            canvas.line([(x, 412), (x, 438)], RUBBER.deep, 4)
    lathe(canvas, 300, ((334, 44), (318, 60), (300, 60), (296, 40), (270, 38)), STEEL, "metal")
    canvas.frustum(300, 130, 272, 34, 34, look.metal, "metal")
    for k in range(-4, 5):
        x = 300 + 33 * sin(k * 0.34)
        canvas.line([(x, 142), (x, 262)], IRON.dark, 3)
    thread(canvas, 300, 64, 132, 25, STEEL, 8)
    canvas.line([(300 - radius * 0.5, 470), (300 + radius * 0.6, 474)], look.paint.mid, 6)
    return canvas


def universal_joint(look: Look) -> Canvas:
    """A cross with four needle caps."""
    canvas = Canvas(tilt=14)
    canvas.shadow(300, 545, 180, 18)
    reach = 176 + 26 * look.grade
    for dx, dy in ((0, 1), (1, 0)):
        arm = reach - 60
        canvas.tube([(300 - dx * arm, 300 - dy * arm), (300 + dx * arm, 300 + dy * arm)], 58, STEEL)
        for side in (-1, 1):
            ends = [
                (300 + side * dx * reach * at, 300 + side * dy * reach * at)
                for at in (0.56, 0.64, 1)
            ]
            canvas.line(ends[:2], RUBBER.dark, 96)
            canvas.tube(ends[1:], 90, look.metal, ends=False)
            canvas.line(
                [ends[2], (ends[2][0] - side * dx * 8, ends[2][1] - side * dy * 8)],
                look.metal.dark,
                88,
            )
    canvas.ellipse(300, 300, 62, 62, ball(STEEL))
    canvas.tube([(318, 282), (352, 248)], 16, BRASS)
    return canvas


def boot(look: Look) -> Canvas:
    """A rubber bellows."""
    canvas = Canvas()
    tone = look.paint if look.grade > 0.7 else RUBBER
    canvas.shadow(305, 510, 160, 34)
    profile = [(500, 134.0), (474, 134.0)]
    for fold in range(5):
        wide, y = 138 - fold * 19, 474 - fold * 62
        profile += [
            (y - 14, wide - 20.0),
            (y - 34, float(wide)),
            (y - 48, float(wide)),
            (y - 62, wide - 30.0),
        ]
    lathe(canvas, 300, (*profile, (150, 42), (116, 42)), tone, squash=0.26)
    canvas.ellipse(300, 116, 32, 8, across("soft", RUBBER))
    canvas.arc(300, 486, 135, 35, 4, 176, STEEL.light, 9)
    canvas.arc(300, 140, 43, 11, 4, 176, STEEL.light, 7)
    return canvas


def water_pump(look: Look) -> Canvas:
    """A housing with its flange and pulley."""
    canvas = Canvas()
    canvas.shadow(330, 538, 190, 20)
    canvas.polygon(
        [(190, 150), (360, 110), (470, 190), (480, 400), (370, 500), (200, 470), (130, 320)],
        across("soft", ALUMINIUM),
    )
    canvas.polygon(
        [(176, 162), (330, 124), (434, 200), (440, 392), (344, 486), (190, 458), (124, 320)],
        across("metal", ALUMINIUM),
    )
    for x, y in ((186, 180), (330, 150), (412, 220), (416, 380), (330, 458), (200, 436)):
        canvas.ellipse(x, y, 20, 22, across("metal", ALUMINIUM))
        canvas.bore(x, y, 10, 12, 8, IRON)
    canvas.tube([(430, 250), (545, 220)], 62, ALUMINIUM)
    canvas.turned_disc(256, 310, 118, 138, 40, look.metal)
    for k in range(6):
        angle = k * pi / 3 + 0.3
        canvas.ellipse(
            256 + 74 * cos(angle),
            310 + 87 * sin(angle),
            22,
            25,
            across("soft", look.metal if look.shape % 2 else IRON),
        )
    canvas.turned_disc(238, 310, 44, 52, 22, look.paint, hole=0.4)
    return canvas


def thermostat(look: Look) -> Canvas:
    """A flange with its valve and return spring."""
    canvas = Canvas()
    canvas.shadow(305, 506, 140, 26)
    lathe(canvas, 300, ((500, 26), (440, 30), (430, 56), (410, 60)), COPPER, "metal")
    for y in (420, 384, 348):
        canvas.tube(ring_of_points(300, y, 74, 22, 40, 0.02)[:22], 15, STEEL)
    lathe(canvas, 300, ((410, 30), (300, 34)), BRASS, "metal")
    for side in (-1, 1):
        canvas.line([(300 + side * 96, 290), (300 + side * 60, 446)], look.metal.mid, 20)
        canvas.line([(300 + side * 98, 290), (300 + side * 62, 446)], look.metal.light, 5)
    flange = 150 + 26 * look.grade
    canvas.frustum(300, 264, 280, flange, flange, look.metal, "metal", 0.3)
    canvas.arc(
        300,
        272,
        flange,
        flange * 0.3,
        10,
        170,
        look.paint.mid if look.shape % 2 else RUBBER.mid,
        12,
    )
    canvas.ellipse(300, 260, 92, 27, across("soft", IRON))
    lathe(canvas, 300, ((258, 84), (244, 80), (214, 40)), BRASS, "metal", 0.3)
    canvas.line([(210, 258), (240, 166), (360, 166), (390, 258)], look.metal.dark, 18)
    canvas.line([(210, 256), (240, 164), (360, 164), (390, 256)], look.metal.light, 9)
    lathe(canvas, 300, ((176, 14), (140, 12)), BRASS, "metal")
    return canvas


def alternator(look: Look) -> Canvas:
    """A slotted body with its pulley."""
    canvas = Canvas()
    canvas.shadow(340, 540, 210, 22)
    for y in (96, 504):
        canvas.polygon(
            [(216, y - 26), (300, y - 26), (330, 300), (186, 300)], across("slope", ALUMINIUM)
        )
        canvas.ellipse(258, y - 22 if y < 300 else y + 22, 42, 44, across("metal", ALUMINIUM))
        canvas.bore(258, y - 22 if y < 300 else y + 22, 17, 19, 10, IRON)
    canvas.turned_disc(270, 300, 166, 196, 138, ALUMINIUM)
    canvas.turned_disc(316, 300, 172, 202, 46, COPPER if look.grade > 0.5 else IRON)
    canvas.turned_disc(250, 300, 166, 196, 66, ALUMINIUM)
    for near, far in zip(
        ring_of_points(250, 300, 98, 116, 14), ring_of_points(250, 300, 142, 168, 14), strict=True
    ):
        canvas.line([near, far], RUBBER.deep, 17)
        canvas.line([(near[0] + 5, near[1]), (far[0] + 5, far[1])], ALUMINIUM.deep, 4)
    for away in range(6):
        canvas.turned_disc(228 - away * 9, 300, 78, 92, 12, look.metal if away % 2 else IRON)
    canvas.turned_disc(172, 300, 40, 46, 12, look.paint if look.shape % 2 else STEEL, hole=0.45)
    return canvas


def jack(look: Look) -> Canvas:
    """A bottle jack."""
    canvas = Canvas()
    canvas.shadow(305, 530, 180, 30)
    canvas.polygon([(150, 470), (450, 470), (480, 524), (120, 524)], down("slope", look.paint))
    canvas.polygon([(120, 524), (480, 524), (480, 540), (120, 540)], down("flat", RUBBER))
    radius = 84 + 14 * look.grade
    lathe(canvas, 280, ((496, radius), (250, radius), (236, radius - 20)), look.paint)
    lathe(canvas, 280, ((240, 60), (206, 60)), RUBBER, "hex")
    lathe(canvas, 280, ((208, 38), (130, 38)), CHROME, "metal")
    lathe(canvas, 280, ((134, 56), (108, 56)), IRON, "metal")
    lathe(canvas, 420, ((496, 34), (400, 34), (392, 20), (340, 20)), look.metal, "metal")
    canvas.tube([(400, 352), (520, 316)], 26, RUBBER)
    canvas.label(280, 380, look.word, 28, _PRINT)
    return canvas
