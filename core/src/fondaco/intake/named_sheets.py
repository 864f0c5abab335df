"""Tables for whoever knows their columns by name: the service `sheets` of every context."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec.structs import replace
from xlsxwriter import Workbook

from fondaco.documents.render.brand import inks
from fondaco.documents.render.sheet import Sheet as SheetWriter
from fondaco.documents.table_xlsx import WORKBOOK_OPTIONS, sheet_name
from fondaco.hooks.context import AskContext
from fondaco.intake.parse import FileRefused, Limits
from fondaco.intake.parse.files import reading_place
from fondaco.intake.parse.model import Problem
from fondaco.intake.sheets.model import LIMITS, SheetRefused
from fondaco.intake.sheets.named import NamedCell, NamedSheet, WantedColumn, folded
from fondaco.intake.sheets.process import read_columns
from fondaco.intake.words import reason_of
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.paper import Letterhead
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import Sheet, SheetCell, SheetColumn, SheetRow, WrittenColumn


class NamedSheets:
    """Reads and writes tables (implements `fondaco_sdk.context.SheetService`)."""

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def read(
        self, content: bytes, columns: Sequence[SheetColumn], *, rows: int = 5000
    ) -> Sheet:
        """The rows of `columns`, read in a process of its own. Raises `UserError`."""
        limits = Limits(rows=rows)
        with _refusals(columns):
            async with reading_place(limits):
                named = await asyncio.to_thread(_whole, content, _wanted(columns), limits)
        return _sheet(named, {column.name: column.kind for column in columns})

    async def parts(
        self, content: bytes, columns: Sequence[SheetColumn], *, rows: int = 1_000_000
    ) -> AsyncIterator[Sheet]:
        """The rows of `columns` of a large table, as they are read. Raises `UserError`."""
        kinds = {column.name: column.kind for column in columns}
        reading = _parts(content, _wanted(columns), replace(_LONG, rows=rows))
        try:
            with _refusals(columns):
                while (named := await asyncio.to_thread(next, reading, None)) is not None:
                    yield _sheet(named, kinds)
        finally:
            await asyncio.to_thread(reading.close)

    def write(
        self,
        title: str,
        columns: Sequence[WrittenColumn],
        rows: Sequence[Sequence[str | int | Decimal | None]],
    ) -> bytes:
        """An xlsx whose texts are texts."""
        out = BytesIO()
        with Workbook(out, WORKBOOK_OPTIONS) as workbook:
            sheet = SheetWriter(workbook, sheet_name(title), [c.width for c in columns])
            sheet.put_header(0, [column.title for column in columns], inks(Letterhead()))
            for number, row in enumerate(rows, start=1):
                for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                    sheet.put_cell(number, place, value, _kind(column, value))
        return out.getvalue()


def _wanted(columns: Sequence[SheetColumn]) -> tuple[WantedColumn, ...]:
    return tuple(
        WantedColumn(
            c.name, tuple(map(folded, (c.title.ru, c.title.en, *c.also))), c.kind, c.required
        )
        for c in columns
    )


@contextmanager
def _refusals(columns: Sequence[SheetColumn]) -> Iterator[None]:
    """What cannot be read, in words that fit any table."""
    try:
        yield
    except (FileRefused, SheetRefused) as refused:
        raise UserError(_refusal(refused.code, dict(refused.params), columns)) from refused


def _whole(content: bytes, wanted: tuple[WantedColumn, ...], limits: Limits) -> NamedSheet:
    parts = list(_parts(content, wanted, limits))
    return replace(parts[0], rows=tuple(row for part in parts for row in part.rows))


def _parts(
    content: bytes, wanted: tuple[WantedColumn, ...], limits: Limits
) -> Generator[NamedSheet, None, None]:
    if not content:
        raise FileRefused("file.empty")
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield from read_columns(Path(file.name), wanted, limits)


def _sheet(named: NamedSheet, kinds: Mapping[str, str]) -> Sheet:
    rows = tuple(
        SheetRow(
            number,
            {name: _cell(cell, kinds[name]) for name, cell in zip(named.names, cells, strict=True)},
        )
        for number, cells in named.rows
    )
    found = dict(zip(named.names, named.found, strict=True))
    return Sheet(rows, found, named.ignored, named.total)


def _cell(cell: NamedCell, kind: str) -> SheetCell:
    return SheetCell(
        cell.text,
        Decimal(cell.value) if kind == "amount" and cell.value else None,
        date.fromisoformat(cell.value) if kind == "day" and cell.value else None,
        _wrong(cell) if cell.wrong else None,
    )


def _kind(column: WrittenColumn, value: object) -> str:
    if column.wrapped:
        return "wrapped"
    return "quantity" if isinstance(value, Decimal) else "text"


def _wrong(cell: NamedCell) -> Reason:
    ru, en = _WRONG[cell.wrong]
    text = {"text": cell.text}
    return Reason(f"cell.{cell.wrong}", ru.format_map(text), en.format_map(text), text)


def _refusal(code: str, params: dict[str, str], columns: Sequence[SheetColumn]) -> Reason:
    """The words of one refusal."""
    if code == "sheet.no_column":
        title = next(c.title for c in columns if c.name == params["column"])
        return Reason(
            code,
            f"В таблице нет столбца «{title.ru}». Найдены: {params['found'] or 'никаких'}."
            " Впишите заголовки столбцов первой строкой",
            f"The table has no column “{title.en}”. Found: {params['found'] or 'none'}."
            " Write the headings of the columns in the first row",
            params,
        )
    if code == "file.empty":
        return Reason(
            code, "В файле нет ни одной заполненной строки", "No row of the file is filled"
        )
    if code == "file.too_large":
        limit = params["limit"]
        return Reason(
            code,
            f"Файл больше {limit} МБ: разделите его на части",
            f"The file is larger than {limit} MB: divide it",
            params,
        )
    return reason_of(Problem(code, params))


# The reader waits for whoever takes its rows, so it has more time than a list read in one go.
_LONG = replace(LIMITS, cpu_seconds=900, wall_seconds=3600.0)
_WRONG = {
    "became_date": (
        "Excel превратил значение в дату «{text}»: задайте столбцу текстовый формат",
        "Excel has made a date of it, “{text}”: give the column the text format",
    ),
    "formula": (
        "Вместо значения записана формула «{text}», формулы не вычисляются",
        "There is a formula instead of a value, “{text}”; formulas are not calculated",
    ),
    "lost_digits": (
        "Excel оставил только первые 15 цифр: «{text}»",
        "Excel has kept the first 15 digits only: “{text}”",
    ),
    "too_long": ("Слишком длинное значение: «{text}»", "Too long: “{text}”"),
    "not_a_number": ("«{text}» — не число", "“{text}” is not a number"),
    "ambiguous": (
        "«{text}» можно прочитать двумя способами: уберите разделитель тысяч",
        "“{text}” can be read in two ways: leave the separator of thousands out",
    ),
    "not_a_day": (
        "«{text}» — не дата: нужна вида 31.12.2026",
        "“{text}” is not a date: one like 2026-12-31 is needed",
    ),
}
