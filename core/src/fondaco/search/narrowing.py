"""Narrower than category and brand, as the address says it: attributes, price, stock.

`attr=<outer id>~<value>`, `attr=<outer id>~<low>..<high>` for a number, `price_from`, `price_to`,
`stock=1`. A form that has only fields for the ends says `range=<outer id>`, `low` and `high`.
Attributes are those of the catalogue, and no other name is read.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct
from sqlalchemy import ARRAY, Select, Text, any_, bindparam, select

from fondaco.catalog.tables import attribute
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.providers.search import AttributeFilter
from fondaco_sdk.types.reason import Reason

MOST_ATTRIBUTES = 12
MOST_DIGITS = 15

_NAMES: Select[Any] = select(attribute.c.external_id, attribute.c.name, attribute.c.kind).where(
    attribute.c.external_id == any_(bindparam("ids", type_=ARRAY(Text))), attribute.c.active
)


class Chosen(Struct, frozen=True):
    """A filter by an attribute, with the attribute's name."""

    name: str
    filter: AttributeFilter

    @property
    def address(self) -> str:
        """As the address has it."""
        one = self.filter
        said = one.value or f"{_plain(one.low)}..{_plain(one.high)}"
        return f"{one.attribute}~{said}"


class Narrowing(Struct, frozen=True):
    """What was chosen; prices are those of the agreement's first list."""

    attributes: tuple[Chosen, ...] = ()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    in_stock: bool = False

    def __bool__(self) -> bool:
        return bool(self.attributes) or self.priced or self.in_stock

    @property
    def priced(self) -> bool:
        """Something is asked of the price."""
        return self.price_from is not None or self.price_to is not None

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """Names and values of the address."""
        return (
            *(("attr", chosen.address) for chosen in self.attributes),
            ("price_from", _plain(self.price_from)),
            ("price_to", _plain(self.price_to)),
            ("stock", "1" if self.in_stock else ""),
        )

    def chosen(self, attribute: str) -> bool:
        """Whether there is a filter by this attribute."""
        return any(one.filter.attribute == attribute for one in self.attributes)


async def narrowing_of(
    ask: AskContext, attr: Sequence[str], *, price_from: str, price_to: str, stock: str
) -> Narrowing:
    """Read the address; one statement where attributes are named. Raises `NotFound`."""
    return Narrowing(
        await _attributes(ask, [one for one in attr if one.strip()][:MOST_ATTRIBUTES]),
        number_of(price_from),
        number_of(price_to),
        bool(stock),
    )


def number_of(text: str) -> Decimal | None:
    """A number as people type it; None where it is none, or beyond any size or price."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    sane = number.is_finite() and (not number or abs(number.adjusted()) < MOST_DIGITS)
    return number if sane and len(plain) <= 2 * MOST_DIGITS else None


async def _attributes(ask: AskContext, texts: Sequence[str]) -> tuple[Chosen, ...]:
    if not texts:
        return ()
    said = [text.partition("~")[::2] for text in texts]
    rows = await ask.fetch(_NAMES, {"ids": [outer for outer, _ in said]})
    known = {outer: (name, kind) for outer, name, kind in rows}
    if any(outer not in known for outer, _ in said):
        raise NotFound(
            Reason("attribute.absent", "Такой характеристики нет", "There is no such property")
        )
    found = [Chosen(known[outer][0], _filter(outer, known[outer][1], text)) for outer, text in said]
    return tuple(one for one in found if one.filter != AttributeFilter(one.filter.attribute))


def _filter(outer: str, kind: str, said: str) -> AttributeFilter:
    if kind != "number":
        return AttributeFilter(outer, said.strip())
    low, _, high = said.partition("..")
    return AttributeFilter(outer, low=number_of(low), high=number_of(high))


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")
