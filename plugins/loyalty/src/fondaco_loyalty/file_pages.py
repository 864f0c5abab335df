"""The staff's pages of a file: looked at before it is applied, and what found nobody to take away.

The file itself is read before any transaction; what was read is kept until somebody applies it.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile

from fondaco_loyalty import files
from fondaco_loyalty.file_rows import COLUMNS, FileRow, What, rows_of, sample_of
from fondaco_loyalty.files import Upload
from fondaco_loyalty.manifest import FILES
from fondaco_loyalty.paste_page import paste_page
from fondaco_loyalty.tiers import all_tiers
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import WrittenColumn
from fondaco_sdk.web import Page, Redirect, Transaction, workbook

MOST_ROWS = 5000
SHOWN = 200
_WIDE = 60


async def take_file(
    request: Request[Any, Any, Any], ask: Ask, transaction: Transaction
) -> Page | Redirect:
    """Read a file and keep its rows; nothing is changed yet."""
    posted = await request.form()
    what: What = "statuses" if posted.get("file_what") == "statuses" else "balances"
    file = posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await paste_page(ask, what, file_mistake=_NO_FILE.text(ask.locale))
    name = re.split(r"[\\/]", file.filename)[-1].replace("\x00", "")[:200]
    try:
        sheet = await ask.sheets.read(await file.read(), COLUMNS[what], rows=MOST_ROWS)
        rows = rows_of(what, sheet)
    except UserError as mistake:
        said = f"{name}: {mistake.reason.text(ask.locale)}"
        return await paste_page(ask, what, file_mistake=said)
    async with transaction() as act:
        uuid = await files.keep(act, what, name, rows)
    return Redirect(f"{FILES}/{uuid}")


async def file(ask: Ask, upload: UUID) -> Page:
    """What applying the file would do now; or, once it is applied, what became of it."""
    found = await files.find(ask, upload)
    plan = await files.plan(ask, found) if found.applied_at is None else None
    refused = plan.refused if plan else _refused(found)
    return Page(
        "loyalty/file.html",
        {
            "upload": found,
            "home": f"{FILES}/{found.uuid}",
            "plan": plan,
            "changes": plan.changes[:SHOWN] if plan else (),
            "refused": refused[:SHOWN],
            "refused_total": len(refused),
            "shown": SHOWN,
        },
    )


async def apply_file(act: Act, upload: UUID) -> Redirect:
    """Everything that can be taken in one transaction; a second press changes nothing."""
    await files.apply(act, upload)
    return Redirect(f"{FILES}/{upload}", _APPLIED)


async def refused(ask: Ask, upload: UUID) -> Response[bytes]:
    """The rows that were not taken, as they stood in the file, with the reason; to be corrected and
    uploaded again.
    """
    found = await files.find(ask, upload)
    rows = (await files.plan(ask, found)).refused if found.applied_at is None else _refused(found)
    columns = COLUMNS[found.what]
    data = ask.sheets.write(
        _REFUSED.text(ask.locale),
        (
            *(WrittenColumn(column.title.text(ask.locale)) for column in columns),
            WrittenColumn(_ROW.text(ask.locale), 10),
            WrittenColumn(_WHY.text(ask.locale), _WIDE, wrapped=True),
        ),
        [
            (
                *(row.said.get(column.name, "") for column in columns),
                row.number,
                why.text(ask.locale),
            )
            for row, why in rows
        ],
    )
    return workbook(data, "not-taken.xlsx")


async def sample(ask: Ask, what: str = "balances") -> Response[bytes]:
    """A file to fill in."""
    wanted: What = "statuses" if what == "statuses" else "balances"
    tiers = await all_tiers(ask)
    status = tiers[0].name(ask.locale) if tiers else _STATUS.text(ask.locale)
    data = ask.sheets.write(
        _SAMPLE.text(ask.locale),
        [WrittenColumn(column.title.text(ask.locale)) for column in COLUMNS[wanted]],
        sample_of(wanted, status, ask.now.astimezone(ask.zone).date()),
    )
    return workbook(data, f"{wanted}.xlsx")


def _refused(upload: Upload) -> Sequence[tuple[FileRow, Reason]]:
    """What was not taken when the file was applied."""
    return [
        (row, upload.refused[str(n)])
        for n, row in enumerate(upload.rows)
        if str(n) in upload.refused
    ]


_NO_FILE = Reason("loyalty.no_file", "Выберите файл", "Choose a file")
_APPLIED = Reason("loyalty.file_applied", "Файл применён", "The file is applied")
_REFUSED = Reason("loyalty.file_refused", "Не учтено", "Not taken")
_SAMPLE = Reason("loyalty.file_sample", "Образец", "Sample")
_STATUS = Reason("loyalty.file_status", "Золотой", "Gold")
_ROW = Reason("loyalty.file_row", "Строка", "Row")
_WHY = Reason("loyalty.file_why", "Почему", "Why")
