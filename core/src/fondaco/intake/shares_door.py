"""A table of articles and parts, as a file or pasted: shown with what is not understood, taken at a
stroke, and what is not taken given back. The cart's ways of dealing out have a door each.
"""

from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any, BinaryIO, cast

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from msgspec import Struct
from uuid_utils.compat import uuid7

from fondaco.cart.part_table import Headings, TableCell
from fondaco.documents.table_xlsx import Cell, Column, download, table_xlsx
from fondaco.hooks.context import ActContext, AskContext
from fondaco.intake.pages import file_name
from fondaco.intake.parse import FileRefused
from fondaco.intake.parse.files import parse_matrix
from fondaco.intake.shares import FileShares, Gets, carried, understand, wanted_by
from fondaco.intake.uploads import Uploads
from fondaco.intake.words import reason_of, texts
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

SHOWN = 100


class Door(Struct, frozen=True):
    """One way of dealing out. `words` is the part of the catalogue's keys that names its parts.

    `headings` are asked for with what the cart gives to them; `refused` draws the page of the way
    with what is wrong: `file_error`, or `table_error` beside what was `pasted`.
    """

    page: str
    words: str
    headings: Callable[[AskContext], Awaitable[tuple[Headings, Gets]]]
    take: Callable[[ActContext, list[TableCell]], Awaitable[Page]]
    refused: Callable[[AskContext, Mapping[str, str]], Awaitable[Page]]

    async def look(self, request: Request[Any, Any, Any], ask: AskContext) -> Page:
        """What is understood of a file; nothing is written yet."""
        file = (await request.form()).get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await self.refused(ask, {"file_error": texts(ask.locale)("intake.no_file")})
        try:
            return await self._shown(ask, cast("BinaryIO", file.file), file_name(file))
        except FileRefused as refused:
            return await self.refused(
                ask, {"file_error": reason_of(refused.problem).text(ask.locale)}
            )

    async def look_at_paste(self, ask: AskContext, pasted: str) -> Page:
        """The same of what was pasted."""
        try:
            return await self._shown(ask, BytesIO(pasted.encode()), "")
        except FileRefused as refused:
            said = reason_of(refused.problem).text(ask.locale)
            return await self.refused(ask, {"pasted": pasted, "table_error": said})

    async def taken(self, ask: AskContext, form: Form) -> Page:
        """It is put into the cart at a stroke, with what undoes it."""
        try:
            cells = await wanted_by(
                ask, form.text("shares"), whole_multiples=form.text("whole_multiples") == "1"
            )
            async with ask.act() as act:
                return await self.take(act, list(cells))
        except NotFound:
            raise
        except UserError as refused:
            return await self.refused(ask, {"file_error": refused.reason.text(ask.locale)})

    def left(self, ask: AskContext, form: Form) -> Response[bytes] | Redirect:
        """What was not taken, with the reasons; mended, it can be uploaded again."""
        try:
            left = msgspec.json.decode(form.text("left"), type=Left)
            data = _left_xlsx(left, ask.locale)
        except (msgspec.DecodeError, IndexError):
            return Redirect(self.page, notice=_NOTHING_LEFT)
        return download(data, f"{self.words}-not-taken.xlsx")

    async def _shown(self, ask: AskContext, source: BinaryIO, name: str) -> Page:
        headings, gets = await self.headings(ask)
        uuid, uploads = uuid7(), Uploads(ask.hall.settings.data)
        try:
            path = await uploads.keep(uuid, source)
            parsed = await parse_matrix(path, name or "paste.txt", headings.names)
        finally:
            await uploads.drop(uuid)
        shares = await understand(ask, parsed, headings, gets)
        return Page(
            "intake/shares.html",
            {
                "door": self,
                "name": name,
                "shares": shares,
                "notices": [reason_of(notice).text(ask.locale) for notice in parsed.notices],
                "shown": SHOWN,
                "carried": carried(shares),
                "left": msgspec.json.encode(_left(ask, shares)).decode(),
            },
        )


class Left(Struct, frozen=True, array_like=True):
    """What a page carries of what is not taken: headings, and rows of article, cells, reasons."""

    headings: list[str]
    rows: list[tuple[str, dict[int, str], str]]


def _left(ask: AskContext, shares: FileShares) -> Left:
    rows = [
        (row.article, dict(row.cells), " ".join(r.text(ask.locale) for r in row.reasons))
        for row in shares.left_rows
    ]
    return Left(list(shares.headings), rows)


def _left_xlsx(left: Left, locale: str) -> bytes:
    """As the template, so that what is mended is read again; the reasons are left aside then."""
    places = sorted({place for _, cells, _ in left.rows for place in cells})
    tr = texts(locale)
    columns = (
        Column("sku", 20),
        *(Column("outlet", 16, "text", left.headings[place]) for place in places),
        Column("product", 70, "wrapped", tr("intake.shares.what_is_wrong")),
    )
    rows: list[list[Cell]] = [
        [article, *(cells.get(place) for place in places), reasons]
        for article, cells, reasons in left.rows
    ]
    return table_xlsx(tr("intake.shares.left_sheet"), columns, rows, locale)


_NOTHING_LEFT = Reason(
    "cart.file_lost",
    "Таблица со страницы пришла неполной. Загрузите файл ещё раз",
    "The table came back from the page incomplete. Upload the file once more",
)
