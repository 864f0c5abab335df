"""Queries with the product that should answer them, made by rule over the demo's catalogue.

An article whose slip makes it the article of another product is left out: that one is found, and
rightly.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from msgspec import Struct

from fondaco.demo.products import Product
from fondaco_sdk.article_key import article_key

EACH = 50

_TO_LATIN = dict(zip("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",
                     strict=True))  # fmt: skip
_TO_CYRILLIC = {latin: cyrillic for cyrillic, latin in _TO_LATIN.items()}
_TWINS = str.maketrans("ABEKMHOPCTX", "АВЕКМНОРСТХ")
_ENDINGS = (
    (r"(ый|ой|ое)$", "ого"), (r"ий$", "его"), (r"ая$", "ую"), (r"ые$", "ых"),
    (r"([кгхжшчщ])а$", r"\1и"), (r"а$", "ы"),
    (r"([кгхжшчщ])$", r"\1и"), (r"([бвдзлмнпрстф])$", r"\1ы"),
)  # fmt: skip


class Query(Struct, frozen=True):
    """What is typed, and the place in the catalogue of the product that is meant."""

    kind: str
    text: str
    meant: int


def exact(product: Product, chance: Random) -> str:
    return product.article


def transposed(product: Product, chance: Random) -> str:
    text = product.article
    places = [
        i for i in range(len(text) - 1)
        if text[i] != text[i + 1] and text[i].isdigit() and text[i + 1].isdigit()
    ]  # fmt: skip
    if not places:
        return ""
    i = chance.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def one_missing(product: Product, chance: Random) -> str:
    i = chance.randrange(1, len(product.article))
    return product.article[:i] + product.article[i + 1 :] if product.article[i].isalnum() else ""


def look_alike(product: Product, chance: Random) -> str:
    text = product.article.translate(_TWINS)
    return text if text != product.article else text.replace("0", "О")


def zero_for_o(product: Product, chance: Random) -> str:
    swapped = product.article.translate(str.maketrans("0O", "O0"))
    return swapped if swapped != product.article else ""


def other_layout(product: Product, chance: Random) -> str:
    """Only where it has a letter that does not happen to be a look-alike of the right one."""
    text = "".join(_TO_CYRILLIC.get(letter.lower(), letter).upper() for letter in product.article)
    return text if text != product.article else ""


def no_hyphen(product: Product, chance: Random) -> str:
    text = re.sub(r"[-/ .]", "", product.article)
    return text if text != product.article else ""


def inflected(product: Product, chance: Random) -> str:
    return " ".join(map(_other_form, _title(product)))


def brand_and_size(product: Product, chance: Random) -> str:
    noun, *words = _title(product)
    sizes = [word.replace("×", "х") for word in words if any(map(str.isdigit, word))]
    return f"{noun} {product.goods.brand.name} {' '.join(sizes)}".lower() if sizes else ""


def text_in_the_other_layout(product: Product, chance: Random) -> str:
    return " ".join(
        "".join(_TO_LATIN.get(letter, letter) for letter in word.lower())
        if re.fullmatch("[А-яё]+", word) else word
        for word in _title(product)
    )  # fmt: skip


def misspelt(product: Product, chance: Random) -> str:
    words = _title(product)
    long = [i for i, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    if not long:
        return ""
    i = chance.choice(long)
    at = chance.randrange(1, len(words[i]) - 2)
    words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
    return " ".join(words)


ARTICLES: Sequence[Callable[[Product, Random], str]] = (
    exact, transposed, one_missing, look_alike, zero_for_o, other_layout, no_hyphen,
)  # fmt: skip
TEXTS: Sequence[Callable[[Product, Random], str]] = (
    inflected, brand_and_size, text_in_the_other_layout, misspelt,
)  # fmt: skip


def made_by_rule(products: Sequence[Product]) -> Mapping[str, Sequence[Query]]:
    """`EACH` queries of every kind."""
    found = {}
    for rule in (*ARTICLES, *TEXTS):
        chance = Random(rule.__name__)
        found[rule.__name__] = list(_queries(rule, products, chance))[:EACH]
    return found


def _queries(
    rule: Callable[[Product, Random], str], products: Sequence[Product], chance: Random
) -> Iterator[Query]:
    keys = {article_key(product.article) for product in products}
    for place in chance.sample(range(len(products)), min(len(products), EACH * 8)):
        text = rule(products[place], chance)
        key = article_key(text)
        if text and (key == article_key(products[place].article) or key not in keys):
            yield Query(rule.__name__, text, place)


def _title(product: Product) -> list[str]:
    return product.name.replace(product.goods.article, "").split()


def _other_form(word: str) -> str:
    if not re.fullmatch("[А-Яа-яё]{4,}", word):
        return word
    for ending, other in _ENDINGS:
        if re.search(ending, word):
            return re.sub(ending, other, word)
    return word
