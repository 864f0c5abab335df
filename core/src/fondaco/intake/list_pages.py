"""The page of a saved list: four groups of rows, what the buyer decides on them, into the cart."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response

from fondaco.documents.table_xlsx import download
from fondaco.hooks.context import ActContext, AskContext
from fondaco.intake.analogues import full_and_ready
from fondaco.intake.choose import Group
from fondaco.intake.into_cart import cart_items
from fondaco.intake.pages import HOME, POLICY
from fondaco.intake.parse import ColumnChoice, FileRefused, ParsedList, parse_file, parse_paste
from fondaco.intake.parse.sheet_xml import column_letters
from fondaco.intake.service import STILL_MATCHING, ArticleLists, ResolvedList
from fondaco.intake.stored import ListHead
from fondaco.intake.uploads import Uploads
from fondaco.intake.view import WHOLE, Looks, rows_touched, sections_of
from fondaco.intake.words import reason_of, texts
from fondaco.intake.workbook import not_found_xlsx
from fondaco.lists.filling import keep_as_list
from fondaco.lists.service import ListItem
from fondaco.substitutes.wanted import note_wanted
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LIST = f"{HOME}/{{uuid:uuid}}"
ROW = f"{LIST}/rows/{{number:int}}"


@route("GET", LIST, policy=POLICY)
async def list_page(
    ask: AskContext, uuid: UUID, group: str = "", page: int = 1, taken: str = ""
) -> Page:
    """The whole list, or where it is long a page of one group.

    `taken`: analogues were taken by one press, which can be undone.
    """
    return await _list_page(ask, uuid, group=group, page=page, taken=bool(taken))


@route("GET", f"{LIST}/progress", policy=POLICY)
async def progress(ask: AskContext, uuid: UUID) -> Page | Redirect:
    """How far the look-up of a long list is; the page itself once it has ended."""
    matching, done, total = await ArticleLists(ask).progress(uuid)
    if not matching:
        return Redirect(f"{HOME}/{uuid}")
    return Page("intake/progress.html", {"uuid": uuid, "done": done, "total": total})


@route("POST", f"{ROW}/quantity", policy=POLICY)
async def set_quantity(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, uuid: UUID, number: int
) -> Page | Redirect:
    """Another quantity; an empty one goes back to what was typed."""
    quantity = form.decimal("quantity") if form.text("quantity") else None
    async with ask.act() as act:
        await ArticleLists(act).set_quantity(act, uuid, number, quantity)
    undo = ("taken", "quantity") if form.text("take") else None
    return await _changed(request, ask, uuid, number, undo)


@route("POST", f"{ROW}/product", policy=POLICY)
async def choose_product(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, uuid: UUID, number: int
) -> Page | Redirect:
    """Which product it is; none takes the choice back."""
    product = _uuid(form.text("product")) if form.text("product") else None
    async with ask.act() as act:
        await ArticleLists(act).choose_product(act, uuid, number, product)
    return await _changed(request, ask, uuid, number, ("chosen", "product") if product else None)


@route("POST", f"{ROW}/article", policy=POLICY)
async def correct_article(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, uuid: UUID, number: int
) -> Page | Redirect:
    """Another article, looked up at once; an empty one goes back to what was typed."""
    lists = ArticleLists(ask)
    before = await lists.resolve(uuid) if is_htmx(request) else None
    async with ask.act() as act:
        await ArticleLists(act).correct_article(act, uuid, number, form.text("article"))
    return await _changed(request, ask, uuid, number, before=before)


@route("POST", f"{ROW}/keep", policy=POLICY)
async def keep_row(
    request: Request[Any, Any, Any], ask: AskContext, form: Form, uuid: UUID, number: int
) -> Page | Redirect:
    """All of it, although it is short or has no price; or no longer."""
    async with ask.act() as act:
        await ArticleLists(act).keep_row(act, uuid, number, form.text("keep") == "yes")
    return await _changed(request, ask, uuid, number)


@route("POST", f"{LIST}/analogues", policy=POLICY)
async def take_analogues(ask: AskContext, uuid: UUID) -> Redirect:
    """The best analogue for all rows that wait and have a full one in stock."""
    number = await ArticleLists(ask).take_analogues(uuid)
    if not number:
        return Redirect(f"{HOME}/{uuid}", refused=_NO_ANALOGUES)
    said = {locale: texts(locale)("intake.taken", n=number) for locale in ("ru", "en")}
    notice = Reason("intake.taken", said["ru"], said["en"], {"rows": str(number)})
    return Redirect(f"{HOME}/{uuid}?taken=1", notice=notice)


@route("POST", f"{LIST}/analogues/undo", policy=POLICY)
async def put_analogues_back(act: ActContext, uuid: UUID) -> Redirect:
    """The rows as they were before."""
    await ArticleLists(act).put_analogues_back(act, uuid)
    return Redirect(f"{HOME}/{uuid}")


@route("POST", f"{LIST}/columns", policy=POLICY)
async def choose_columns(ask: AskContext, form: Form, uuid: UUID) -> Page | Redirect:
    """Read the file again with the columns that the buyer names."""
    lists = ArticleLists(ask)
    head = await lists.head(uuid)
    try:
        parsed = await _read_again(ask, head, _choice(form, head))
    except FileRefused as refused:
        said = reason_of(refused.problem).text(ask.locale)
        return await _list_page(ask, uuid, columns_error=said, status=422)
    async with ask.act() as act:
        await ArticleLists(act).save_again(act, uuid, head.name, parsed)
    return Redirect(f"{HOME}/{uuid}")


@route("POST", f"{LIST}/cart", policy=POLICY)
async def to_cart(ask: AskContext, form: Form, uuid: UUID) -> Redirect:
    """What is decided goes into the cart; a second press of the same button adds nothing."""
    lines = await ArticleLists(ask).to_cart(uuid, _number(form.text("seen")) or 0)
    return Redirect("/cart", notice=_ALREADY_ADDED if lines is None else _added(lines))


@route("POST", f"{LIST}/list", policy=POLICY)
async def save_as_list(ask: AskContext, uuid: UUID) -> Redirect:
    """What is decided becomes a list of products that is kept."""
    resolved = await ArticleLists(ask).resolve(uuid)
    if resolved.head.matching:
        raise Conflict(STILL_MATCHING)
    items = [ListItem(one.product_id, one.quantity) for one in cart_items(resolved.outcomes)]
    name = resolved.head.name.rpartition(".")[0] or texts(ask.locale)("intake.pasted")
    async with ask.act() as act:
        kept = await keep_as_list(act, name, items)
    return Redirect(f"/lists/{kept}")


@route("GET", f"{LIST}/not-found.xlsx", policy=POLICY)
async def not_found(ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The rows that lead nowhere, to be corrected and uploaded again."""
    rows = (await ArticleLists(ask).resolve(uuid)).of(Group.NOT_FOUND)
    return download(not_found_xlsx(rows, texts(ask.locale)), "not-found.xlsx")


