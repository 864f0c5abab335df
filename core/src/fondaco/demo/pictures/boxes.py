"""Things with flat sides: panel filters, radiators, batteries, pads, cases."""

from fondaco.demo.pictures.canvas import Canvas, Point
from fondaco.demo.pictures.forms import cabinet, ring_of_points
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import (
    ALUMINIUM,
    BRASS,
    CERAMIC,
    CHROME,
    COPPER,
    IRON,
    PAPER,
    RUBBER,
    STEEL,
    Tone,
    across,
    down,
    paint,
)

_PRINT = (255, 255, 255)


def _panel(look: Look, height: float, pleats: Tone, frame: Tone) -> Canvas:
    canvas = Canvas()
    canvas.shadow(310, 440, 220, 50)
    a, b, c, d = (70, 300), (330, 176), (530, 282), (262, 428)
    lower = [(x, y + height) for x, y in (a, d, c)]
    canvas.polygon([a, d, (d[0], d[1] + height), lower[0]], across("soft", frame))
    canvas.polygon([d, c, lower[2], (d[0], d[1] + height)], across("slope", frame))
    canvas.polygon([a, b, c, d], across("flat", frame))
    inner = [_towards(p, (300, 300), 0.13) for p in (a, b, c, d)]
    canvas.polygon(inner, across("soft", pleats))
    for k in range(1, 26):
        share = k / 26
        start, end = _along(inner[0], inner[1], share), _along(inner[3], inner[2], share)
        canvas.line([start, end], pleats.dark, 3.4)
        canvas.line([(start[0] + 4, start[1] - 2), (end[0] + 4, end[1] - 2)], pleats.glare, 2)
    canvas.line([a, d, c], frame.light, 2)
    return canvas


def air_filter(look: Look) -> Canvas:
    """A pleated panel in a soft frame."""
    return _panel(look, 44 + 24 * look.grade, PAPER, look.paint)


def cabin_filter(look: Look) -> Canvas:
    """A thin panel, white or with charcoal."""
    pleats = paint(210, 5, 34) if look.shape % 2 or look.grade > 0.5 else CERAMIC
    return _panel(
        look, 18 + 10 * look.grade, pleats, CERAMIC if pleats is not CERAMIC else look.paint
    )


def gasket(look: Look) -> Canvas:
    """A cylinder head gasket."""
    canvas = Canvas()
    canvas.shadow(305, 424, 240, 30, 60)
    tone = (STEEL, look.paint, IRON, COPPER)[int(look.grade * 10) % 4]
    corners = [(48, 330), (168, 208), (556, 246), (446, 396)]
    canvas.polygon([(x + 3, y + 7) for x, y in corners], across("flat", RUBBER))
    canvas.polygon(corners, across("soft", tone))
    holes = 3 + look.shape % 2
    for k in range(holes):
        share = (k + 0.5) / holes
        x, y = _along(
            _along(corners[0], corners[1], 0.5), _along(corners[3], corners[2], 0.5), share
        )
        radius = 178 / holes
        canvas.plain_ellipse(x, y, radius + 5, (radius + 5) * 0.56, tone.dark)
        canvas.plain_ellipse(x, y + 1, radius, radius * 0.56, _PRINT)
        for edge, other in ((corners[0], corners[3]), (corners[1], corners[2])):
            for offset in (-0.42, 0.42):
                px, py = _along(edge, other, min(max(share + offset / holes, 0.04), 0.96))
                px, py = _towards((px, py), (x, y), 0.12)
                canvas.plain_ellipse(px, py, 9, 5.4, tone.deep)
                canvas.plain_ellipse(px, py + 0.6, 7, 4, _PRINT)
    return canvas


