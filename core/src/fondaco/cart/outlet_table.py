"""A table of articles and outlets as it comes from a spreadsheet: read, and turned into cells.

The first row names the outlets, the first column the articles; an empty cell is nothing.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.outlets import Wanted
from fondaco.customers.outlets import Outlet
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

MOST_ROWS = 5000
NAMED = 5
FIELD = "table"


async def read_table(ask: AskContext, text: str, outlets: Sequence[Outlet]) -> Sequence[Wanted]:
    """What the table asks for; the same product in several rows adds up.

    Raises `UserError` at `FIELD` naming what is not understood: all of it is, or nothing counts.
    """
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if len(rows) < 2 or len(rows) > MOST_ROWS:
        raise _refuse([_NO_TABLE])
    columns, unknown = _columns(rows[0][1:], outlets)
    articles = list(dict.fromkeys(row[0].strip() for row in rows[1:]))
    meant = dict(zip(articles, await products_meant(ask, articles), strict=True))
    wrong = [*unknown, *(_wrong_article(article, meant[article]) for article in articles)]
    found: dict[tuple[ProductId, UUID], Wanted] = {}
    for row in rows[1:]:
        for outlet, typed in zip(columns, row[1:], strict=False):
            quantity = _quantity(typed)
            if quantity is None:
                wrong.append(_no_number(row[0], typed))
            elif quantity and outlet is not None and len(meant[row[0].strip()]) == 1:
                product = meant[row[0].strip()][0].id
                before = found.get((product, outlet.uuid))
                total = quantity + (before.quantity if before else 0)
                found[product, outlet.uuid] = Wanted(product, outlet.uuid, total)
    if mistakes := [reason for reason in wrong if reason is not None]:
        raise _refuse(mistakes)
    if not found:
        raise _refuse([_NO_TABLE])
    return list(found.values())


def _columns(
    names: Sequence[str], outlets: Sequence[Outlet]
) -> tuple[list[Outlet | None], list[Reason | None]]:
    known: Mapping[str, Outlet] = {_plain(outlet.name): outlet for outlet in outlets}
    columns = [known.get(_plain(name)) for name in names]
    unknown = [
        _unknown_outlet(name)
        for name, outlet in zip(names, columns, strict=True)
        if outlet is None and name.strip()
    ]
    return columns, list(unknown)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


def _quantity(typed: str) -> Decimal | None:
    """A number that is not below zero; None for anything else."""
    if typed.strip() in ("", "-", "—"):
        return Decimal(0)
    try:
        quantity = Form({FIELD: [typed]}).decimal(FIELD)
    except UserError:
        return None
    return quantity if quantity >= 0 else None


def _wrong_article(article: str, meant: Sequence[Product]) -> Reason | None:
    if len(meant) > 1:
        return Reason(
            "cart.article_several",
            f"Артикул «{article}» означает несколько товаров",
            f"The article “{article}” means several products",
        )
    return why_not(article, meant)


def _no_number(article: str, typed: str) -> Reason:
    return Reason(
        "cart.table_number",
        f"{article}: «{typed.strip()}» не количество",
        f"{article}: “{typed.strip()}” is not a quantity",
    )


def _unknown_outlet(name: str) -> Reason:
    return Reason(
        "cart.table_outlet",
        f"Торговой точки «{name.strip()}» нет в вашем списке",
        f"There is no outlet “{name.strip()}” in your list",
    )


def _refuse(mistakes: Sequence[Reason]) -> UserError:
    named, more = mistakes[:NAMED], len(mistakes) - NAMED
    ru = ". ".join(reason.ru for reason in named) + (f". И ещё {more}" if more > 0 else "")
    en = ". ".join(reason.en for reason in named) + (f". And {more} more" if more > 0 else "")
    reason = Reason("cart.table", ru, en)
    return UserError(reason, {FIELD: reason})


_NO_TABLE = Reason(
    "cart.no_table",
    "Вставьте таблицу: в первой строке торговые точки, в первом столбце артикулы",
    "Paste a table: outlets in the first row, articles in the first column",
)
