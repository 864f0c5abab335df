"""Price and stock lists for staff: look at the first rows, say which column is what, start."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.import_report import Explainer
from fondaco.exchange.importers import dialect_of
from fondaco.exchange.packages import Package, Packages
from fondaco.hooks.context import ActContext, AskContext
from fondaco.imports import hash_settings, hash_source
from fondaco.intake.sheets.guess import (
    ARRIVES_ON,
    ARTICLE,
    COST,
    CURRENCY,
    LOT,
    MIN_QUANTITY,
    NEW,
    PRICE_GROUP,
    choices_of,
    guess,
)
from fondaco.intake.sheets.mappings import (
    Goal,
    SavedMapping,
    goal_ids,
    goals,
    make_goals,
    mapping_for,
    save_mapping,
)
from fondaco.intake.sheets.model import Preview, SheetMapping, SheetRefused, Target
from fondaco.intake.sheets.process import read_preview
from fondaco.staff.import_start import start
from fondaco.staff.imports import HOME, POLICY
from fondaco.web.catalogues import translators
from fondaco.web.i18n import Translator
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

COLUMN_FIELD = "column-"
_ONCE = (ARTICLE, CURRENCY, MIN_QUANTITY, COST, PRICE_GROUP, LOT, ARRIVES_ON)
_CURRENCIES: TextClause = text(
    "select currency from fondaco.price_list union select currency from fondaco.currency_rate"
)


class Asked(Struct, frozen=True):
    """Where in the workbook the list stands. `header`: a row from 1, 0 for none, "" to find it."""

    sheet: str = ""
    header: str = ""

    @property
    def header_row(self) -> int | None:
        return int(self.header) if self.header.isascii() and self.header.isdigit() else None


@route("GET", f"{HOME}/columns/{{uuid:uuid}}", policy=POLICY)
async def columns_page(ask: AskContext, uuid: UUID, sheet: str = "", header: str = "") -> Page:
    """The first rows with a proposal: the saved mapping of such lists, or a guess."""
    package = _package(ask, uuid)
    asked = Asked(sheet, header)
    try:
        preview = await _preview(ask, package, asked)
    except SheetRefused as refused:
        return _refused(ask, package, asked, refused)
    known = await goals(ask)
    saved = await mapping_for(ask, [column.key for column in preview.columns])
    return await _page(
        ask,
        package,
        asked,
        preview,
        known,
        choices=choices_of(saved.mapping, known) if saved else guess(preview, known),
        name=saved.name if saved else Path(package.name).stem,
        currency=saved.mapping.default_currency if saved else "",
        saved=saved is not None,
    )


@route("POST", f"{HOME}/columns/{{uuid:uuid}}", policy=POLICY)
async def start_list(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Save the mapping under its name and start the import."""
    package = _package(ask, uuid)
    asked = Asked(form.text("sheet"), form.text("header"))
    try:
        preview = await _preview(ask, package, asked)
    except SheetRefused as refused:
        return _refused(ask, package, asked, refused)
    known = await goals(ask)
    choices = _choices(form, preview, known)
    name, currency = form.text("name")[:100], form.text("currency")[:3].upper()
    mistakes = _mistakes(translators(ask.hall.registry)[ask.locale], choices, name)
    if mistakes:
        return await _page(
            ask,
            package,
            asked,
            preview,
            known,
            choices=choices,
            name=name,
            currency=currency,
            errors=mistakes,
        )
    dialect = dialect_of(ask.hall.registry, package.importer)
    assert dialect is not None
    path = Packages(ask.hall.settings.data).path(package)
    digest = await asyncio.to_thread(hash_source, path)
    async with ask.act() as act:
        mapping = await _mapping(act, preview, choices, currency, asked)
        saved = SavedMapping(name, tuple(c.key for c in preview.columns), mapping)
        await save_mapping(act, saved)
        run = await start(
            act,
            package,
            dialect,
            hash_settings(digest, saved.settings),
            mapping=name,
            settings=saved.settings,
        )
    return Redirect(f"{HOME}/{run.uuid}")


def _package(ask: AskContext, uuid: UUID) -> Package:
    package = Packages(ask.hall.settings.data).find(uuid)
    dialect = dialect_of(ask.hall.registry, package.importer) if package else None
    if package is None or dialect is None or not dialect.importer.options:
        raise NotFound(
            Reason(
                "import.package_gone",
                "Этого файла больше нет. Загрузите его ещё раз.",
                "This file is no longer kept. Upload it again.",
            )
        )
    return package


async def _preview(ask: AskContext, package: Package, asked: Asked) -> Preview:
    """The preview, read once for each sheet and heading. Raises `SheetRefused`."""
    packages = Packages(ask.hall.settings.data)
    key = hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:16]
    cached = packages.folder(package.uuid) / f"preview-{key}.json"
    if cached.exists():
        return msgspec.json.decode(cached.read_bytes(), type=Preview)
    preview = await asyncio.to_thread(
        read_preview, packages.path(package), sheet=asked.sheet, header_row=asked.header_row
    )
    cached.write_bytes(msgspec.json.encode(preview))
    return preview


