"""A table of articles and outlets as it comes from a spreadsheet: read, and turned into cells.

The first row names the outlets, the first column the articles; an empty cell is nothing.
"""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.cart.by_article import products_meant
from fondaco.cart.part_table import (
    TableCell,
    TablePart,
    article_problem,
    headings_of,
    parts_by_heading,
    plain_name,
)
from fondaco.customers.outlets import Outlet
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

MOST_ROWS = 5000
NAMED = 5
FIELD = "table"


async def read_table(ask: AskContext, text: str, outlets: Sequence[Outlet]) -> Sequence[TableCell]:
    """What the table asks for; the same product in several rows adds up.

    Raises `UserError` at `FIELD` naming what is not understood: all of it is, or nothing counts.
    """
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if len(rows) < 2 or len(rows) > MOST_ROWS:
        raise _refuse([_NO_TABLE])
    headings = OutletHeadings(outlets)
    columns = [headings.part(name) for name in rows[0][1:]]
    unknown = [
        one
        for one, name in zip(columns, rows[0][1:], strict=True)
        if isinstance(one, Reason) and name.strip()
    ]
    articles = list(dict.fromkeys(row[0].strip() for row in rows[1:]))
    meant = dict(zip(articles, await products_meant(ask, articles), strict=True))
    wrong: list[Reason | None] = [
        *unknown,
        *(article_problem(article, meant[article]) for article in articles),
    ]
    found: dict[tuple[ProductId, str], TableCell] = {}
    for row in rows[1:]:
        for part, typed in zip(columns, row[1:], strict=False):
            quantity = _quantity(typed)
            if quantity is None:
                wrong.append(_no_number(row[0], typed))
            elif quantity and isinstance(part, TablePart) and len(meant[row[0].strip()]) == 1:
                product = meant[row[0].strip()][0].id
                before = found.get((product, part.key))
                total = quantity + (before.quantity if before else 0)
                found[product, part.key] = TableCell(product, part.key, total)
    if mistakes := [reason for reason in wrong if reason is not None]:
        raise _refuse(mistakes)
    if not found:
        raise _refuse([_NO_TABLE])
    return list(found.values())


class OutletHeadings:
    """Outlets by their names, and by their addresses in brackets where several bear one name."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        parts = parts_of_outlets(outlets)
        self._known = parts_by_heading(parts)
        self.names = frozenset({*self._known, *map(plain_name, headings_of(parts))})

    def part(self, heading: str) -> TablePart | Reason:
        """The outlet that is meant, or why there is none."""
        name = plain_name(heading)
        if name not in self._known:
            return _unknown_outlet(heading)
        return self._known[name] or _several_outlets(heading)


def parts_of_outlets(outlets: Sequence[Outlet]) -> Sequence[TablePart]:
    """Outlets as the columns of a table; their keys are their uuids."""
    return [TablePart(str(outlet.uuid), outlet.name, outlet.address) for outlet in outlets]


def _quantity(typed: str) -> Decimal | None:
    """A number that is not below zero; None for anything else."""
    if typed.strip() in ("", "-", "—"):
        return Decimal(0)
    try:
        quantity = Form({FIELD: [typed]}).decimal(FIELD)
    except UserError:
        return None
    return quantity if quantity >= 0 else None


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


def _several_outlets(name: str) -> Reason:
    return Reason(
        "cart.table_outlets",
        f"Название «{name.strip()}» носят несколько точек. Укажите адрес в скобках: "
        f"{name.strip()} (адрес)",
        f"Several outlets are called “{name.strip()}”. Add the address in brackets: "
        f"{name.strip()} (address)",
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
