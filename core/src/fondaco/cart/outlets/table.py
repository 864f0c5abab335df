"""A table of articles and outlets as it comes from a spreadsheet: read, and turned into cells.

The first row names the outlets, the first column the articles; an empty cell is nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.outlets.service import Wanted
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
    wrong = [*unknown, *(article_problem(article, meant[article]) for article in articles)]
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


def headings_of(outlets: Sequence[Outlet]) -> Sequence[str]:
    """What heads the column of each outlet: its name, and where several bear it the address too."""
    same = Counter(plain_name(outlet.name) for outlet in outlets)
    named = [
        f"{outlet.name} ({outlet.address})"
        if same[plain_name(outlet.name)] > 1 and outlet.address
        else outlet.name
        for outlet in outlets
    ]
    before: Counter[str] = Counter()
    found = []
    for name in named:
        before[plain_name(name)] += 1
        number = before[plain_name(name)]
        found.append(name if number == 1 else f"{name} № {number}")
    return found


def outlets_by_heading(outlets: Sequence[Outlet]) -> Mapping[str, Outlet | None]:
    """What a heading means, by `plain_name`; None: it is the name of several."""
    found: dict[str, Outlet | None] = {}
    for outlet in outlets:
        name = plain_name(outlet.name)
        found[name] = None if name in found else outlet
    headings = [plain_name(heading) for heading in headings_of(outlets)]
    same = Counter(plain_name(outlet.name) for outlet in outlets)
    exact = zip(headings, outlets, strict=True)
    return {**found, **{h: o for h, o in exact if same[h] < 2}}


def outlet_problem(heading: str, known: Mapping[str, Outlet | None]) -> Reason | None:
    """Why a heading does not say which outlet is meant; None where it does."""
    name = plain_name(heading)
    if name not in known:
        return _unknown_outlet(heading)
    return _several_outlets(heading) if known[name] is None else None


def plain_name(name: str) -> str:
    """A name as it is compared: without case, superfluous spaces, and the dots of ё."""
    return " ".join(name.casefold().replace("ё", "е").split())


def _columns(
    names: Sequence[str], outlets: Sequence[Outlet]
) -> tuple[list[Outlet | None], list[Reason | None]]:
    known = outlets_by_heading(outlets)
    columns = [known.get(plain_name(name)) for name in names]
    return columns, [outlet_problem(name, known) for name in names if name.strip()]


def _quantity(typed: str) -> Decimal | None:
    """A number that is not below zero; None for anything else."""
    if typed.strip() in ("", "-", "—"):
        return Decimal(0)
    try:
        quantity = Form({FIELD: [typed]}).decimal(FIELD)
    except UserError:
        return None
    return quantity if quantity >= 0 else None


def article_problem(article: str, meant: Sequence[Product]) -> Reason | None:
    """Why an article does not say which product is meant; None where it does."""
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
