"""Narrower than category and brand, as the address says it: attributes, price, stock.

`attr=<outer id>~<value>`, `attr=<outer id>~<low>..<high>` for a number, `price_from`, `price_to`,
`stock=1`. Several values of one attribute are alternatives. A form that has only fields for the
ends says `range=<outer id>`, `low` and `high`. Attributes are those of the catalogue, and no other
name is read.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ARRAY, Select, Text, any_, bindparam, select

from fondaco.catalog.tables import attribute
from fondaco.hooks.context import AskContext
from fondaco_sdk.errors import NotFound
from fondaco_sdk.providers.search import AttributeFilter
from fondaco_sdk.types.reason import Reason

MOST_SAID = 60
MOST_DIGITS = 15

_NAMES: Select[Any] = select(attribute.c.external_id, attribute.c.name, attribute.c.kind).where(
    attribute.c.external_id == any_(bindparam("ids", type_=ARRAY(Text))), attribute.c.active
)


class Chosen(Struct, frozen=True):
    """A filter by an attribute, with the attribute's name."""

    name: str
    filter: AttributeFilter

    @property
    def addresses(self) -> Sequence[str]:
        """As the address has it."""
        one = self.filter
        said = one.values or (f"{_plain(one.low)}..{_plain(one.high)}",)
        return [f"{one.attribute}~{value}" for value in said]


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
            *(("attr", said) for chosen in self.attributes for said in chosen.addresses),
            ("price_from", _plain(self.price_from)),
            ("price_to", _plain(self.price_to)),
            ("stock", "1" if self.in_stock else ""),
        )

    def ranged(self, attribute: str) -> bool:
        """Whether ends are set for this attribute."""
        return any(
            one.filter.attribute == attribute and not one.filter.values for one in self.attributes
        )

    def values(self, attribute: str) -> Sequence[str]:
        """The values chosen of this attribute."""
        found = (one.filter for one in self.attributes if one.filter.attribute == attribute)
        return [value for one in found for value in one.values]

    def with_value(self, attribute: str, name: str, value: str) -> Self:
        """With one value more to choose from."""
        values = (*self.values(attribute), value)
        chosen = Chosen(name, AttributeFilter(attribute, values))
        return replace(self, attributes=(*self._others(attribute), chosen))

    def without(self, chosen: Chosen, value: str = "") -> Self:
        """Without a filter, or without one of its values."""
        others = self._others(chosen.filter.attribute) if value else self._but(chosen)
        left = tuple(one for one in chosen.filter.values if one != value)
        if value and left:
            others = (*others, replace(chosen, filter=replace(chosen.filter, values=left)))
        return replace(self, attributes=others)

    def _others(self, attribute: str) -> tuple[Chosen, ...]:
        return tuple(one for one in self.attributes if one.filter.attribute != attribute)

    def _but(self, chosen: Chosen) -> tuple[Chosen, ...]:
        return tuple(one for one in self.attributes if one is not chosen)


async def narrowing_of(
    ask: AskContext, attr: Sequence[str], *, price_from: str, price_to: str, stock: str
) -> Narrowing:
    """Read the address; one statement where attributes are named. Raises `NotFound`."""
    return Narrowing(
        await _attributes(ask, [one for one in attr if one.strip()][:MOST_SAID]),
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
    values: dict[str, list[str]] = {}
    ranges = []
    for outer, text in said:
        if known[outer][1] != "number":
            values.setdefault(outer, []).append(text.strip())
            continue
        low, _, high = text.partition("..")
        ranges.append(AttributeFilter(outer, low=number_of(low), high=number_of(high)))
    listed = [
        AttributeFilter(outer, tuple(dict.fromkeys(filter(None, some))))
        for outer, some in values.items()
    ]
    return tuple(
        Chosen(known[one.attribute][0], one)
        for one in (*listed, *ranges)
        if one != AttributeFilter(one.attribute)
    )


def _plain(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")
