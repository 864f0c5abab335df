"""The products that articles mean, as far as they mean them exactly."""

from collections.abc import Sequence

from fondaco.assortments.reasons import ASK_FIRST
from fondaco.hooks.context import AskContext
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.match import ArticleRow, MatchRank
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import FormReading


async def products_meant(ask: AskContext, articles: Sequence[str]) -> Sequence[tuple[Product, ...]]:
    """For each article the products of the best rank, of those that may be seen.

    Look-alikes do not count, nor does what is off sale, or may only be seen, beside what can be
    had.
    """
    if not articles:
        return ()
    rows = [ArticleRow(place, article) for place, article in enumerate(articles)]
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=rows)
    exact = [match for _, match in collected.proposals if match.rank < MatchRank.CROSS_REFERENCE]
    products = await ask.catalog.products([match.product_id for match in exact])
    found: list[dict[Product, MatchRank]] = [{} for _ in articles]
    for match in sorted(exact, key=lambda m: m.rank):
        if match.product_id in products:
            found[match.row].setdefault(products[match.product_id], match.rank)
    return [_best(ranks) for ranks in found]


def _best(ranks: dict[Product, MatchRank]) -> tuple[Product, ...]:
    on_sale = [product for product in ranks if product.orderable] or list(ranks)
    candidates = [product for product in on_sale if product.buyable] or on_sale
    best = min((ranks[product] for product in candidates), default=None)
    return tuple(product for product in candidates if ranks[product] == best)


async def product_meant(ask: AskContext, reading: FormReading, name: str) -> Product | None:
    """The one product that a form's field means; None with the mistake noted at the field."""
    article = reading.required(name)
    if not article:
        return None
    [meant] = await products_meant(ask, [article])
    if problem := why_not(article, meant):
        reading.refuse(name, problem)
    elif len(meant) > 1:
        reading.refuse(name, _several(", ".join(p.sku or p.name for p in meant[:5])))
    return None if name in reading.mistakes else meant[0]


def why_not(article: str, meant: Sequence[Product]) -> Reason | None:
    """Why an article does not say what to take; None where it does, or leaves a choice."""
    if not meant:
        return Reason(
            "cart.unknown_article",
            f"Артикула «{article}» в каталоге нет. Проверьте его или найдите товар поиском",
            f"The catalogue has no article “{article}”. Check it, or search for the product",
            {"article": article},
        )
    if not meant[0].orderable:
        return Reason(
            "cart.article_off_sale",
            f"Товар с артикулом «{article}» снят с продажи",
            f"The product with the article “{article}” is no longer on sale",
            {"article": article},
        )
    return None if meant[0].buyable else ASK_FIRST


def _several(articles: str) -> Reason:
    return Reason(
        "cart.several_meant",
        f"Артикул означает несколько товаров: {articles}. Введите точный",
        f"The article means several products: {articles}. Type the exact one",
    )
