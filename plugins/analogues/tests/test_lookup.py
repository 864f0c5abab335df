"""What a reference answers: from products, from numbers, in its direction, while it is in force."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from analogue_shop import Shop

from fondaco_analogues.hooks import match_articles, substitutes
from fondaco_analogues.lookup import LEAST_OF_ONE, MOST_OF_ONE
from fondaco_sdk.testing.contracts import (
    MatchArticlesCase,
    MatchArticlesContract,
    SubstitutesCase,
    SubstitutesContract,
)
from fondaco_sdk.testing.factories import article_row
from fondaco_sdk.types.match import MatchRank

pytestmark = pytest.mark.plugins("analogues")


class TestSubstitutes(SubstitutesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> SubstitutesCase:
        await shop.pair(1, 2, both_ways=True)
        await shop.pair(1, 3, kind="limited", note_ru="Без датчика износа")
        await shop.pair(3, 2, kind="upgrade", note_ru="Усиленный", note_en="Reinforced")
        return SubstitutesCase(substitutes, shop.ask, shop.products)


class TestMatchArticles(MatchArticlesContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> MatchArticlesCase:
        await shop.foreign("MANN", "W 712/75", 1)
        await shop.foreign("BOSCH", "0451103336", 2, kind="limited", note_ru="Кроме дизеля")
        rows = [
            article_row(1, "w71275"),
            article_row(2, "Mann W-712/75"),
            article_row(3, "нет", "0 451 103 336"),
            article_row(4, "A-1"),
        ]
        return MatchArticlesCase(match_articles, shop.ask, rows)


async def _found(shop: Shop, *products: int) -> set[tuple[int, int, str]]:
    number = {id: n for n, id in enumerate(shop.products, 1)}
    ids = [shop.products[n - 1] for n in products]
    return {
        (number[one.product_id], number[one.substitute_id], one.kind.value)
        for one in await substitutes(shop.ask, ids)
    }


async def test_direction_counts_and_chains_and_cycles_are_not_followed(shop: Shop) -> None:
    await shop.pair(1, 2)
    await shop.pair(2, 3)
    await shop.pair(3, 1)
    assert await _found(shop, 1) == {(1, 2, "full")}
    assert await _found(shop, 1, 2, 3) == {(1, 2, "full"), (2, 3, "full"), (3, 1, "full")}


async def test_both_ways_answers_from_either_side(shop: Shop) -> None:
    await shop.pair(1, 2, both_ways=True)
    assert await _found(shop, 2) == {(2, 1, "full")}
    assert await _found(shop, 1, 2) == {(1, 2, "full"), (2, 1, "full")}


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"starts_on": 0}, True),
        ({"starts_on": 1}, False),
        ({"ends_on": 0}, True),
        ({"ends_on": -1}, False),
        ({"starts_on": -9, "ends_on": 9}, True),
    ],
)
async def test_a_reference_holds_within_its_days(
    shop: Shop, values: dict[str, Any], holds: bool
) -> None:
    today = shop.ask.now.astimezone(shop.ask.zone).date()
    days = {name: today + timedelta(days=shift) for name, shift in values.items()}
    await shop.pair(1, 2, **days)
    await shop.foreign("MANN", "W1", 2, **days)
    assert bool(await _found(shop, 1)) is holds
    assert bool(await match_articles(shop.ask, [article_row(1, "W1")])) is holds


async def test_a_hub_answers_its_best_and_no_more(shop: Shop) -> None:
    many = await shop.wholesaler.products(2 * MOST_OF_ONE, prefix="B")
    await shop.run(
        "insert into plugin_analogues.reference (product_id, other_id, kind, note_ru, confidence)"
        " select :hub, id, case when n > :last then 'full' else 'limited' end, 'Проверьте',"
        " case when n = :best then 0.99 else 0.5 end"
        " from unnest(cast(:ids as bigint[])) with ordinality as b (id, n)",
        hub=shop.products[0],
        ids=many,
        last=len(many) - 5,
        best=7,
    )
    await shop.run("update fondaco.product set active = false where id = :id", id=many[-1])
    await shop.pair(2, 3)
    found = await substitutes(shop.ask, shop.products[:2])
    of_hub = [one.substitute_id for one in found if one.product_id == shop.products[0]]
    assert len(of_hub) == MOST_OF_ONE
    assert {*many[-5:-1], many[6]} <= set(of_hub) and many[-1] not in of_hub
    others = await shop.wholesaler.products(500, prefix="C")
    together = await substitutes(shop.ask, [shop.products[0], *others])
    assert [one.substitute_id for one in together][:5] == [*many[-5:-1], many[6]]
    assert len(together) == LEAST_OF_ONE
    assert [one.substitute_id for one in found if one.product_id == shop.products[1]] == [
        shop.products[2]
    ]


async def test_an_ended_reference_answers_nothing(shop: Shop) -> None:
    await shop.pair(1, 2)
    await shop.run("update plugin_analogues.reference set ended_at = now()")
    assert await _found(shop, 1) == set()


async def test_a_brand_before_the_number_chooses_among_brands(shop: Shop) -> None:
    await shop.foreign("MANN", "1234", 1)
    await shop.foreign("BOSCH", "1234", 2)
    both = await match_articles(shop.ask, [article_row(1, "12-34")])
    assert {match.product_id for match in both} == set(shop.products[:2])
    (one,) = await match_articles(shop.ask, [article_row(1, "Bosch 1234")])
    assert (one.product_id, one.rank) == (shop.products[1], MatchRank.CROSS_REFERENCE)
    assert one.reason.ru == "Аналог номера BOSCH 1234"
