"""Which column is the article, the quantity, the name: by content, with the heading as a hint."""

import math
import re
from decimal import Decimal
from statistics import median

from msgspec import Struct

from fondaco.intake.parse.cells import Value, is_moment, is_number, text_of
from fondaco.intake.parse.headings import Heading, heading_of
from fondaco.intake.parse.likeness import article_likeness, name_likeness, quantity_likeness
from fondaco.intake.parse.quantity import Marks, read_quantity
from fondaco.intake.parse.table import Row, at

_FIGURE = re.compile(r"[\W\d]*[0-9][\W\d]*")
_SAMPLE = 300
_HEADING_SEARCH = 40
_MOST_COLUMNS = 100
_SURE = 0.3
_COUNTS = 0.6
_MAY_COUNT = 0.3


class Layout(Struct, frozen=True):
    """Columns count from the table's own left edge; `heading` is the index of the heading row in
    the table's rows, `data` that of the first row after it. `sure` is False for a mere guess."""

    article: int
    quantity: int | None
    name: int | None
    heading: int | None
    data: int
    sure: bool


class _Profile(Struct, frozen=True):
    index: int
    heading: Heading | None
    share: float
    article: float
    quantity: float
    name: float
    numbers_rows: bool
    numbers: tuple[Decimal | None, ...]

    @property
    def role(self) -> str:
        return self.heading.role if self.heading else ""

    def weight(self, role: str) -> float:
        return self.heading.weight if self.heading and self.heading.role == role else 0.0

    @property
    def median(self) -> Decimal:
        known = [number for number in self.numbers if number is not None]
        return median(known) if known else Decimal(0)


def find_layout(rows: list[Row]) -> Layout:
    """`rows` has at least one row."""
    heading, data = find_heading(rows)
    headings = _headings(rows[heading:data]) if heading is not None else {}
    sample = [values for _, values in rows[data : data + _SAMPLE]]
    width = min(_MOST_COLUMNS, max(len(values) for _, values in rows))
    profiles = [_profile(index, sample, headings.get(index)) for index in range(width)]
    article = max(profiles, key=_article_score)
    quantity = _quantity(profiles, article)
    name = _name(profiles, article, quantity)
    sure = _article_score(article) >= _SURE
    return Layout(article.index, quantity, name, heading, data, sure)


