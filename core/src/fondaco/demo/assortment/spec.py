"""The words in which the assortment is written: a leaf of the tree is a table, not a program."""

import re
from collections.abc import Sequence

from msgspec import Struct

from fondaco_sdk.types.records import AttributeKind

_NUMBER = re.compile(r"-?[0-9]+(,[0-9]+)?")


class Unit(Struct, frozen=True):
    """A unit of measure; `code` is the OKEI code."""

    code: str
    name: str
    full_name: str
    international: str = ""


PIECE = Unit("796", "шт", "Штука", "PCE")
SET = Unit("839", "компл", "Комплект")
LITRE = Unit("112", "л", "Литр", "LTR")
METRE = Unit("006", "м", "Метр", "MTR")
KILOGRAM = Unit("166", "кг", "Килограмм", "KGM")
BOX = Unit("778", "упак", "Упаковка", "NMP")
CRATE = Unit("812", "ящ", "Ящик", "CR")


class Property(Struct, frozen=True):
    """An attribute of the classifier; `key` is its place in the templates of a leaf.

    Values with a unit in the name ("Высота, мм") are numbers, where all of them are.
    """

    name: str
    key: str
    kind: AttributeKind


class Choice(Struct, frozen=True):
    """Properties that vary together, one row a size. `graded`: the rows grow, and so do prices."""

    properties: tuple[Property, ...]
    rows: tuple[tuple[str, ...], ...]
    graded: bool


class Range(Struct, frozen=True):
    """A number from `low` to `high` by `step`, all in units of 10 ** -places."""

    property: Property
    low: int
    high: int
    step: int
    places: int


class Variants(Struct, frozen=True):
    """The characteristic by which one goods is sold in several sizes.

    A row is (value, suffix of the article, price and mass as percent of the goods').
    Suffixes have one width, so that two articles never become one.
    """

    name: str
    rows: tuple[tuple[str, str, int], ...]


class Leaf(Struct, frozen=True, kw_only=True):
    """A leaf category and all that the generator needs to fill it.

    `code`: two letters of its articles; `oem`: four digits of its group in the numbers of machine
    makers; `weight`: its share of the catalogue; `price`: retail with VAT, rubles; `mass`: grams;
    `article`: template of the designation, where the trade names the thing by its size.
    """

    key: str
    name: str
    titles: tuple[str, ...]
    about: str
    code: str
    oem: str
    weight: int
    brands: tuple[str, ...]
    price: tuple[int, int]
    mass: tuple[int, int]
    attributes: tuple[Choice | Range, ...]
    unit: Unit = PIECE
    packs: tuple[int, ...] = ()
    multiple: int = 1
    article: str | None = None
    variants: Variants | None = None
    for_machines: bool = True


class Top(Struct, frozen=True):
    """A category of the first level."""

    key: str
    name: str
    leaves: tuple[Leaf, ...]


def option(name: str, key: str, *values: str) -> Choice:
    """One property with a list of values."""
    return Choice((_property(name, key, values),), tuple((value,) for value in values), False)


def number(name: str, key: str, low: int, high: int, step: int = 1, places: int = 0) -> Range:
    """A number with `places` decimals; `low`, `high` and `step` are without the point."""
    return Range(Property(name, key, AttributeKind.NUMBER), low, high, step, places)


def sizes(properties: Sequence[tuple[str, str]], *rows: str) -> Choice:
    """A table of standard sizes from small to large: each row has its values between bars."""
    table = tuple(tuple(cell.strip() for cell in row.split("|")) for row in rows)
    columns = zip(*table, strict=True)
    return Choice(
        tuple(
            _property(name, key, values)
            for (name, key), values in zip(properties, columns, strict=True)
        ),
        table,
        True,
    )


def _property(name: str, key: str, values: Sequence[str]) -> Property:
    measured = ", " in name and all(_NUMBER.fullmatch(value) for value in values)
    return Property(name, key, AttributeKind.NUMBER if measured else AttributeKind.OPTION)
