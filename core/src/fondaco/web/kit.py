"""The pieces of the kit that stand in every row of a table, as functions: a macro takes ten times
as long, and a page has hundreds of them.

Templates call them like the macros: `ui.article(...)`, `ui.name(...)`, `ui.money(...)`,
`ui.price_why(...)`. They answer markup; what they are given is escaped.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from fondaco.web import format as formats
from fondaco.web.shell import shell_of

Tr = Callable[..., str]
Icon = Callable[[str], Markup]


def row_pieces(tr: Tr, icon: Icon) -> dict[str, Any]:
    """The functions by their names in `ui`; `tr` and `icon` are those of the environment."""
    copy, info = icon("copy"), icon("info-circle")

    @pass_context
    def article(context: Context, sku: str, href: str = "") -> Markup:
        """An article number in a monospaced face with a button that copies it."""
        shown = escape(sku)
        linked = f'<a href="{escape(href)}">{shown}</a>' if href else shown
        label = escape(tr(context, "kit.copy", what=sku))
        return Markup(
            f'<span class="article">{linked}<button type="button" class="mini" data-copy="{shown}"'
            f' aria-label="{label}">{copy}</button></span>'
        )

    def name(text: str, href: str = "") -> Markup:
        """A long name in a table: two lines, the whole of it as a tooltip."""
        shown = escape(text)
        if href:
            return Markup(f'<a class="name" href="{escape(href)}" title="{shown}">{shown}</a>')
        return Markup(f'<span class="name" title="{shown}">{shown}</span>')

    @pass_context
    def money(
        context: Context,
        amount: Decimal,
        currency: str,
        was: Decimal | None = None,
        large: bool = False,
    ) -> Markup:
        """One's own price; `was` is the list price, struck through only where it differs."""
        locale = shell_of(context).locale
        struck = ""
        if was is not None and was != amount:
            label = escape(tr(context, "kit.list_price"))
            before = escape(formats.money(was, currency, locale))
            struck = (
                f'<s class="money-was"><span class="visually-hidden">{label} </span>{before}</s> '
            )
        size = " money-large" if large else ""
        now = escape(formats.money(amount, currency, locale))
        return Markup(f'{struck}<span class="money{size}">{now}</span>')

    @pass_context
    def price_why(
        context: Context,
        amount: Decimal,
        currency: str,
        why_url: str,
        was: Decimal | None = None,
        large: bool = False,
    ) -> Markup:
        """A price with the small (i) that asks `why_url` for its steps, as `price_steps` shows."""
        label = escape(tr(context, "kit.why"))
        return Markup(
            f"{money(context, amount, currency, was, large)}"
            f'<button type="button" class="mini" data-why hx-get="{escape(why_url)}"'
            ' hx-target="#why-panel" hx-swap="innerHTML" aria-haspopup="dialog"'
            f' aria-expanded="false" aria-label="{label}">{info}</button>'
        )

    return {"article": article, "name": name, "money": money, "price_why": price_why}
