"""Which product stands at which index: the catalogue is a function, nothing is kept in a list.

The catalogue is one shuffled cycle of slots, repeated. A product's place depends on the seed and
its index only, so the first 5,000 of 250,000 products are the same as 5,000 products alone.
"""

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from msgspec import Struct

from fondaco.demo.assortment import LEAVES
from fondaco.demo.assortment.spec import Leaf

MAX_SKUS = 1_000_000


class Place(Struct, frozen=True):
    """Goods number `goods` of a leaf; `variant` is a row of its variants, or None."""

    leaf: Leaf
    goods: int
    variant: int | None


def check_size(skus: int) -> None:
    """ValueError unless the article numbers suffice for so many products."""
    if not 1 <= skus <= MAX_SKUS:
        raise ValueError(f"skus must be from 1 to {MAX_SKUS}, not {skus}")


def place_of(seed: int, index: int) -> Place:
    """Where the product number `index` (from 0) of the catalogue of this seed belongs."""
    slots = _cycle(seed)
    turn, slot = divmod(index, len(slots))
    leaf, rank, variant = slots[slot]
    return Place(leaf, turn * leaf.weight + rank, variant)


@lru_cache(maxsize=4)
def _cycle(seed: int) -> tuple[tuple[Leaf, int, int | None], ...]:
    runs = [(leaf, rank) for leaf in LEAVES for rank in range(leaf.weight)]
    Random(seed).shuffle(runs)
    return tuple(_expanded(runs))


def _expanded(runs: list[tuple[Leaf, int]]) -> Iterator[tuple[Leaf, int, int | None]]:
    for leaf, rank in runs:
        if leaf.variants is None:
            yield leaf, rank, None
        else:
            for variant in range(len(leaf.variants.rows)):
                yield leaf, rank, variant
