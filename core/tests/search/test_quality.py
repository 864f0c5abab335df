"""How often what is typed finds what is meant, by the kind of the slip."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec import Struct

import fondaco.search.service as service
from fondaco.demo.products import Product, product_at
from fondaco.search.service import Search
from fondaco_sdk.article_key import article_key
from fondaco_sdk.providers.search import SearchFilters, SearchWindow

from .queries_by_rule import ARTICLES, EACH, TEXTS, made_by_rule
from .shelves import Shelves

PRODUCTS = 3_000
ARTICLE_KINDS = tuple(rule.__name__ for rule in ARTICLES)
TEXT_KINDS = tuple(rule.__name__ for rule in TEXTS)
BATCH = 1_000
AT_FIRST = 0.98
AMONG_TEN = 0.9

_PRODUCTS = """
    insert into fondaco.product (uuid, external_id, sku, name, brand, unit_code)
    select gen_random_uuid(), place::text, sku, name, brand, '796'
      from unnest(cast(:skus as text[]), cast(:names as text[]), cast(:brands as text[]))
           with ordinality as given (sku, name, brand, place)
    returning id
"""
_CODES = """
    insert into fondaco.product_code (product_id, kind, value, key)
    select p.id, 'sku', p.sku, key
      from unnest(cast(:skus as text[]), cast(:keys as text[])) as given (sku, key)
      join fondaco.product p using (sku)
"""


class Counted(Struct):
    """Of the queries of one kind: how many, right at the first place, right among ten."""

    queries: int = 0
    first: int = 0
    ten: int = 0

    def __str__(self) -> str:
        return f"{self.queries:4} {self.first / self.queries:8.3f} {self.ten / self.queries:8.3f}"


async def stock_up(shelves: Shelves) -> tuple[Sequence[Product], Sequence[int]]:
    """The first products of the demo's catalogue, and their ids in that order."""
    products = [product_at(1, index) for index in range(PRODUCTS)]
    skus = [product.article for product in products]
    rows = await shelves.sql(
        _PRODUCTS,
        skus=skus,
        names=[product.name for product in products],
        brands=[product.goods.brand.name for product in products],
    )
    await shelves.sql(_CODES, skus=skus, keys=[article_key(sku) for sku in skus])
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), BATCH):
        await shelves.publish(ids[start : start + BATCH])
    return products, ids


async def measured(shelves: Shelves) -> Mapping[str, Counted]:
    """Ask everything, print what came of it, a line for a kind of query."""
    products, ids = await stock_up(shelves)
    search = Search(shelves.company.ask(shelves.hall))
    counted = {}
    print(f"{'':26} asked  p at 1  r at 10")
    for kind, queries in made_by_rule(products).items():
        counted[kind] = Counted()
        for query in queries:
            page = await search.find(query.text, SearchFilters(), SearchWindow(limit=10))
            meant = ids[query.meant]
            counted[kind].queries += 1
            counted[kind].first += page.ids[:1] == (meant,)
            counted[kind].ten += meant in page.ids
            if meant not in page.ids[: 1 if kind in ARTICLE_KINDS else 10]:
                print(
                    f"  {query.text} -> {page.understood or '-'}, not {products[query.meant].name}"
                )
        print(f"{kind:26} {counted[kind]}")
    return counted


@pytest.mark.timeout(120)
async def test_what_is_meant_is_found(shelves: Shelves) -> None:
    counted = await measured(shelves)
    assert sum(one.queries for one in counted.values()) >= 300
    for kind in ARTICLE_KINDS:
        assert counted[kind].first >= AT_FIRST * counted[kind].queries, kind
    for kind in TEXT_KINDS:
        assert counted[kind].ten >= AMONG_TEN * counted[kind].queries, kind


@pytest.mark.timeout(120)
async def test_control_without_the_rule_of_layouts_it_is_not(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "other_layouts", lambda text: ())
    counted = await measured(shelves)
    assert counted["other_layout"].first < AT_FIRST * counted["other_layout"].queries
    assert counted["text_in_the_other_layout"].ten < AMONG_TEN * EACH
    assert counted["exact"].first >= AT_FIRST * counted["exact"].queries
