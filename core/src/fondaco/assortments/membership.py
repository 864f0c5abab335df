"""What an assortment holds, from its rules: pure, and quick enough to be done anew for all.

The rule, in words:
1. A rule about a single product decides for that product.
2. For all others an exclusion by category or brand decides; it beats every inclusion.
3. Then an inclusion decides. An assortment without any inclusion holds everything else.
A category means all below it too; a category and a brand in one rule must both fit.

Sets of cells are whole numbers with one bit a cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct


class Cell(Struct, frozen=True, array_like=True):
    """Goods that no rule tells apart; `category` and `product` are 0 where there is none."""

    id: int
    category: int
    brand: str
    product: int


class Rule(Struct, frozen=True, array_like=True):
    """Goods that belong to an assortment, or do not."""

    excludes: bool
    category: int | None
    brand: str
    product: int | None


class Cells:
    """All cells, and the tree of categories by which they are found."""

    def __init__(self, cells: Iterable[Cell], parents: Mapping[int, int | None]) -> None:
        self._all = 0
        self._of_category: dict[int, int] = defaultdict(int)
        self._of_brand: dict[str, int] = defaultdict(int)
        self._of_product: dict[int, int] = defaultdict(int)
        self._below: dict[int, list[int]] = defaultdict(list)
        for cell in cells:
            bit = 1 << cell.id
            self._all |= bit
            self._of_category[cell.category] |= bit
            self._of_brand[cell.brand] |= bit
            if cell.product:
                self._of_product[cell.product] |= bit
        for category, parent in parents.items():
            if parent is not None:
                self._below[parent].append(category)

    def held_by(self, rules: Sequence[Rule]) -> int:
        """The cells in an assortment of these rules."""
        taken = [rule for rule in rules if not rule.excludes]
        left_out = [rule for rule in rules if rule.excludes]
        held = self._together(taken, single=False) if taken else self._all
        held &= ~self._together(left_out, single=False)
        held |= self._together(taken, single=True)
        return held & ~self._together(left_out, single=True)

    def _together(self, rules: Sequence[Rule], *, single: bool) -> int:
        found = 0
        for rule in rules:
            if (rule.product is not None) is single:
                found |= self._meant(rule)
        return found

    def _meant(self, rule: Rule) -> int:
        if rule.product is not None:
            return self._of_product.get(rule.product, 0)
        found = self._all if rule.category is None else self._within(rule.category)
        return found & self._of_brand.get(rule.brand, 0) if rule.brand else found

    def _within(self, top: int) -> int:
        found, waiting, seen = 0, [top], {top}
        while waiting:
            category = waiting.pop()
            found |= self._of_category.get(category, 0)
            below = [one for one in self._below.get(category, ()) if one not in seen]
            seen.update(below)
            waiting += below
        return found


def as_bytes(cells: int) -> bytes:
    """As stored: bit n of the whole number is bit n % 8 of byte n // 8, as `get_bit` counts."""
    return cells.to_bytes((cells.bit_length() + 7) // 8, "little")


def as_number(cells: bytes) -> int:
    """As counted with."""
    return int.from_bytes(cells, "little")
