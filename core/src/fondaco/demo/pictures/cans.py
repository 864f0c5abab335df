"""Filters, bottles, canisters and drums."""

from fondaco.demo.pictures.canvas import Canvas
from fondaco.demo.pictures.forms import lathe, thread
from fondaco.demo.pictures.look import Look
from fondaco.demo.pictures.tones import (
    CERAMIC,
    IRON,
    PAPER,
    RUBBER,
    STEEL,
    WHITE,
    Tone,
    across,
)

_PRINT = (255, 255, 255)


def oil_filter(look: Look) -> Canvas:
    """A spin-on filter standing on its closed end."""
    canvas = Canvas()
    radius, top = 108 + 26 * look.grade, 170 - 60 * look.grade
    canvas.shadow(305, 496, radius * 1.1, 34)
    lathe(canvas, 300, ((484, radius - 16), (466, radius), (top + 40, radius)), look.paint)
    lathe(canvas, 300, ((top + 44, radius + 4), (top, radius + 4)), look.paint)
    canvas.frustum(300, top - 12, top + 2, radius - 14, radius - 4, IRON)
    canvas.ellipse(300, top - 13, radius - 24, (radius - 24) * 0.22, across("flat", RUBBER))
    canvas.ellipse(300, top - 13, radius - 40, (radius - 40) * 0.22, across("flat", STEEL))
    for side in (-1, 1):
        canvas.plain_ellipse(300 + side * (radius - 62), top - 12, 9, 3.2, RUBBER.dark)
    canvas.ellipse(300, top - 13, 30, 8, across("soft", RUBBER))
    canvas.label(300, (top + 500) / 2, look.word, 38, _PRINT)
    canvas.line([(300 - radius * 0.8, 425), (300 + radius * 0.8, 425)], look.paint.light, 5)
    return canvas


def fuel_filter(look: Look) -> Canvas:
    """An in-line filter with a nipple on each end."""
    canvas = Canvas(tilt=-24)
    radius = 82 + 26 * look.grade
    body = look.paint if look.shape % 2 else look.metal
    canvas.shadow(300, 520, 150, 24)
    lathe(canvas, 300, ((540, 18), (512, 18), (508, 23), (494, 23), (478, 16)), STEEL, "metal")
    lathe(
        canvas,
        300,
        ((480, radius * 0.5), (458, radius), (140, radius), (116, radius * 0.55), (106, 22)),
        body,
    )
    lathe(canvas, 300, ((110, 16), (92, 16), (88, 23), (74, 23), (58, 17)), STEEL, "metal")
    canvas.band(300, 210, 390, radius + 1, look.paint)
    canvas.label(300, 305, look.word, 32, _PRINT)
    return canvas


