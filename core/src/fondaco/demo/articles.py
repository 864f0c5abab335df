"""Article numbers, barcodes and the numbers of machine makers.

No two numbers have one article key (upper case, no punctuation, Cyrillic look-alikes as Latin):
the letters a number begins with belong to one pair of maker and leaf, and what follows them has
one width for the pair. Numbers without letters at the front are told apart by their length.
"""

from math import gcd

from fondaco.demo.assortment import LEAF_NUMBERS
from fondaco.demo.assortment.spec import Leaf
from fondaco.demo.brands import BRAND_NUMBERS, Brand, Style

_MODELS = (
    *("2108", "2110", "2112", "2123", "2170", "2190", "3302", "3163", "4308", "5320"),
    *("21083", "21114", "21214", "31105", "33021", "33104", "43114", "53205", "65115", "65206"),
)
_SERIES = ("01{}", "03{}", "04{}", "06{}", "07{}", "1{}0", "3{}0", "4{}0", "5{}1", "8{}2")
_LETTERS = "ABCDEFGHKLMNPRSTUVWX"


def scattered(number: int, modulus: int, salt: int) -> int:
    """`number` (below `modulus`) at its place in a fixed shuffling of range(modulus)."""
    step = 7919
    while gcd(step, modulus) != 1:
        step += 2
    return (number * step + salt * 104_729) % modulus


def brand_article(seed: int, leaf: Leaf, brand: Brand, number: int) -> str:
    """The maker's article of its goods `number` (from 0) in the leaf."""
    letters = brand.code + leaf.code
    salt = seed + LEAF_NUMBERS[leaf.key] * 31 + BRAND_NUMBERS[brand.name]
    match brand.style:
        case Style.DASH:
            return f"{letters}-{1000 + scattered(number, 9000, salt)}"
        case Style.PLAIN:
            return f"{letters}{10_000 + scattered(number, 90_000, salt)}"
        case Style.SLASH:
            body, tail = divmod(scattered(number, 8100, salt), 9)
            return f"{letters}{100 + body}/{tail + 1}"
        case Style.LETTER:
            body, tail = divmod(scattered(number, 9000 * 20, salt), 20)
            return f"{letters}{1000 + body}{_LETTERS[tail]}"
        case Style.SPACED:
            body, tail = divmod(scattered(number, 900 * 900, salt), 900)
            return f"{letters} {100 + body} {100 + tail}"
        case Style.GROUPED:
            body, tail = divmod(scattered(number, 10 * 900 * 20, salt), 20)
            series, middle = divmod(body, 900)
            group = _SERIES[series].format(brand.code[0])
            return f"{group} {LEAF_NUMBERS[leaf.key]} {100 + middle} {_LETTERS[tail]}"
        case Style.DOMESTIC:
            model, part = divmod(scattered(number, len(_MODELS) * 1000, salt), 1000)
            return f"{_MODELS[model]}-{leaf.oem}{part:03d}-{BRAND_NUMBERS[brand.name]}"


def maker_number(seed: int, leaf: Leaf, part: int) -> str:
    """The number a machine maker gives to part `part` of the leaf."""
    number = scattered(part, 999_983, seed + LEAF_NUMBERS[leaf.key])
    match part % 3:
        case 0:
            return f"{leaf.oem}{number // 100_000}-{number % 100_000:05d}"
        case 1:
            return f"A {LEAF_NUMBERS[leaf.key]} {number // 1000:03d} {number % 1000:03d}"
        case _:
            letters = "".join(_LETTERS[number // 1000 // 20**place % 20] for place in range(3))
            return f"{leaf.oem}{number // 100 % 10}-{letters}-{leaf.code[0]}{number % 100:02d}"


def ean_13(seed: int, index: int) -> str:
    """The barcode of the product `index`: Russian prefix, valid check digit, no two equal."""
    body = f"46{scattered(index, 9_999_999_967, seed):010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"
