"""A table of articles and the parts over which a cart is dealt out: its headings, and its cells.

A part is an outlet or a delivery. The first column names the articles, a row the parts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from fondaco.cart.by_article import why_not
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason


class TablePart(Struct, frozen=True):
    """What heads a column. `key` is how a page names it, and is read again by who made it."""

    key: str
    name: str
    address: str = ""


class TableCell(Struct, frozen=True):
    """How much of a product the part of this `key` gets, in base units; zero: nothing."""

    product: ProductId
    part: str
    quantity: Decimal


class Headings(Protocol):
    """What headings may stand in a table, and what is meant by them."""

    @property
    def names(self) -> frozenset[str]:
        """Those that tell which row is the heading, as `plain_name` makes them; a number in front
        and a day may stand beside them, and "" is for a day alone.
        """

    def part(self, heading: str) -> TablePart | Reason:
        """The part that is meant, or why there is none."""


def headings_of(parts: Sequence[TablePart]) -> Sequence[str]:
    """What heads the column of each part: its name, and where several bear it the address too."""
    same = Counter(plain_name(part.name) for part in parts)
    named = [
        f"{part.name} ({part.address})"
        if same[plain_name(part.name)] > 1 and part.address
        else part.name
        for part in parts
    ]
    before: Counter[str] = Counter()
    found = []
    for name in named:
        before[plain_name(name)] += 1
        number = before[plain_name(name)]
        found.append(name if number == 1 else f"{name} № {number}")
    return found


def parts_by_heading(parts: Sequence[TablePart]) -> Mapping[str, TablePart | None]:
    """What a heading means, by `plain_name`; None: it is the name of several."""
    found: dict[str, TablePart | None] = {}
    for part in parts:
        name = plain_name(part.name)
        found[name] = None if name in found else part
    headings = [plain_name(heading) for heading in headings_of(parts)]
    same = Counter(plain_name(part.name) for part in parts)
    exact = zip(headings, parts, strict=True)
    return {**found, **{h: part for h, part in exact if same[h] < 2}}


def plain_name(name: str) -> str:
    """A name as it is compared: without case, superfluous spaces, and the dots of ё."""
    return " ".join(name.casefold().replace("ё", "е").split())


def article_problem(article: str, meant: Sequence[Product]) -> Reason | None:
    """Why an article does not say which product is meant; None where it does."""
    if len(meant) > 1:
        return Reason(
            "cart.article_several",
            f"Артикул «{article}» означает несколько товаров",
            f"The article “{article}” means several products",
        )
    return why_not(article, meant)
