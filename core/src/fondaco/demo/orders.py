"""What a buyer asks for: rows of the demo catalogue, spelled as people spell them."""

from collections.abc import Iterator
from enum import StrEnum
from random import Random
from typing import Literal

from msgspec import Struct, structs

from fondaco.demo.layout import check_size
from fondaco.demo.products import Product, product_at

Kind = Literal["clean", "dirty"]

_CYRILLIC = str.maketrans("ABEKMHOPCTXY", "АВЕКМНОРСТХУ")
_PUNCTUATION = str.maketrans("", "", " -/.")


class Spelling(StrEnum):
    """What the buyer wrote into the article column."""

    EXACT = "exact"
    LOWER = "lower"
    SPACED = "spaced"
    JOINED = "joined"
    CYRILLIC = "cyrillic"
    BRANDED = "branded"
    BARCODE = "barcode"
    MAKER_NUMBER = "maker_number"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


_DIRT = {
    Spelling.EXACT: 44,
    Spelling.LOWER: 8,
    Spelling.SPACED: 8,
    Spelling.JOINED: 8,
    Spelling.CYRILLIC: 8,
    Spelling.BRANDED: 4,
    Spelling.BARCODE: 7,
    Spelling.MAKER_NUMBER: 5,
    Spelling.DUPLICATE: 3,
    Spelling.UNKNOWN: 5,
}


class OrderRow(Struct, frozen=True):
    """A row, and what is meant by it: `product` is None where no such article exists.

    `article` is a number where the sheet holds one (a barcode); `quantity` may be a text.
    """

    spelling: Spelling
    product: Product | None
    article: str | int
    name: str
    quantity: str | int
    unit: str


def order_rows(*, skus: int, seed: int, rows: int, kind: Kind) -> Iterator[OrderRow]:
    """`rows` rows that ask for products of the catalogue `skus`, `seed`.

    Clean rows are a regular customer's: different products by their exact articles, nearly all of
    them on the shelves in that quantity. ValueError where there are more rows than products, or
    fewer than one.
    """
    check_size(skus)
    if not 1 <= rows <= skus:
        raise ValueError(f"rows must be from 1 to {skus}, not {rows}")
    chance = Random((seed << 8) + rows)
    if kind == "clean":
        for product in _usual_products(skus, seed, rows, chance):
            yield _row(Spelling.EXACT, product, product.article, _usual_amount(product, chance))
    else:
        wanted = [product_at(seed, index) for index in chance.sample(range(skus), rows)]
        for number in range(rows):
            yield _dirty_row(wanted, number, chance)


def _usual_products(skus: int, seed: int, rows: int, chance: Random) -> list[Product]:
    """What a regular customer asks for: one product in twenty is nowhere at the moment."""
    drawn = chance.sample(range(skus), min(skus, rows * 3 // 2))
    products = [product_at(seed, index) for index in drawn]
    kept = [product for product in products if _on_shelves(product)]
    gone = [product for product in products if not _on_shelves(product)]
    wanted = [*gone[: rows // 20], *kept, *gone[rows // 20 :]][:rows]
    chance.shuffle(wanted)
    return wanted


def _usual_amount(product: Product, chance: Random) -> int:
    """Mostly what is there; now and then more."""
    amount, there = _amount(product, chance), _on_shelves(product)
    return amount if not there or chance.random() < 0.03 else min(amount, there)


def _on_shelves(product: Product) -> int:
    """Whole multiples of the base unit in all the warehouses."""
    multiple = product.goods.leaf.multiple
    return sum(max(held, 0) for held in product.stock) // (1000 * multiple) * multiple


def _dirty_row(wanted: list[Product], number: int, chance: Random) -> OrderRow:
    product = wanted[number]
    spelling = chance.choices(tuple(_DIRT), tuple(_DIRT.values()))[0]
    if spelling is Spelling.UNKNOWN:
        article = f"QX-{chance.randint(10_000, 99_999)}"
        return OrderRow(spelling, None, article, "", chance.randint(1, 20), "шт")
    if spelling is Spelling.DUPLICATE:
        product = wanted[chance.randrange(number + 1)]
    article_as_typed = _spelled(product, spelling)
    if article_as_typed == product.article and spelling is not Spelling.DUPLICATE:
        spelling = Spelling.EXACT
    quantity = _as_told(_amount(product, chance), product.goods.leaf.unit.name, chance)
    row = _row(spelling, product, article_as_typed, quantity)
    return row if chance.random() < 0.8 else structs.replace(row, name="")


def _spelled(product: Product, spelling: Spelling) -> str | int:
    article = product.article
    match spelling:
        case Spelling.LOWER:
            return article.lower()
        case Spelling.SPACED:
            return f" {article.replace('-', ' - ').replace('/', ' / ')} "
        case Spelling.JOINED:
            return article.translate(_PUNCTUATION)
        case Spelling.CYRILLIC:
            return article.translate(_CYRILLIC)
        case Spelling.BRANDED:
            return f"{product.goods.brand.name} {article}"
        case Spelling.BARCODE:
            return int(product.barcode) if product.barcode else article
        case Spelling.MAKER_NUMBER:
            return next(iter(product.goods.part.maker_numbers), article)
        case _:
            return article


def _amount(product: Product, chance: Random) -> int:
    return product.goods.leaf.multiple * chance.randint(1, 12)


def _as_told(amount: int, unit: str, chance: Random) -> str | int:
    """Mostly a number, sometimes as people write it: with its unit, with a comma, as a text."""
    telling = chance.random()
    if telling < 0.7:
        return amount
    if telling < 0.8:
        return f"{amount} {unit}"
    if telling < 0.88:
        return f"{amount}{unit}."
    return f"{amount},0" if telling < 0.94 else str(amount)


def _row(spelling: Spelling, product: Product, article: str | int, quantity: str | int) -> OrderRow:
    leaf = product.goods.leaf
    return OrderRow(spelling, product, article, product.goods.part.title, quantity, leaf.unit.name)
