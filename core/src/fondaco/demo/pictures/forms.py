"""Forms put together from the canvas's: turned bodies, prisms, boxes, threads."""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sin

from fondaco.demo.pictures.canvas import Canvas, Point
from fondaco.demo.pictures.tones import Tone, across, down

Profile = Sequence[tuple[float, float]]


def lathe(
    canvas: Canvas,
    x: float,
    profile: Profile,
    tone: Tone,
    form: str = "cylinder",
    squash: float = 0.22,
) -> None:
    """A standing turned body: `profile` is (y, radius) from the foot up to the top."""
    for (low, lower), (high, upper) in pairwise(profile):
        if low != high:
            canvas.frustum(x, high, low, upper, lower, tone, form, squash)


def thread(
    canvas: Canvas,
    x: float,
    top: float,
    bottom: float,
    radius: float,
    tone: Tone,
    pitch: float = 9,
    squash: float = 0.22,
) -> None:
    """A threaded rod."""
    canvas.frustum(x, top, bottom, radius, radius, tone, "metal", squash)
    y = top + pitch
    while y < bottom:
        canvas.arc(x, y, radius, radius * squash, 4, 176, tone.deep, 2)
        canvas.arc(x, y + 2.5, radius, radius * squash, 60, 150, tone.glare, 1.4)
        y += pitch


def hexagon(
    canvas: Canvas,
    x: float,
    top: float,
    bottom: float,
    radius: float,
    tone: Tone,
    squash: float = 0.3,
) -> None:
    """A standing hexagonal prism with its upper face."""
    corners = [
        (x + radius * cos(k * pi / 3), top + radius * squash * 1.73 / 2 * sin(k * pi / 3) * 1.15)
        for k in range(6)
    ]
    front = [corners[0], corners[1], corners[2], corners[3]]
    depth = bottom - top
    outline = front + [(px, py + depth) for px, py in reversed(front)]
    canvas.polygon(outline, across("hex", tone))
    canvas.polygon(corners, across("flat", tone))
    canvas.line([corners[3], corners[2], corners[1], corners[0]], tone.glare, 1.6)


def cabinet(
    canvas: Canvas,
    left: float,
    top: float,
    width: float,
    height: float,
    depth: float,
    tone: Tone,
) -> None:
    """A box seen from the front, its depth going back to the upper right."""
    rise = depth * 0.55
    right, bottom = left + width, top + height
    canvas.polygon(
        [
            (right, top),
            (right + depth, top - rise),
            (right + depth, bottom - rise),
            (right, bottom),
        ],
        down("slope", Tone((tone.deep, tone.deep, tone.dark, tone.dark, tone.mid))),
    )
    canvas.polygon(
        [(left, top), (left + depth, top - rise), (right + depth, top - rise), (right, top)],
        across("slope", Tone((tone.mid, tone.light, tone.light, tone.glare, tone.glare))),
    )
    canvas.polygon(
        [(left, top), (right, top), (right, bottom), (left, bottom)], down("slope", tone)
    )


def ring_of_points(
    x: float, y: float, rx: float, ry: float, count: int, start: float = 0
) -> list[Point]:
    """`count` points on an ellipse, clockwise from `start` (in turns)."""
    return [
        (x + rx * cos(2 * pi * (start + k / count)), y + ry * sin(2 * pi * (start + k / count)))
        for k in range(count)
    ]


def curve(*knots: Point, steps: int = 14) -> list[Point]:
    """A smooth line through the knots."""
    padded = [knots[0], *knots, knots[-1]]
    points: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            points.append(
                (_through(a[0], b[0], c[0], d[0], t), _through(a[1], b[1], c[1], d[1], t))
            )
    return [*points, knots[-1]]


def _through(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
    )
