"""The table of an invoice: which columns it has, and how wide each must be."""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from fondaco.documents.render.figures import money, percent, quantity
from fondaco.documents.render.labels import LABELS, instead_of, rate_text
from fondaco.documents.render.text import fit
from fondaco_sdk.types.paper import Line, headings_of

# Millimetres: the width between the margins of `layouts/invoice.typ`, the cell's padding, a figure
# with its share of separators, and the widest ordinary letter, at the size of the table.
_TABLE, _PADDING, _FIGURE, _LETTER = 182, 4, 1.6, 2.0


class _Column(NamedTuple):
    """`least` and `most` bound the width in millimetres; a column without them takes the rest."""

    heading: str
    side: str
    texts: list[str]
    least: int = 0
    most: int = 0

    @property
    def wanted(self) -> int:
        longest = max(map(len, self.texts))
        sign = _LETTER if self.side == "left" else _FIGURE
        return min(max(self.least, ceil(longest * sign + _PADDING)), self.most)


def invoice_table(lines: Sequence[Line], lang: str) -> dict[str, object]:
    """Columns as (heading, millimetres, side), rows of texts that fit into them, and for every row
    the heading of a group above it, or "".
    """
    columns = _columns(lines, lang)
    rest = _TABLE - sum(column.wanted for column in columns)
    widths = [column.wanted or rest for column in columns]
    cells = [_fitted(column, width) for column, width in zip(columns, widths, strict=True)]
    return {
        "columns": [
            (column.heading, width, column.side)
            for column, width in zip(columns, widths, strict=True)
        ],
        "rows": list(zip(*cells, strict=True)),
        "headings": headings_of(lines),
    }


def _fitted(column: _Column, width: int) -> list[str]:
    if column.side != "left":
        return column.texts
    letters = int((width - _PADDING) / _LETTER)
    return [fit(text, letters) for text in column.texts]


def _columns(lines: Sequence[Line], lang: str) -> list[_Column]:
    words = LABELS[lang]
    discounted = any(line.discount_percent for line in lines)
    several_rates = len({line.vat_rate for line in lines}) > 1
    sku_most = 24 if discounted and several_rates else 33
    quantities = [quantity(line.quantity, lang) for line in lines]
    prices = [money(line.price, lang) for line in lines]
    totals = [money(line.total, lang) for line in lines]
    discounts = [_discount(line, lang) for line in lines]
    rates = [rate_text(line.vat_rate, lang) for line in lines]
    price = words["discounted_price"] if discounted else words["price"]
    return [
        _Column(words["number_sign"], "center", [str(line.number) for line in lines], 8, 12),
        _Column(words["sku"], "left", [line.sku for line in lines], 18, sku_most),
        _Column(words["item"], "left", [_item(line, lang) for line in lines]),
        _Column(words["quantity"], "right", quantities, 15, 24),
        _Column(words["unit"], "left", [line.unit for line in lines], 10, 20),
        *([_Column(words["discount"], "right", discounts, 17, 19)] if discounted else []),
        _Column(price, "right", prices, 19, 30),
        *([_Column(words["vat"], "right", rates, 12, 14)] if several_rates else []),
        _Column(words["sum"], "right", totals, 20, 32),
    ]


def _item(line: Line, lang: str) -> str:
    instead = instead_of(line, lang)
    return f"{line.name} ({instead})" if instead else line.name


def _discount(line: Line, lang: str) -> str:
    return percent(line.discount_percent, lang) if line.discount_percent else "—"