def find_heading(rows: list[Row]) -> tuple[int | None, int]:
    """(index of the heading row, index of the first row after it)."""
    filled = sorted(sum(1 for value in values if value != "") for _, values in rows[:_SAMPLE])
    usual = filled[len(filled) // 2]
    best, most = None, 0
    for index, (_, values) in enumerate(rows[:_HEADING_SEARCH]):
        roles = _roles(values)
        enough = len(roles) >= 2 or 2 * sum(1 for value in values if value != "") >= usual
        if len(roles) > most and enough:
            best, most = index, len(roles)
    if best is None:
        return None, 0
    second = rows[best + 1][1] if best + 1 < len(rows) else []
    return best, best + (2 if _continues(rows[best][1], second) else 1)


def titles_of(rows: list[Row], layout: Layout) -> dict[int, str]:
    """Column -> its heading, the upper and the lower part of a heading of two rows joined."""
    if layout.heading is None:
        return {}
    parts: dict[int, list[str]] = {}
    for _, values in rows[layout.heading : layout.data]:
        for column, value in enumerate(values):
            if value != "":
                parts.setdefault(column, []).append(text_of(value))
    return {column: " ".join(texts) for column, texts in parts.items()}


def _roles(values: list[Value]) -> set[str]:
    if any(_is_figure(value) for value in values):
        return set()
    found = (heading_of(value) for value in values if isinstance(value, str))
    return {heading.role for heading in found if heading}


def _is_figure(value: Value) -> bool:
    return is_number(value) or is_moment(value) or bool(_FIGURE.fullmatch(text_of(value)))


def _continues(upper: list[Value], lower: list[Value]) -> bool:
    """A heading of two rows: the lower one names columns, some of which the upper left blank."""
    named = [column for column, value in enumerate(lower) if value != ""]
    return bool(_roles(lower)) and any(at(upper, column) == "" for column in named)


def _headings(rows: list[Row]) -> dict[int, Heading]:
    headings: dict[int, Heading] = {}
    for _, values in rows:
        for column, value in enumerate(values):
            heading = heading_of(value) if isinstance(value, str) else None
            if heading:
                headings[column] = heading
    return headings


def _profile(index: int, sample: list[list[Value]], heading: Heading | None) -> _Profile:
    values = [at(row, index) for row in sample]
    filled = [value for value in values if value != ""]
    count = len(filled) or 1
    unique = len({text_of(value) for value in filled}) / count
    numbers = tuple(read_quantity(value, Marks())[0] if value != "" else None for value in values)
    return _Profile(
        index=index,
        heading=heading,
        share=len(filled) / (len(values) or 1),
        article=sum(map(article_likeness, filled)) / count * (0.5 + 0.5 * unique),
        quantity=sum(map(quantity_likeness, filled)) / count,
        name=sum(map(name_likeness, filled)) / count,
        numbers_rows=_counts_up(numbers),
        numbers=numbers,
    )


def _counts_up(numbers: tuple[Decimal | None, ...]) -> bool:
    known = [number for number in numbers if number is not None]
    return 2 * len(known) > len(numbers) and known == list(range(1, len(known) + 1))


def _article_score(profile: _Profile) -> float:
    if profile.share == 0 or profile.role in ("other", "quantity"):
        return -1.0
    if profile.role == "number" and profile.numbers_rows:
        return -1.0
    score = profile.article * math.sqrt(profile.share) + profile.weight("article")
    return score - 0.3 * profile.weight("name")


def _quantity(profiles: list[_Profile], article: _Profile) -> int | None:
    others = [p for p in profiles if p is not article and (p.share > 0 or p.heading)]
    named = [p for p in others if p.role == "quantity"]
    if named:
        return max(named, key=lambda p: p.weight("quantity") + p.quantity).index
    likely = [
        profile
        for profile in others
        if profile.role in ("", "number")
        and profile.quantity >= (_COUNTS if len(others) > 1 else _MAY_COUNT)
        and not (profile.numbers_rows and _is_row_number(profile, article))
    ]
    sums = _sums(likely)
    best = [profile for profile in likely if profile.index not in sums]
    if not best:
        return None
    return min(best, key=lambda p: (-round(p.quantity, 1), p.median, p.index)).index


def _is_row_number(profile: _Profile, article: _Profile) -> bool:
    return profile.role == "number" or profile.index < article.index


def _sums(profiles: list[_Profile]) -> set[int]:
    """Columns that are the product of two others: quantity by price."""
    numeric = profiles[:6]
    return {
        total.index
        for total in numeric
        for one in numeric
        for two in numeric
        if one.index < two.index
        and total not in (one, two)
        and _multiplies(one.numbers, two.numbers, total.numbers)
    }


def _multiplies(
    ones: tuple[Decimal | None, ...],
    twos: tuple[Decimal | None, ...],
    totals: tuple[Decimal | None, ...],
) -> bool:
    known = [
        (one, two, total)
        for one, two, total in zip(ones, twos, totals, strict=True)
        if one is not None and two is not None and total is not None
    ]
    if not known or all(one == 1 or two == 1 for one, two, _ in known):
        return False
    return all(abs(one * two - total) <= Decimal("0.05") for one, two, total in known)


def _name(profiles: list[_Profile], article: _Profile, quantity: int | None) -> int | None:
    likely = [
        profile
        for profile in profiles
        if profile is not article
        and profile.index != quantity
        and profile.role in ("", "name")
        and profile.share > 0
        and profile.name * profile.share + profile.weight("name") >= _SURE
    ]
    if not likely:
        return None
    return max(likely, key=lambda p: p.name * p.share + p.weight("name")).index
