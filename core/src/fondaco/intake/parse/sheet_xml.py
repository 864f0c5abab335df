"""What calamine does not tell about an xlsx sheet, read from its XML within bounds.

Asked before calamine is: it allocates the whole rectangle between the outermost cells, and aborts
the process if that is too large. Number formats give back the zeros that Excel hides.
"""

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from msgspec import Struct, field

from fondaco.intake.parse.model import FileRefused, Limits

Attributes = dict[str, str]

_CHUNK = 64 * 1024
_FORMULA_LENGTH = 100
_BUILT_IN_FORMATS = {"2": "0.00", "11": "0.00E+00"}


class SheetFacts(Struct):
    """About the cells that hold something. Rows and columns count from 0.

    `formats`: the number format of numbers shown otherwise than plainly. `unvalued`: formulas that
    were never calculated, so that no value is stored with them.
    """

    filled_rows: int = 0
    bottom: int = -1
    right: int = -1
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    unvalued: dict[tuple[int, int], str] = field(default_factory=dict)


class WorkbookParts(Struct, frozen=True):
    """Where each sheet's XML lies, and the number format of each cell style."""

    sheets: dict[str, str]
    formats: dict[str, str]


def workbook_parts(path: Path) -> WorkbookParts:
    with ZipFile(path) as archive:
        names = set(archive.namelist())
        targets = _read_relations(archive)
        formats = _read_formats(archive) if "xl/styles.xml" in names else {}
        sheets = {
            name: part
            for name, relation in _read_sheets(archive)
            if (part := targets.get(relation, "")) in names
        }
    return WorkbookParts(sheets, formats)


def sheet_facts(path: Path, sheet: str, parts: WorkbookParts, limits: Limits) -> SheetFacts:
    """:raises FileRefused: more rows than allowed, a cell too far off, a DTD in the XML."""
    if sheet not in parts.sheets:
        raise FileRefused("file.damaged")
    with ZipFile(path) as archive, archive.open(parts.sheets[sheet]) as stream:
        scan = _SheetScan(sheet, parts.formats, limits)
        _parse(stream, scan.start, scan.end, scan.text)
    return scan.facts


def cell_name(row: int, column: int) -> str:
    """(0, 0) is A1."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _SheetScan:
    def __init__(self, sheet: str, formats: dict[str, str], limits: Limits) -> None:
        self.facts = SheetFacts()
        self._sheet = sheet
        self._formats = formats
        self._limits = limits
        self._row = self._column = self._last_filled = -1
        self._cell: Attributes = {}
        self._value = self._formula = ""
        self._inside = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell, self._value, self._formula = attributes, "", ""
            reference = attributes.get("r", "").rstrip("0123456789")
            self._column = _column_number(reference) if reference else self._column + 1
        elif tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif tag in ("v", "t", "f"):
            self._inside = tag
            if tag == "f":
                self._formula = "="

    def text(self, data: str) -> None:
        if self._inside == "f":
            self._formula = (self._formula + data)[:_FORMULA_LENGTH]
        elif self._inside and not self._value:
            self._value = data

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_of_cell()
        elif tag == self._inside:
            self._inside = ""

    def _end_of_cell(self) -> None:
        if not self._value and not self._formula:
            return
        place = (self._row, self._column)
        if not self._value:
            self.facts.unvalued[place] = self._formula
        elif self._cell.get("t", "n") == "n" and self._cell.get("s") in self._formats:
            self.facts.formats[place] = self._formats[self._cell["s"]]
        if self._row != self._last_filled:
            self._last_filled = self._row
            self.facts.filled_rows += 1
        self.facts.bottom = max(self.facts.bottom, self._row)
        self.facts.right = max(self.facts.right, self._column)
        self._check()

    def _check(self) -> None:
        if self.facts.filled_rows > 2 * self._limits.rows:
            raise FileRefused("file.too_many_rows", limit=str(self._limits.rows))
        if (self.facts.bottom + 1) * (self.facts.right + 1) > self._limits.cells:
            far = cell_name(self._row, self._column)
            raise FileRefused("file.far_cell", sheet=self._sheet, cell=far)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _read_sheets(archive: ZipFile) -> list[tuple[str, str]]:
    sheets: list[tuple[str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), relation))

    with archive.open("xl/workbook.xml") as stream:
        _parse(stream, start)
    return sheets


def _read_relations(archive: ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = posixpath.join("/xl", attributes.get("Target", ""))
            targets[attributes.get("Id", "")] = posixpath.normpath(target).lstrip("/")

    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        _parse(stream, start)
    return targets


def _read_formats(archive: ZipFile) -> dict[str, str]:
    """Style index, as cells name it -> number format, where it may change how digits look."""
    codes = dict(_BUILT_IN_FORMATS)
    styles: list[str] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    with archive.open("xl/styles.xml") as stream:
        _parse(stream, start, end)
    return {str(index): codes[number] for index, number in enumerate(styles) if number in codes}


def _parse(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls back with local names.

    :raises FileRefused: the XML is broken, or declares a document type.
    """
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise FileRefused("file.damaged")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused("file.damaged") from error
