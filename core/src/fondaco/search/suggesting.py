"""While somebody types: a few products and categories that this may become.

Without a script nobody asks here, and the form is a plain search.
"""

from collections.abc import Sequence

from fondaco.catalog.categories import Category, CategoryTree, category_tree
from fondaco.hooks.context import AskContext
from fondaco.search.foreign import foreign_of
from fondaco.search.service import Search
from fondaco.web.routing import route
from fondaco_sdk.web import Page

MOST_PRODUCTS = 8
MOST_CATEGORIES = 3
SHORTEST = 2


@route("GET", "/search/suggest", policy="catalog.view")
async def suggest(ask: AskContext, q: str = "") -> Page:
    """Links for the beginning of a text; nothing for less than two letters.

    Where nothing of ours begins so, what stands in for a number of another brand.
    """
    text = q.strip()
    if len(text) < SHORTEST:
        nothing = {"products": (), "categories": (), "foreign": {}, "reduced": False}
        return Page("search/suggest.html", nothing)
    suggested = await Search(ask).suggest(text, MOST_PRODUCTS)
    ids = suggested.ids
    foreign = {} if ids else await foreign_of(ask, text)
    products = await ask.catalog.products(ids or tuple(foreign))
    return Page(
        "search/suggest.html",
        {
            "products": [products[one] for one in ids or foreign if one in products],
            "foreign": foreign,
            "categories": _begun(await category_tree(ask), text),
            "reduced": suggested.reduced,
        },
    )


def _begun(tree: CategoryTree, text: str) -> Sequence[Category]:
    """Categories with a word that begins with each word of the text."""
    words = _plain(text).split()

    def meant(category: Category) -> bool:
        own = _plain(category.name).split()
        return all(any(one.startswith(word) for one in own) for word in words)

    return [category for category in tree if meant(category)][:MOST_CATEGORIES]


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")
