"""The staff's pages of a file of references: looked at before it is applied; what was not taken."""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile

from fondaco_analogues import files
from fondaco_analogues.file_rows import COLUMNS, SAMPLE, rows_of
from fondaco_analogues.manifest import FILES
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import WrittenColumn
from fondaco_sdk.web import Page, Redirect, Transaction, workbook

SHOWN = 200
MOST_WRITTEN = 100_000
"""So many refused rows go into one workbook: what a person corrects, and a page can wait for."""


async def files_page(ask: Ask) -> Page:
    """Where a file is dropped, and the files of before."""
    return await _home(ask)


async def take_file(
    request: Request[Any, Any, Any], ask: Ask, transaction: Transaction
) -> Page | Redirect:
    """Keep a file, and read it if it is short; a long one is read by the worker.

    Nothing is changed yet.
    """
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _home(ask, _NO_FILE.text(ask.locale))
    name = re.split(r"[\\/]", file.filename)[-1].replace("\x00", "")[:200]
    content = await file.read()
    if len(content) > files.SHORT_BYTES:
        async with transaction() as act:
            uuid = await files.keep(act, name, content)
            await act.enqueue(files.READ_TASK, files.ThisFile(uuid), key=str(uuid))
        return Redirect(f"{FILES}/{uuid}")
    try:
        sheet = await ask.sheets.read(content, COLUMNS, rows=MOST_WRITTEN)
    except UserError as mistake:
        return await _home(ask, f"{name}: {mistake.reason.text(ask.locale)}")
    async with transaction() as act:
        uuid = await files.keep_rows(act, name, rows_of(sheet.rows))
    return Redirect(f"{FILES}/{uuid}")


async def file(ask: Ask, upload: UUID) -> Page:
    """What applying the file would do now; or, once it is applied, what became of it."""
    found = await files.find(ask, upload)
    return Page(
        "analogues/file.html",
        {
            "upload": found,
            "home": f"{FILES}/{found.uuid}",
            "refused": await files.refused(ask, upload, SHOWN) if found.refused else (),
            "shown": SHOWN,
            "written": MOST_WRITTEN,
        },
    )


async def progress(ask: Ask, upload: UUID) -> Page | Redirect:
    """How far the worker is with a file; the page itself once it is done."""
    found = await files.find(ask, upload)
    home = f"{FILES}/{found.uuid}"
    if not found.busy:
        return Redirect(home)
    return Page("analogues/progress.html", {"upload": found, "home": home})


async def apply_file(act: Act, upload: UUID) -> Redirect:
    """Everything that can be taken in one transaction; a second press changes nothing."""
    found = await files.find(act, upload)
    if found.rows > files.SHORT_ROWS:
        await files.apply_later(act, upload)
        return Redirect(f"{FILES}/{upload}")
    await files.apply(act, upload)
    return Redirect(f"{FILES}/{upload}", _APPLIED)


async def refused(ask: Ask, upload: UUID) -> Response[bytes]:
    """The rows that were not taken, with the reason; to be corrected and uploaded again."""
    await files.find(ask, upload)
    rows = await files.refused(ask, upload, MOST_WRITTEN)
    headings = [column.title.text(ask.locale) for column in COLUMNS]
    data = ask.sheets.write(
        _REFUSED.text(ask.locale),
        (
            *(WrittenColumn(heading) for heading in headings),
            WrittenColumn(_ROW.text(ask.locale), 10),
            WrittenColumn(_WHY.text(ask.locale), 60, wrapped=True),
        ),
        [(*_cells(row), row.row_number, why.text(ask.locale)) for row, why in rows],
    )
    return workbook(data, "not-taken.xlsx")


async def sample(ask: Ask) -> Response[bytes]:
    """A file to fill in."""
    data = ask.sheets.write(
        _SAMPLE.text(ask.locale),
        [WrittenColumn(column.title.text(ask.locale)) for column in COLUMNS],
        SAMPLE,
    )
    return workbook(data, "analogues.xlsx")


def _cells(row: Any) -> tuple[Any, ...]:
    """As the file's columns have them."""
    days = (f"{day:%d.%m.%Y}" if day else "" for day in (row.starts_on, row.ends_on))
    direction = "both ways" if row.both_ways else ""
    named = (row.article, row.other, row.brand, row.number, row.kind, direction)
    return (*named, *days, row.note_ru, row.note_en, int(row.confidence * 100), row.source)


async def _home(ask: Ask, mistake: str = "") -> Page:
    context = {"uploads": await files.recent(ask), "mistake": mistake, "most": files.MOST_ROWS}
    return Page("analogues/files.html", context, 422 if mistake else 200)


_NO_FILE = Reason("analogues.no_file", "Выберите файл", "Choose a file")
_APPLIED = Reason("analogues.file_applied", "Файл применён", "The file is applied")
_REFUSED = Reason("analogues.file_refused", "Не учтено", "Not taken")
_SAMPLE = Reason("analogues.file_sample", "Образец", "Sample")
_ROW = Reason("analogues.file_row", "Строка", "Row")
_WHY = Reason("analogues.file_why", "Почему", "Why")
