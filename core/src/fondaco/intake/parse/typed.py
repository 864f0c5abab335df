"""Rows of a text, be it a file or a paste: divided as a table is, or as people type."""

import re
from collections.abc import Iterator

from fondaco.intake.parse.cells import tidy
from fondaco.intake.parse.model import FileRefused, Limits
from fondaco.intake.parse.quantity import UNITS
from fondaco.intake.parse.table import Row
from fondaco.intake.parse.text import cut, delimiter_of, lines_of

_GAP = re.compile(r" {2,}|\u00a0{2,}")
_ENDS_WITH_QUANTITY = re.compile(
    rf"(?P<article>\S+)(?: [-–—x×*хXХ] ?| )"
    rf"(?P<quantity>[1-9][0-9]{{0,4}}(?:[.,][0-9]{{1,3}})?(?: ?(?:{UNITS})\.?)?)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?P<number>[0-9]{1,4})[.)]\s+(?P<rest>\S.*)")
_SHORTEST_ARTICLE = 3


def rows_of(text: str, limits: Limits) -> list[Row]:
    """The filled rows with their numbers.

    :raises FileRefused: more than twice `limits.rows`.
    """
    rows: list[Row] = []
    for row in _rows(text):
        rows.append(row)
        if len(rows) > 2 * limits.rows:
            raise FileRefused("file.too_many_rows", limit=str(limits.rows))
    return rows


def _rows(text: str) -> Iterator[Row]:
    delimiter, text = delimiter_of(text)
    if delimiter is not None and not (delimiter == "," and _divided_by_gaps(text)):
        yield from cut(text, delimiter)
        return
    lines = _without_bullets([(number, line.strip()) for number, line in _filled_lines(text)])
    for number, line in lines:
        yield number, [tidy(cell) for cell in _divided(line)]


def _filled_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines_of(text), 1):
        if line.strip():
            yield number, line


def _divided_by_gaps(text: str) -> bool:
    lines = [line.strip() for _, line in _filled_lines(text)]
    return 2 * sum(1 for line in lines if _GAP.search(line)) > len(lines)


def _divided(line: str) -> list[str]:
    if _GAP.search(line):
        return _GAP.split(line)
    match = _ENDS_WITH_QUANTITY.fullmatch(" ".join(line.split()))
    if match and _is_article(match["article"], match["quantity"]):
        return [match["article"], match["quantity"]]
    return [line]


def _is_article(article: str, quantity: str) -> bool:
    """Not so the first part of a number written in groups: "0986 452", "AB 1234"."""
    if len(article) < _SHORTEST_ARTICLE or not re.search("[0-9]", article):
        return False
    in_groups = article.isdigit() and len(article) < 6 and quantity.isdigit() and len(quantity) > 2
    return not in_groups


def _without_bullets(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """ "1. A-104", "2. A-105": numbers that only count the lines."""
    matches = [_BULLET.fullmatch(line) for _, line in lines]
    counted = [int(match["number"]) for match in matches if match]
    if len(lines) < 2 or counted != list(range(1, len(lines) + 1)):
        return lines
    matched = zip(lines, matches, strict=True)
    return [(number, match["rest"]) for (number, _), match in matched if match]
