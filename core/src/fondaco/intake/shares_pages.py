"""A file of articles and outlets: read, shown with what is not understood, taken at a stroke."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from msgspec import Struct
from uuid_utils.compat import uuid7

from fondaco.cart.cell_form import WHOLE_TABLE
from fondaco.cart.outlets.pages import PAGE, refused_page
from fondaco.cart.outlets.strokes import take_products
from fondaco.cart.outlets.table import headings_of, plain_name
from fondaco.customers.outlets import choosable_outlets
from fondaco.documents.table_xlsx import Cell, Column, download, table_xlsx
from fondaco.hooks.context import AskContext
from fondaco.intake.pages import MOST_UPLOADED, POLICY, file_name
from fondaco.intake.parse import FileRefused
from fondaco.intake.parse.files import parse_matrix
from fondaco.intake.shares import FileShares, carried, understand, wanted_by
from fondaco.intake.uploads import Uploads
from fondaco.intake.words import reason_of, texts
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound, UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

FILE = f"{PAGE}/file"
SHOWN = 100


class Left(Struct, frozen=True, array_like=True):
    """What a page carries of what is not taken: headings, and rows of article, cells, reasons."""

    headings: list[str]
    rows: list[tuple[str, dict[int, str], str]]


@route("POST", FILE, policy=POLICY, max_body=MOST_UPLOADED)
async def look_at_file(request: Request[Any, Any, Any], ask: AskContext) -> Page:
    """What is understood of the file; nothing is written yet."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await refused_page(ask, {"file_error": texts(ask.locale)("intake.no_file")})
    outlets = await choosable_outlets(ask)
    headings = frozenset(
        plain_name(name) for name in (*headings_of(outlets), *(o.name for o in outlets))
    )
    uuid, uploads, name = uuid7(), Uploads(ask.hall.settings.data), file_name(file)
    try:
        path = await uploads.keep(uuid, cast("BinaryIO", file.file))
        parsed = await parse_matrix(path, name, headings)
    except FileRefused as refused:
        return await refused_page(ask, {"file_error": reason_of(refused.problem).text(ask.locale)})
    finally:
        await uploads.drop(uuid)
    shares = await understand(ask, parsed, outlets)
    notices = [reason_of(notice).text(ask.locale) for notice in parsed.notices]
    return Page("intake/shares.html", _context(ask, name, shares, notices))


@route("POST", f"{FILE}/take", policy=POLICY, max_body=WHOLE_TABLE)
async def take_file(ask: AskContext, form: Form) -> Page:
    """Put it into the grid at a stroke, with what undoes it."""
    try:
        wanted = await wanted_by(
            ask, form.text("shares"), whole_multiples=form.text("whole_multiples") == "1"
        )
        async with ask.act() as act:
            return await take_products(act, wanted)
    except NotFound:
        raise
    except UserError as refused:
        return await refused_page(ask, {"file_error": refused.reason.text(ask.locale)})


@route("POST", f"{FILE}/left.xlsx", policy=POLICY, max_body=WHOLE_TABLE)
async def left_file(ask: AskContext, form: Form) -> Response[bytes] | Redirect:
    """What was not taken, with the reasons; mended, it can be uploaded again."""
    try:
        left = msgspec.json.decode(form.text("left"), type=Left)
        data = _left_xlsx(left, ask.locale)
    except (msgspec.DecodeError, IndexError):
        return Redirect(PAGE, notice=_NOTHING_LEFT)
    return download(data, "outlets-not-taken.xlsx")


def _context(
    ask: AskContext, name: str, shares: FileShares, notices: list[str]
) -> Mapping[str, Any]:
    left = Left(
        list(shares.headings),
        [
            (row.article, dict(row.cells), " ".join(r.text(ask.locale) for r in row.reasons))
            for row in shares.left_rows
        ],
    )
    return {
        "name": name,
        "shares": shares,
        "notices": notices,
        "shown": SHOWN,
        "carried": carried(shares),
        "left": msgspec.json.encode(left).decode(),
    }


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