def brake_pads(look: Look) -> Canvas:
    """A pair of pads, lining to the front."""
    canvas = Canvas()
    canvas.shadow(310, 500, 230, 26)
    plate = look.paint if look.shape % 2 else RUBBER
    lining = paint(26, 8, 30 + int(8 * look.grade))
    for x, y in ((316, 124), (112, 286)):
        half = 150 + 16 * look.grade
        left, right = x - 40, x - 40 + 2 * half
        for step in range(8, -1, -1):
            shade = (
                plate if step else Tone((plate.deep, plate.dark, plate.mid, plate.mid, plate.light))
            )
            canvas.rounded(
                (left + step, y + 60 - step, right + step, y + 168 - step), 14, down("slope", shade)
            )
        canvas.rounded((left + 26, y + 14, right - 26, y + 190), 30, down("slope", plate))
        for step in range(16, -1, -4):
            canvas.rounded(
                (left + 34 - step, y + 30 + step // 2, right - 34 - step, y + 178 + step // 2),
                20,
                down("slope", lining),
            )
        middle = (left + right) / 2 - 8
        canvas.line([(middle, y + 36), (middle, y + 180)], RUBBER.deep, 7)
        for k in range(26):
            px = left + 40 + (k * 53) % int(2 * half - 96)
            py = y + 50 + (k * 37) % 118
            canvas.plain_ellipse(px, py, 2, 1.6, (BRASS if k % 3 else STEEL).mid)
    return canvas


def radiator(look: Look) -> Canvas:
    """A core between two plastic tanks."""
    canvas = Canvas()
    height = 250 + 60 * look.grade
    top, middle = 464 - height, 464 - height / 2
    canvas.shadow(305, 494, 230, 20)
    cabinet(canvas, 128, top, 330, height, 30, ALUMINIUM)
    fins = int(height / 12)
    for k in range(1, fins):
        y = top + k * height / fins
        canvas.line([(130, y), (456, y)], RUBBER.light if k % 2 else ALUMINIUM.deep, 3)
    for left in (82, 452):
        cabinet(canvas, left, top - 14, 52, height + 28, 36, RUBBER)
        for k in range(1, 7):
            y = top + k * height / 7
            canvas.line([(left + 4, y), (left + 48, y)], RUBBER.light, 2)
    canvas.tube([(92, top + 40), (48, top + 40)], 42, RUBBER)
    canvas.tube([(500, 424), (552, 424)], 42, RUBBER)
    canvas.frustum(494, top - 52, top - 20, 22, 22, look.paint, "hex")
    canvas.rounded((238, middle - 21, 348, middle + 21), 6, across("soft", look.paint))
    canvas.label(293, middle, look.word, 21, _PRINT)
    return canvas


def battery(look: Look) -> Canvas:
    """A starter battery."""
    canvas = Canvas()
    width = 320 + 60 * look.grade
    left = 270 - width / 2
    canvas.shadow(320, 498, width * 0.6, 26)
    cabinet(canvas, left, 230, width, 262, 96, RUBBER)
    cabinet(canvas, left - 4, 196, width + 8, 40, 100, look.paint if look.shape % 2 else RUBBER)
    for share, tone in ((0.16, BRASS), (0.84, STEEL)):
        x = left + width * share + 40
        canvas.frustum(x, 150, 182, 17, 20, tone, "metal")
        canvas.arc(x, 180, 24, 8, 0, 360, (paint(4, 76, 46) if share < 0.5 else RUBBER).mid, 5)
    for k in range(6):
        canvas.frustum(left + width * (0.2 + k * 0.12) + 46, 168, 172, 13, 13, RUBBER)
    canvas.rounded((left + 20, 270, left + width - 20, 446), 12, down("slope", look.paint))
    canvas.rounded((left + 20, 384, left + width - 20, 446), 12, down("slope", CERAMIC))
    canvas.label(left + width / 2, 330, look.word, 48, _PRINT)
    canvas.label(left + width / 2, 416, "12 V", 36, look.paint.dark)
    return canvas


def relay(look: Look) -> Canvas:
    """A plug-in relay with its blades."""
    canvas = Canvas()
    canvas.shadow(320, 520, 130, 18)
    for x in (212, 262, 322, 362):
        canvas.polygon(
            [(x, 420), (x + 26, 420), (x + 26, 512), (x, 512)],
            across("metal", BRASS if look.grade > 0.5 else STEEL),
        )
        canvas.plain_ellipse(x + 13, 494, 4, 4, RUBBER.mid)
    cabinet(canvas, 180, 140, 230, 250, 76, look.paint if look.shape % 2 else RUBBER)
    cabinet(canvas, 172, 384, 246, 44, 80, RUBBER)
    canvas.rounded((204, 176, 386, 360), 8, down("slope", CERAMIC))
    canvas.label(295, 210, look.word, 24, look.paint.dark)
    canvas.label(295, 244, "RELAY", 22, RUBBER.mid)
    canvas.line([(224, 330), (224, 290), (256, 290)], RUBBER.mid, 4)
    canvas.line([(256, 276), (256, 304), (306, 304), (306, 276), (256, 276)], RUBBER.mid, 4)
    canvas.line([(306, 290), (340, 290), (364, 272)], RUBBER.mid, 4)
    canvas.plain_ellipse(340, 290, 5, 5, RUBBER.mid)
    return canvas


def tool_set(look: Look) -> Canvas:
    """An open case with sockets, bits and a ratchet."""
    canvas = Canvas()
    canvas.shadow(310, 520, 250, 26)
    canvas.polygon([(96, 96), (504, 96), (530, 290), (70, 290)], down("slope", look.paint))
    canvas.polygon([(124, 118), (476, 118), (498, 274), (102, 274)], down("soft", RUBBER))
    canvas.label(300, 196, look.word, 44, look.paint.light)
    canvas.polygon([(60, 290), (540, 290), (560, 470), (40, 470)], down("flat", RUBBER))
    canvas.polygon([(40, 470), (560, 470), (556, 514), (44, 514)], down("slope", look.paint))
    for row, (y, count, radius) in enumerate(((322, 11, 15), (366, 9, 19), (420, 7, 23))):
        for k in range(count):
            x = 96 + row * -6 + k * (300 + row * 14) / (count - 1)
            canvas.frustum(x, y - 8, y + 12, radius, radius, CHROME, "metal", 0.5)
            canvas.plain_ellipse(x, y - 8, radius * 0.6, radius * 0.3, RUBBER.deep)
    canvas.tube([(440, 322), (514, 440)], 20, CHROME)
    canvas.tube([(484, 392), (514, 440)], 28, look.paint)
    canvas.ellipse(440, 322, 24, 20, across("metal", CHROME))
    canvas.rounded((272, 480, 328, 506), 6, across("metal", STEEL))
    return canvas


def brake_shoes(look: Look) -> Canvas:
    """Two shoes with their linings."""
    canvas = Canvas()
    canvas.shadow(305, 545, 200, 16, 70)
    lining = paint(28, 20, 30 + int(8 * look.grade))
    web = look.paint if look.shape % 2 else RUBBER
    for x, start, end in ((282, 108, 252), (318, 288, 432)):
        for depth in range(26, -1, -2):
            canvas.arc(
                x + depth,
                310 - depth * 0.4,
                232,
                232,
                start,
                end,
                lining.dark if depth else lining.mid,
                22,
            )
        canvas.arc(x, 310, 208, 208, start - 4, end + 4, web.mid, 10)
        canvas.arc(x, 310, 200, 200, start, end, web.dark, 52)
        canvas.arc(x, 310, 198, 198, start, end, web.mid, 44)
        canvas.arc(x, 310, 196, 196, start, end, web.light, 3)
        middle = (start + end) / 2 / 360
        for offset in (-0.13, 0, 0.13):
            ((px, py),) = ring_of_points(x, 310, 176, 176, 1, middle + offset)
            canvas.plain_ellipse(px, py, 11, 11, web.deep)
            canvas.plain_ellipse(px + 2, py, 8, 8, _PRINT)
    return canvas


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _towards(point: Point, centre: Point, share: float) -> Point:
    return _along(point, centre, share)
