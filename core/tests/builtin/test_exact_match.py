"""Exact articles keep to what every implementation of `match_articles` keeps to."""

import pytest_asyncio

from fondaco.builtin.exact_match import match_articles
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.testing.contracts import MatchArticlesCase, MatchArticlesContract
from fondaco_sdk.testing.factories import article_row


class TestExactMatch(MatchArticlesContract):
    @pytest_asyncio.fixture
    async def case(self, hall: Hall, wholesaler: Wholesaler) -> MatchArticlesCase:
        """As it is, without a hyphen, in Cyrillic letters, as an alternate, and a stranger."""
        await wholesaler.products(4)
        company = await wholesaler.company("Ромашка", await wholesaler.seller(), [])
        rows = [
            article_row(1),
            article_row(2, "a 2"),
            article_row(3, "А-3"),
            article_row(4, "нет", "A-4"),
            article_row(5, "A-1"),
            article_row(6, "неизвестный"),
        ]
        return MatchArticlesCase(match_articles, company.ask(hall), rows)
