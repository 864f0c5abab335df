"""Quick order: a file or a paste becomes a saved list; the lists of before; a sample to fill in."""

import asyncio
import re
from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile
from sqlalchemy import Select, select
from uuid_utils.compat import uuid7

from fondaco.assortments.sight import sight_of
from fondaco.catalog.queries import visible
from fondaco.catalog.tables import product
from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.intake.parse import FileRefused, ParsedList, parse_file, parse_paste
from fondaco.intake.service import ArticleLists
from fondaco.intake.uploads import Uploads
from fondaco.intake.words import reason_of, texts
from fondaco.intake.workbook import sample_xlsx
from fondaco.web.routing import route
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.web import Form, Page, Redirect

POLICY = "order.place"
HOME = "/quick-order"
MOST_UPLOADED = 55_000_000
MOST_PASTED = 12_000_000
_STATUS = {"file.too_large": 413, "paste.too_large": 413, "file.busy": 429}

SAMPLE: Select[Any] = (
    select(product.c.id)
    .where(product.c.active, product.c.sku != "", visible())
    .order_by(product.c.id)
    .limit(5)
)


@route("GET", HOME, policy=POLICY)
async def quick_order(ask: AskContext, text: str = "", removed: UUID | None = None) -> Page:
    """Drop a file, paste two columns, or go on with a list of before."""
    gone = await ArticleLists(ask).removed_name(removed) if removed else None
    return await _home(ask, {"typed": text, "removed": removed, "removed_name": gone})


@route("POST", f"{HOME}/upload", policy=POLICY, max_body=MOST_UPLOADED)
async def upload(request: Request[Any, Any, Any], ask: AskContext) -> Page | Redirect:
    """A file: kept, read in a process of its own, saved as a list."""
    posted = await request.form()
    file = posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        missing = texts(ask.locale)("intake.no_file")
        return await _home(ask, {"file_error": missing}, status=422)
    uuid, uploads = uuid7(), Uploads(ask.hall.settings.data)
    path = await uploads.keep(uuid, cast("BinaryIO", file.file))
    name = file_name(file)
    try:
        parsed = await parse_file(path, name)
    except FileRefused as refused:
        await uploads.drop(uuid)
        return await _refused(ask, refused, "file_error")
    return await _saved(ask, uuid, name, parsed)


@route("POST", f"{HOME}/paste", policy=POLICY, max_body=MOST_PASTED)
async def paste(ask: AskContext, form: Form) -> Page | Redirect:
    """Two columns from Excel, or articles typed one a line."""
    # Without its line breaks at the ends a paste would count its rows wrongly.
    typed = "".join(form.all("text")[:1])
    try:
        parsed = await asyncio.to_thread(parse_paste, typed)
    except FileRefused as refused:
        return await _refused(ask, refused, "paste_error", {"typed": typed})
    uuid = uuid7()
    await Uploads(ask.hall.settings.data).keep(uuid, BytesIO(typed.encode()))
    return await _saved(ask, uuid, "", parsed)


@route("GET", f"{HOME}/sample.xlsx", policy=POLICY)
async def sample(ask: AskContext) -> Response[bytes]:
    """A workbook with a few products of this very catalogue."""
    sight = await sight_of(ask)
    ids = [ProductId(row[0]) for row in await ask.fetch(SAMPLE, sight.parameters)]
    products = await ask.catalog.products(ids)
    data = sample_xlsx([products[id] for id in ids if id in products], texts(ask.locale))
    return download(data, "quick-order.xlsx")


@route("POST", f"{HOME}/{{uuid:uuid}}/remove", policy=POLICY)
async def remove(act: ActContext, uuid: UUID) -> Redirect:
    """Take a list away; the page then offers to bring it back."""
    await ArticleLists(act).remove(act, uuid)
    return Redirect(f"{HOME}?removed={uuid}")


@route("POST", f"{HOME}/{{uuid:uuid}}/restore", policy=POLICY)
async def restore(act: ActContext, uuid: UUID) -> Redirect:
    """Bring a removed list back."""
    await ArticleLists(act).restore(act, uuid)
    return Redirect(HOME)


def file_name(file: UploadFile) -> str:
    """The name without the folders that some browsers send before it."""
    return re.split(r"[\\/]", file.filename)[-1]


async def _saved(ask: AskContext, uuid: UUID, name: str, parsed: ParsedList) -> Redirect:
    async with ask.act() as act:
        await ArticleLists(act).save(act, uuid, name, parsed)
    return Redirect(f"{HOME}/{uuid}")


async def _refused(
    ask: AskContext, refused: FileRefused, field: str, typed: dict[str, Any] | None = None
) -> Page:
    said = reason_of(refused.problem).text(ask.locale)
    status = _STATUS.get(refused.code, 422)
    return await _home(ask, {**(typed or {}), field: said}, status=status)


async def _home(ask: AskContext, context: dict[str, Any], status: int = 200) -> Page:
    nothing = {
        "typed": "",
        "file_error": "",
        "paste_error": "",
        "removed": None,
        "removed_name": None,
    }
    lists = await ArticleLists(ask).recent()
    return Page("intake/quick_order.html", {**nothing, "lists": lists, **context}, status)
