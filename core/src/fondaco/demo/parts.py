"""What a part is before anybody makes it: sizes, machines, mass and the market's price.

Several makers make one part, so their products are analogues: equal sizes and equal numbers of
the machine maker.
"""

from functools import lru_cache
from math import ceil
from random import Random

from msgspec import Struct

from fondaco.demo.articles import maker_number, scattered
from fondaco.demo.assortment import LEAF_NUMBERS
from fondaco.demo.assortment.spec import Choice, Leaf, Property, Range
from fondaco.demo.machines import fitting_machines

MAKERS_OF_A_PART = 3


class Part(Struct, frozen=True):
    """`grade`: from 0 (the smallest of its leaf) to 999; `retail`: kopecks with VAT, market level;
    `mass`: grams. `designation` is empty where each maker numbers the part in its own way.
    """

    title: str
    designation: str
    values: tuple[tuple[Property, str], ...]
    machines: tuple[tuple[str, int], ...]
    maker_numbers: tuple[str, ...]
    grade: int
    retail: int
    mass: int


@lru_cache(maxsize=1024)
def part_of(seed: int, leaf: Leaf, number: int) -> Part:
    """Part `number` (from 0) of the leaf."""
    chance = Random((seed << 44) + (LEAF_NUMBERS[leaf.key] << 32) + number)
    grade = chance.randrange(1000)
    turn = 0
    if leaf.article:
        rows, turn, grade = _standard_rows(seed, leaf, number)
    else:
        rows = _drawn_rows(leaf, grade, chance)
    values = [
        (prop, text)
        for attribute, row in zip(leaf.attributes, rows, strict=True)
        for prop, text in _row_values(attribute, row)
    ]
    texts = {prop.key: text for prop, text in values}
    machines = fitting_machines(chance) if leaf.for_machines else ()
    texts["machine"] = machines[0][0] if machines else ""
    return Part(
        title=chance.choice(leaf.titles).format_map(texts),
        designation=_designation(leaf, texts, turn),
        values=tuple((prop, text.strip(" -") if leaf.article else text) for prop, text in values),
        machines=machines,
        maker_numbers=_maker_numbers(seed, leaf, number, chance) if machines else (),
        grade=grade,
        retail=_retail(leaf, _blurred(grade, chance)),
        mass=_between(leaf.mass, _blurred(grade, chance)),
    )


def _standard_rows(seed: int, leaf: Leaf, number: int) -> tuple[list[int], int, int]:
    """The rows of the standard's size `number`, how often the standard was used up, the grade."""
    lengths = [len(choice.rows) for choice in leaf.attributes if isinstance(choice, Choice)]
    capacity = 1
    for length in lengths:
        capacity *= length
    turn, rest = divmod(number, capacity)
    rest = scattered(rest, capacity, seed)
    rows = []
    for length in lengths:
        rest, row = divmod(rest, length)
        rows.append(row)
    return rows, turn, rows[0] * 1000 // lengths[0]


def _drawn_rows(leaf: Leaf, grade: int, chance: Random) -> list[int]:
    rows = []
    for attribute in leaf.attributes:
        if isinstance(attribute, Range):
            steps = (attribute.high - attribute.low) // attribute.step
            rows.append(_blurred(grade, chance) * (steps + 1) // 1000)
        elif attribute.graded:
            rows.append(grade * len(attribute.rows) // 1000)
        else:
            rows.append(chance.randrange(len(attribute.rows)))
    return rows


def _row_values(attribute: Choice | Range, row: int) -> list[tuple[Property, str]]:
    if isinstance(attribute, Choice):
        return list(zip(attribute.properties, attribute.rows[row], strict=True))
    measure = attribute.low + row * attribute.step
    if attribute.places:
        whole, tenths = divmod(measure, 10**attribute.places)
        text = f"{whole},{tenths:0{attribute.places}d}".rstrip("0").rstrip(",")
        return [(attribute.property, text)]
    return [(attribute.property, str(measure))]


def _designation(leaf: Leaf, texts: dict[str, str], turn: int) -> str:
    if not leaf.article:
        return ""
    designation = leaf.article.format_map(texts)
    return f"{designation} V{turn + 1}" if turn else designation


def _maker_numbers(seed: int, leaf: Leaf, number: int, chance: Random) -> tuple[str, ...]:
    first = number * 3
    return tuple(maker_number(seed, leaf, first + way) for way in range(chance.randint(1, 3)))


def _blurred(grade: int, chance: Random) -> int:
    """Near the grade, so that what is large is mostly dear and heavy, but not by a formula."""
    return (grade * 7 + chance.randrange(1000) * 3) // 10


def _between(bounds: tuple[int, int], grade: int) -> int:
    low, high = bounds
    return low + (high - low) * grade // 1000


def _retail(leaf: Leaf, grade: int) -> int:
    low, high = leaf.price
    return low * 100 + (high - low) * grade * grade // 10_000


def packed(mass: int) -> tuple[int, int, int]:
    """Length, width and height in centimetres of the box of a part of so many grams: a litre and a
    half for a kilogram, four by three by two."""
    side = (mass * 1.5 / 24) ** (1 / 3)
    return ceil(4 * side), ceil(3 * side), ceil(2 * side)
