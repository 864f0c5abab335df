"""The catalogue: what was searched for, or a category, as rows that can be ordered."""

from collections.abc import Sequence
from uuid import UUID

from fondaco.catalog.categories import Category, CategoryTree, category_tree
from fondaco.hooks.context import AskContext
from fondaco.search.analogues import with_analogues
from fondaco.search.foreign import foreign_of, standing_in, without
from fondaco.search.narrowing import narrowing_of
from fondaco.search.service import Search
from fondaco.search.shelf import shelf_of
from fondaco.search.view import Answer, Question
from fondaco.web.routing import route
from fondaco_sdk.context import Subject
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page

POLICY = "catalog.view"
SLOT = "search.row"
LAST_PAGE = 1_000


@route("GET", "/search", policy=POLICY)
async def search_page(
    ask: AskContext,
    q: str = "",
    category: str = "",
    brand: str = "",
    page: str = "",
    literal: str = "",
    attr: Sequence[str] = (),
    range: str = "",
    low: str = "",
    high: str = "",
    price_from: str = "",
    price_to: str = "",
    stock: str = "",
) -> Page:
    """Rows of products; without a question the categories to choose from."""
    tree = await category_tree(ask)
    ends = (f"{range}~{low}..{high}",) if range else ()
    question = Question(
        q.strip(),
        category_of(tree, category),
        brand.strip(),
        _number(page),
        bool(literal),
        await narrowing_of(
            ask, (*ends, *attr), price_from=price_from, price_to=price_to, stock=stock
        ),
    )
    if question.everything:
        return Page("search/catalogue.html", {"tree": tree})
    found = await Search(ask).find(
        question.text, question.filters(tree), question.window, literal=question.literal
    )
    foreign = await foreign_of(ask, question.text) if question.page == 1 else {}
    both = await shelf_of(ask, tuple(dict.fromkeys((*foreign, *found.ids))))
    shelf = await with_analogues(ask, both)
    return Page(
        "search/results.html",
        {
            "answer": Answer.of(question, found, tree),
            "question": question,
            "shelf": without(shelf, foreign),
            "foreign": standing_in(shelf, foreign),
            "staff": ask.actor.kind is ActorKind.STAFF,
        },
        slots={
            SLOT: [
                Subject(key=str(row.product.uuid), product_id=row.product.id) for row in shelf.rows
            ]
        },
    )


def category_of(tree: CategoryTree, text: str) -> Category | None:
    """The category of an outer id; None for "". Raises `NotFound`."""
    if not text:
        return None
    try:
        found = tree.find(UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(Reason("category.absent", "Такого раздела нет", "There is no such category"))
    return found


def _number(page: str) -> int:
    return min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() else 1