def _choices(form: Form, preview: Preview, known: Sequence[Goal]) -> Mapping[str, str]:
    """The posted choices, by column; what is none of ours counts as not read."""
    allowed = {f"{goal.kind}:{goal.uuid}" for goal in known}
    allowed |= {*_ONCE, f"price:{NEW}", f"stock:{NEW}"}
    posted = [form.text(f"{COLUMN_FIELD}{i}") for i in range(len(preview.columns))]
    return {
        column.key: choice
        for column, choice in zip(preview.columns, posted, strict=True)
        if choice in allowed
    }


def _mistakes(tr: Translator, choices: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """(field, what is wrong) of everything that keeps the import from starting."""
    chosen = list(choices.values())
    found = []
    if ARTICLE not in chosen:
        found.append((f"{COLUMN_FIELD}0", tr("staff.columns.no_article")))
    if not any(":" in choice or choice in (COST, PRICE_GROUP) for choice in chosen):
        found.append((f"{COLUMN_FIELD}0", tr("staff.columns.nothing")))
    single = [choice for choice in chosen if not choice.endswith(f":{NEW}")]
    if len(single) != len(set(single)):
        found.append((f"{COLUMN_FIELD}0", tr("staff.columns.twice")))
    if LOT in chosen and ARRIVES_ON not in chosen:
        found.append((f"{COLUMN_FIELD}0", tr("staff.columns.lot_undated")))
    if ARRIVES_ON in chosen and not any(choice.startswith("stock:") for choice in chosen):
        found.append((f"{COLUMN_FIELD}0", tr("staff.columns.lot_without_stock")))
    if not name:
        found.append(("name", tr("staff.columns.no_name")))
    return found


async def _mapping(
    act: ActContext, preview: Preview, choices: Mapping[str, str], currency: str, asked: Asked
) -> SheetMapping:
    """The mapping as it is kept; new price lists and places are made."""
    named = {choice: column for column, choice in choices.items()}
    return SheetMapping(
        article=named[ARTICLE],
        prices=await _targets(act, "price", preview, choices, currency),
        stock=await _targets(act, "stock", preview, choices, currency),
        currency=named.get(CURRENCY, ""),
        min_quantity=named.get(MIN_QUANTITY, ""),
        default_currency=currency,
        header_row=asked.header_row,
        sheet=asked.sheet,
        cost=named.get(COST, ""),
        price_group=named.get(PRICE_GROUP, ""),
        lot=named.get(LOT, ""),
        arrives_on=named.get(ARRIVES_ON, ""),
    )


async def _targets(
    act: ActContext, kind: str, preview: Preview, choices: Mapping[str, str], currency: str
) -> tuple[Target, ...]:
    titles = {column.key: column.title for column in preview.columns}
    mine = {c: v.partition(":")[2] for c, v in choices.items() if v.startswith(f"{kind}:")}
    new = [titles[column] for column, goal in mine.items() if goal == NEW]
    made = await make_goals(act, kind, new, currency or act.currency) if new else {}
    old = [UUID(goal) for goal in mine.values() if goal != NEW]
    ids = await goal_ids(act, kind, old) if old else {}
    return tuple(
        Target(column, made[titles[column]] if goal == NEW else ids[UUID(goal)])
        for column, goal in mine.items()
    )


def _refused(ask: AskContext, package: Package, asked: Asked, refused: SheetRefused) -> Page:
    tr = translators(ask.hall.registry)[ask.locale]
    explain = Explainer(tr, ask.hall.registry, package.importer)
    said = explain(refused.code, refused.params)
    context = {"package": package, "asked": asked, "said": said}
    return Page("staff/import_refused.html", context, status=422)


async def _page(
    ask: AskContext,
    package: Package,
    asked: Asked,
    preview: Preview,
    known: Sequence[Goal],
    *,
    choices: Mapping[str, str],
    name: str,
    currency: str,
    saved: bool = False,
    errors: Sequence[tuple[str, str]] = (),
) -> Page:
    currencies = {row[0] for row in await ask.fetch(_CURRENCIES)} | {ask.currency}
    context: dict[str, Any] = {
        "package": package,
        "asked": asked,
        "preview": preview,
        "price_lists": [goal for goal in known if goal.kind == "price"],
        "places": [goal for goal in known if goal.kind == "stock"],
        "currencies": [(c, c) for c in sorted(currencies | ({currency} if currency else set()))],
        "choices": choices,
        "name": name,
        "currency": currency,
        "saved": saved,
        "errors": errors,
    }
    return Page("staff/import_columns.html", context, status=422 if errors else 200)