def hydraulic_filter(look: Look) -> Canvas:
    """A pleated element between two caps."""
    canvas = Canvas()
    radius, top = 96 + 22 * look.grade, 150 - 50 * look.grade
    canvas.shadow(305, 505, radius * 1.1, 30)
    lathe(canvas, 300, ((500, radius), (470, radius)), look.paint)
    canvas.frustum(300, top + 30, 470, radius - 10, radius - 10, PAPER, "soft")
    step = 9
    for k in range(-int(radius // step) + 2, int(radius // step) - 1):
        squeezed = k * step * (1 - abs(k * step / radius) ** 3 * 0.12)
        canvas.line([(300 + squeezed, top + 44), (300 + squeezed, 488)], PAPER.dark, 2)
    lathe(canvas, 300, ((top + 40, radius), (top, radius)), look.paint)
    canvas.ellipse(300, top, radius * 0.5, radius * 0.11, across("soft", RUBBER))
    canvas.label(300, top + 32, look.word, 22, _PRINT)
    return canvas


def motor_oil(look: Look) -> Canvas:
    """A canister of the maker's colour."""
    return _canister(look, look.paint, RUBBER, "MOTOR OIL")


def antifreeze(look: Look) -> Canvas:
    """A white canister."""
    return _canister(look, CERAMIC, look.paint, "ANTIFREEZE")


def _canister(look: Look, body: Tone, cap: Tone, contents: str) -> Canvas:
    canvas = Canvas()
    half = 118 + 22 * look.grade
    left, right, top = 300 - half, 300 + half, 190
    canvas.shadow(305, 532, half * 1.15, 26)
    canvas.rounded((left + 26, 108, right - 84, 250), 34, across("cylinder", body))
    canvas.rounded((left, top, right, 534), 30, across("cylinder", body))
    canvas.rounded((left + 62, 140, right - 118, 186), 20, across("flat", CERAMIC))
    canvas.rounded((left + 66, 144, right - 122, 182), 18, across("flat", WHITE))
    canvas.frustum(right - 58, 148, 196, 34, 40, body)
    canvas.frustum(right - 58, 96, 152, 38, 38, cap, "hex")
    canvas.rounded((left + 16, 268, right - 16, 500), 12, across("cylinder", CERAMIC))
    canvas.rounded((left + 16, 268, right - 16, 330), 12, across("cylinder", look.paint))
    canvas.label(300, 299, look.word, 34, _PRINT)
    canvas.label(300, 396, contents, 30, look.paint.dark)
    canvas.line([(left + 50, 446), (right - 50, 446)], look.paint.mid, 4)
    canvas.line([(left + 80, 466), (right - 80, 466)], CERAMIC.deep, 3)
    return canvas


def gear_oil(look: Look) -> Canvas:
    """A tall bottle with a dispensing cap."""
    canvas = Canvas()
    half = 92 + 14 * look.grade
    canvas.shadow(305, 534, half * 1.15, 24)
    canvas.rounded((300 - half, 210, 300 + half, 536), 26, across("cylinder", look.paint))
    canvas.polygon(
        [(300 - half + 4, 226), (300 - 34, 150), (300 + 34, 150), (300 + half - 4, 226)],
        across("cylinder", look.paint),
    )
    canvas.frustum(300, 118, 156, 32, 34, look.paint)
    canvas.frustum(300, 92, 128, 36, 38, RUBBER, "hex")
    canvas.frustum(300, 40, 94, 7, 20, RUBBER)
    canvas.rounded((300 - half + 8, 262, 300 + half - 8, 508), 10, across("cylinder", CERAMIC))
    canvas.label(300, 320, look.word, 32, look.paint.dark)
    canvas.rounded((300 - half + 8, 372, 300 + half - 8, 436), 2, across("cylinder", look.paint))
    canvas.label(300, 404, "GEAR OIL", 30, _PRINT)
    return canvas


def brake_fluid(look: Look) -> Canvas:
    """A small round bottle."""
    canvas = Canvas()
    radius = 92 + 16 * look.grade
    canvas.shadow(305, 510, radius * 1.15, 26)
    lathe(canvas, 300, ((500, radius), (240, radius), (190, 40), (168, 36)), look.paint)
    canvas.frustum(300, 112, 170, 42, 44, RUBBER, "hex")
    canvas.band(300, 276, 450, radius + 1, CERAMIC)
    canvas.label(300, 366, "BRAKE FLUID", 26, look.paint.dark)
    canvas.label(300, 420, look.word, 24, look.paint.mid)
    return canvas


def grease(look: Look) -> Canvas:
    """A cartridge, or a tub with a lid."""
    canvas = Canvas()
    if look.shape % 2:
        canvas.shadow(305, 486, 160, 36)
        lathe(canvas, 300, ((470, 128), (250, 142)), look.paint)
        lathe(canvas, 300, ((262, 150), (214, 150)), CERAMIC)
        canvas.label(300, 376, look.word, 38, _PRINT)
        return canvas
    canvas.shadow(305, 520, 92, 22)
    lathe(canvas, 300, ((510, 78), (160, 78)), look.paint)
    lathe(canvas, 300, ((172, 81), (140, 81), (120, 28), (96, 20)), CERAMIC)
    thread(canvas, 300, 70, 104, 17, CERAMIC, 8)
    canvas.band(300, 250, 430, 79, CERAMIC)
    canvas.label(300, 338, look.word, 27, look.paint.dark)
    canvas.label(300, 384, "GREASE", 24, look.paint.mid)
    return canvas


def drum(look: Look) -> Canvas:
    """A steel drum with two rolling hoops."""
    canvas = Canvas()
    canvas.shadow(308, 524, 170, 40)
    canvas.frustum(300, 120, 510, 146, 146, look.paint)
    for hoop in (246, 378):
        canvas.band(300, hoop - 6, hoop + 8, 151, look.paint)
    canvas.frustum(300, 108, 122, 150, 150, look.paint)
    canvas.ellipse(300, 110, 138, 29, across("soft", look.paint))
    canvas.ellipse(236, 108, 24, 7, across("metal", STEEL))
    canvas.ellipse(372, 116, 14, 5, across("metal", STEEL))
    canvas.label(300, 325, look.word, 42, _PRINT)
    return canvas
