"""The Jinja environment of all pages: where templates are found and what they may call.

The only thing a page must bring is `shell` in its context; texts, dates and money follow its
language, day and zone. Macros that use them are imported `with context`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import CodeType

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from fondaco.web import format as formats
from fondaco.web.assets import Assets
from fondaco.web.i18n import Translator
from fondaco.web.kit import row_pieces
from fondaco.web.shell import shell_of

KERNEL = Path(__file__).parent / "templates"


class _Compiled(BytecodeCache):
    """What this process has compiled, for every environment in it and whoever it forks."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def page_environment(
    assets: Assets, texts: Mapping[str, Translator], rooms: Mapping[str, Path] | None = None
) -> Environment:
    """`rooms` maps a room or plugin to its template folder: `{% extends "loyalty/card.html" %}`.

    The kernel's own templates are under `kernel/`. Hand the result to
    `JinjaTemplateEngine.from_environment`, or render with `shell=` yourself.
    """
    folders = {"kernel": KERNEL, **(rooms or {})}
    environment = Environment(
        loader=PrefixLoader({name: FileSystemLoader(path) for name, path in folders.items()}),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        bytecode_cache=_COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sprite = assets.url("icons.svg")

    @pass_context
    def tr(
        context: Context, key: str, /, *, n: Decimal | int | None = None, **params: object
    ) -> str:
        return texts[shell_of(context).locale](key, n=n, **params)

    @lru_cache(maxsize=1_000)
    def icon(name: str, label: str = "") -> Markup:
        """A picture beside a text, or with a `label` instead of one."""
        role = Markup('role="img" aria-label="{}"').format(label) if label else _HIDDEN
        return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(
            role, sprite, name
        )

    environment.globals.update(tr=tr, icon=icon, asset=assets.url, row_pieces=row_pieces(tr, icon))
    environment.filters.update(
        money=_money,
        quantity=_quantity,
        percent=_percent,
        number=_number,
        day=_day,
        moment=_moment,
        plain=formats.plain,
    )
    return environment


_HIDDEN = Markup('aria-hidden="true"')


@pass_context
def _money(context: Context, amount: Decimal, currency: str) -> str:
    return formats.money(amount, currency, shell_of(context).locale)


@pass_context
def _quantity(context: Context, value: Decimal, unit: str = "", zero: str = formats.DASH) -> str:
    return formats.quantity(value, unit, shell_of(context).locale, zero)


@pass_context
def _number(context: Context, value: Decimal | int) -> str:
    return formats.number(value, shell_of(context).locale)


@pass_context
def _percent(context: Context, value: Decimal) -> str:
    return formats.percent(value, shell_of(context).locale)


@pass_context
def _day(context: Context, value: date) -> str:
    shell = shell_of(context)
    return formats.day(value, shell.locale, shell.today)


@pass_context
def _moment(context: Context, value: datetime) -> str:
    shell = shell_of(context)
    return formats.moment(value, shell.zone, shell.locale, shell.today)
