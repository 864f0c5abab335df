"""From the bytes or the lines of a text to cells: encoding, delimiter, quoting."""

import csv
import io
import re
from collections.abc import Iterator

from fondaco.intake.parse.cells import tidy
from fondaco.intake.parse.model import FileRefused, Problem, problem
from fondaco.intake.parse.table import Row

DELIMITERS = "\t;|,"

_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CYRILLIC = ["cp1251", "cp866", "koi8_r", "mac_cyrillic"]
_GUESS_BYTES = 20_000
_SAMPLE_LINES = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_TRAILING_DECIMAL = re.compile(r"[^,]*[\t ][0-9]+,[0-9]+ ?[^\d,]{0,6}")
_LONGEST_FIELD = 10_000_000


def decode(content: bytes) -> tuple[str, list[Problem]]:
    """The text, and a notice if its encoding had to be guessed.

    :raises FileRefused: this is no text.
    """
    text, guessed = _decode(content)
    if _CONTROL.search(text):
        raise FileRefused("file.not_text")
    return text, [problem("encoding.guessed", encoding=guessed)] if guessed else []


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace"), ""
    zeros = content[:_GUESS_BYTES].count(0)
    if zeros:
        odd = content[1:_GUESS_BYTES:2].count(0)
        return content.decode("utf-16-le" if odd * 2 > zeros else "utf-16-be", "replace"), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        encoding = _guess(content[:_GUESS_BYTES])
        return content.decode(encoding, "replace"), "" if encoding == "cp1251" else encoding


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # 30 ms, for the few files that need it

    best = from_bytes(sample, cp_isolation=_CYRILLIC).best()
    return best.encoding if best else "cp1251"


def lines_of(text: str) -> list[str]:
    """As an editor counts them; `str.splitlines` would also break at stranger characters."""
    return _LINE_END.split(text)


def cut(text: str, delimiter: str) -> Iterator[Row]:
    """The filled records with their numbers; a record of several quoted lines counts as one."""
    csv.field_size_limit(_LONGEST_FIELD)
    records = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE,
    )
    for number, record in enumerate(records, 1):
        values = [tidy(value) for value in record]
        if any(value != "" for value in values):
            yield number, values


def delimiter_of(text: str) -> tuple[str | None, str]:
    """(the delimiter or None, the text without a first line like "sep=;")."""
    first, _, rest = text.partition("\n")
    named = _SEPARATOR_LINE.fullmatch(first.strip())
    if named:
        return named[1], rest
    lines = [line for line in lines_of(text[: _SAMPLE_LINES * 1_000]) if line.strip()]
    lines = lines[:_SAMPLE_LINES]
    for delimiter in DELIMITERS:
        holding = [line for line in lines if delimiter in line]
        if 2 * len(holding) >= max(1, len(lines)) and not _are_decimals(holding, delimiter):
            return delimiter, text
    return None, text


def _are_decimals(lines: list[str], delimiter: str) -> bool:
    """The commas of "A-104 1,5" divide no columns."""
    return delimiter == "," and all(_TRAILING_DECIMAL.fullmatch(line.strip()) for line in lines)
