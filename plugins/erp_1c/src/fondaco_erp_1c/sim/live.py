"""What the played 1C answers when the portal asks it at once, out of its books as they are now.

A price that is none of 1C's own, now or ever, was agreed at the portal: 1C gets it with the order
and has nothing against it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from fondaco_erp_1c.sim import prices
from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.prices import Listed


class PlaceAsked(Struct, frozen=True):
    """A warehouse, "" for all of them, and what is wanted of it."""

    place: str
    quantity: Decimal


class LineAsked(Struct, frozen=True):
    """A product in base units; `price` is what the portal believes, None: it has none."""

    product: str
    quantity: Decimal
    price: Decimal | None
    places: tuple[PlaceAsked, ...]


class Confirm(Struct, frozen=True):
    """The question about a cart."""

    price_types: tuple[str, ...]
    currency: str
    lines: tuple[LineAsked, ...]


class Prices(Struct, frozen=True):
    """The question about a packet of prices."""

    price_types: tuple[str, ...]
    currency: str
    products: tuple[str, ...]


def confirmed(books: Books, asked: Confirm, now: datetime) -> Mapping[str, Any]:
    """A line for every line, and a figure for every place. `now` is aware."""
    with books.together():
        products = [line.product for line in asked.lines]
        known, stock = prices.listed(books, products), _stock(books, products)
    lines = [_line(line, asked, known.get(line.product), stock) for line in asked.lines]
    return {**_head(asked.currency, now), "lines": lines}


def priced(books: Books, asked: Prices, now: datetime) -> Mapping[str, Any]:
    """The price of one base unit of each product."""
    known = prices.listed(books, asked.products)
    one = Decimal(1)
    found = [
        {
            "product": id,
            "price": prices.agreed(known.get(id, ()), asked.price_types, asked.currency, one),
        }
        for id in asked.products
    ]
    return {**_head(asked.currency, now), "prices": found}


def _head(currency: str, now: datetime) -> Mapping[str, Any]:
    return {"as_of": now.isoformat(), "currency": currency}


def _line(
    line: LineAsked,
    asked: Confirm,
    known: Sequence[Listed] | None,
    stock: Mapping[tuple[str, str], Decimal],
) -> Mapping[str, Any]:
    if known is None:
        return {"product": line.product, "price": line.price, "gone": True, "stock": []}
    price = prices.agreed(known, asked.price_types, asked.currency, line.quantity)
    own = line.price is None or any(one.price == line.price for one in known)
    return {
        "product": line.product,
        "price": price if own else line.price,
        "gone": False,
        "stock": [
            {"place": at.place, "quantity": stock.get((line.product, at.place), Decimal(0))}
            for at in line.places
        ],
    }


def _stock(books: Books, products: Sequence[str]) -> Mapping[tuple[str, str], Decimal]:
    """By product and place; under the place "" all of it."""
    with books.together() as base:
        rows = base.execute(
            "select product, place, quantity from stock"
            " where product in (select value from json_each(?))",
            (msgspec.json.encode(products).decode(),),
        ).fetchall()
    found: dict[tuple[str, str], Decimal] = {}
    for product, place, quantity in rows:
        found[product, place] = Decimal(quantity)
        found[product, ""] = found.get((product, ""), Decimal(0)) + Decimal(quantity)
    return found