async def _list_page(
    ask: AskContext,
    uuid: UUID,
    *,
    group: str = "",
    page: int = 1,
    taken: bool = False,
    columns_error: str = "",
    status: int = 200,
) -> Page:
    resolved = await ArticleLists(ask).resolve(uuid)
    await note_wanted(ask, resolved.wanted)
    wanted = group if group in set(Group) else ""
    kept = Uploads(ask.hall.settings.data).find(uuid) is not None
    context = {
        **_figures(resolved),
        "sections": sections_of(resolved, _looks(ask, resolved), wanted, page),
        "group": wanted,
        "notices": [reason_of(n).text(ask.locale) for n in resolved.head.reading.notices],
        "columns": _columns(resolved.head),
        "columns_error": columns_error,
        "rereadable": kept,
        "taken": taken,
    }
    return Page("intake/list.html", context, status)


async def _changed(
    request: Request[Any, Any, Any],
    ask: AskContext,
    uuid: UUID,
    number: int,
    undo: tuple[str, str] | None = None,
    before: ResolvedList | None = None,
) -> Page | Redirect:
    """The rows that the edit touched, and the figures; without a script the page at that row."""
    if not is_htmx(request):
        return Redirect(f"{HOME}/{uuid}#row-{number}")
    resolved = await ArticleLists(ask).resolve(uuid)
    rows = rows_touched(resolved, number, before, _looks(ask, resolved))
    context = {**_figures(resolved), "rows": rows, "number": number, "undo": undo}
    return Page("intake/changed.html", context)


def _figures(resolved: ResolvedList) -> dict[str, Any]:
    base = f"{HOME}/{resolved.head.uuid}"
    return {
        "head": resolved.head,
        "summary": resolved.summary,
        "counts": {group.value: n for group, n in resolved.summary.counts.items()},
        "currency": resolved.currency,
        "replaceable": len(full_and_ready(resolved.outcomes)),
        "degraded": resolved.degraded,
        "base": base,
        "group_link": "#" if len(resolved.outcomes) <= WHOLE else f"{base}?group=",
    }


def _looks(ask: AskContext, resolved: ResolvedList) -> Looks:
    return Looks(ask.locale, resolved.currency, ask.now.astimezone(ask.zone).date())


def _columns(head: ListHead) -> list[tuple[str, str]]:
    """Every column of the file with its letter and, where it has one, its heading."""
    named = []
    for index, title in enumerate(head.reading.columns.titles):
        letter = column_letters(index)
        named.append((str(index), letter if title == letter else f"{letter} · {title}"))
    return named


def _choice(form: Form, head: ListHead) -> ColumnChoice:
    sheet = form.text("sheet") or head.reading.sheet
    same = sheet == head.reading.sheet
    return ColumnChoice(
        article=_number(form.text("article")) or 0,
        quantity=_number(form.text("quantity")),
        name=_number(form.text("name")),
        header_row=head.reading.columns.header_row if same else None,
        sheet=sheet or None,
    )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None


async def _read_again(ask: AskContext, head: ListHead, choice: ColumnChoice) -> ParsedList:
    path = Uploads(ask.hall.settings.data).find(head.uuid)
    if path is None:
        raise Conflict(_NOT_KEPT)
    if head.matching:
        raise Conflict(STILL_MATCHING)
    if head.reading.format == "paste":
        typed = await asyncio.to_thread(path.read_text, "utf-8")
        return await asyncio.to_thread(parse_paste, typed, columns=choice)
    return await parse_file(path, head.name, columns=choice)


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound(
            Reason("intake.no_product", "Такого товара нет", "There is no such product")
        ) from None


def _added(lines: int) -> Reason:
    tr = {locale: texts(locale)("intake.added", n=lines) for locale in ("ru", "en")}
    return Reason("intake.added", tr["ru"], tr["en"], {"lines": str(lines)})


_NO_ANALOGUES = Reason(
    "intake.no_analogues",
    "Полных аналогов в наличии больше нет, ничего не изменено",
    "No full analogue is in stock any more; nothing is changed",
)
_ALREADY_ADDED = Reason(
    "intake.already_added",
    "Список уже в корзине: второй раз он не добавлен",
    "The list is in the cart already: it was not added twice",
)
_NOT_KEPT = Reason(
    "intake.not_kept",
    "Файл хранится сутки и уже удалён. Загрузите его ещё раз",
    "The file was kept for a day and is gone. Upload it once more",
)
