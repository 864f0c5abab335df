"""What a benchmark answers: a figure, the floor it stands on, and the limit it must keep."""

from collections.abc import Sequence
from statistics import median

from msgspec import Struct


class Sample(Struct, frozen=True):
    """Repeated measurements of one thing, in its unit."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure that counts."""
        return median(self.values)

    @property
    def fastest(self) -> float:
        """What it costs when nothing else runs on the machine."""
        return min(self.values)


class Limit(Struct, frozen=True):
    """The most a figure may be: so many times the floor, and so much above it."""

    times: float = 0.0
    plus: float = 0.0

    def allows(self, ours: float, floor: float) -> bool:
        """Whether a figure is within the limit."""
        return ours <= self.times * floor + self.plus

    def text(self, unit: str) -> str:
        """As the table says it."""
        plus = f"{self.plus:g} {unit}" if self.plus else ""
        if self.times == 1 and plus:
            return f"floor + {plus}"
        return f"{self.times:g} × floor" if self.times else plus or f"0 {unit}"


class Figure(Struct, frozen=True, kw_only=True):
    """A row of the table. Without a limit it only informs."""

    what: str
    unit: str
    ours: Sample
    floor: Sample | None = None
    limit: Limit | None = None

    @property
    def kept(self) -> bool:
        """Whether the median is within the limit."""
        floor = self.floor.median if self.floor else 0.0
        return self.limit is None or self.limit.allows(self.ours.median, floor)


def once(value: float) -> Sample:
    """A figure that has no spread, or is measured once."""
    return Sample((value,))


HEADINGS = ("subject", "ours", "fastest", "floor", "fastest", "ratio", "limit", "verdict")


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, the columns aligned."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = [
        "  ".join(
            cell.ljust(width) if place in (0, 6, 7) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    ours, floor, unit = figure.ours, figure.floor, figure.unit
    verdict = "" if figure.limit is None else "kept" if figure.kept else "MISSED"
    return (
        figure.what,
        _amount(ours.median, unit),
        _amount(ours.fastest, unit),
        "" if floor is None else _amount(floor.median, unit),
        "" if floor is None else _amount(floor.fastest, unit),
        "" if floor is None or not floor.median else f"{ours.median / floor.median:.1f}",
        "" if figure.limit is None else figure.limit.text(unit),
        verdict,
    )


def _amount(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or value >= 100 else 1
    return f"{value:,.{digits}f} {unit}".strip()
