"""What every process remembers of the database between requests, and when it is forgotten.

Products, assortments, places and price rows are read by every page and change seldom. Each of these
subjects has a generation: a number that a trigger renews in the transaction that changes one of its
rows. The numbers are read with the identity of a request; what was read under another number is not
used.

A transaction that changes a subject must not use what is remembered of it: `AskContext.forget`.
"""

from collections.abc import Hashable, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import BigInteger, Column, Table, Text, bindparam, select

from fondaco.db.columns import metadata

Subject: TypeAlias = Literal["assortments", "catalogue", "places", "prices"]

generation = Table(
    "generation",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

ALL = "array(select number from fondaco.generation order by subject)"
"""The numbers of all subjects, as a column for `Generations.of`."""


def number_of(subject: Subject) -> Any:
    """The number of a subject as the statement sees it, as a column."""
    return (
        select(generation.c.number)
        .where(generation.c.subject == bindparam(None, subject, literal_execute=True))
        .scalar_subquery()
    )


class Generations(Struct, frozen=True):
    """The numbers of the subjects at one moment."""

    assortments: int
    catalogue: int
    places: int
    prices: int

    @classmethod
    def of(cls, numbers: list[int]) -> "Generations":
        """From the column `ALL`."""
        return cls(*numbers)


class Memory:
    """Values of one generation by their keys; at most `most` of them, then it begins anew."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._number = 0
        self._values: dict[Hashable, Any] = {}

    def known(self, number: int) -> Mapping[Hashable, Any]:
        """What is remembered of a generation; nothing, if it is another one than the last kept."""
        return self._values if number == self._number else {}

    def keep(self, number: int, values: Mapping[Any, Any]) -> None:
        """Remember what one statement read, with the number that the same statement read."""
        if number > self._number:
            self._number, self._values = number, {}
        if number == self._number:
            if len(self._values) + len(values) > self._most:
                self._values = {}
            self._values.update(values)
