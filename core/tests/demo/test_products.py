"""Products: numbers that nobody confuses, prices and stock that a trader would believe."""

from collections import Counter

import pytest

from fondaco.demo import PRICE_TYPES, Product, product_at
from fondaco.demo.prices import DEALER, RETAIL, WHOLESALE
from fondaco_sdk.article_key import article_key

COUNT = 30_000


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return [product_at(3, index) for index in range(COUNT)]


def test_no_two_articles_have_one_key(products: list[Product]) -> None:
    keys = Counter(article_key(product.article) for product in products)
    families = {article_key(p.goods.article) for p in products if p.variant}
    assert [key for key, times in keys.items() if times > 1] == []
    assert not families & set(keys)


def test_articles_are_written_in_several_ways(products: list[Product]) -> None:
    signs = Counter(sign for product in products for sign in " -/" if sign in product.article)
    assert all(signs[sign] > COUNT // 50 for sign in " -/")
    assert any(product.article[0].isdigit() for product in products)
    assert all(product.article.isascii() for product in products)


def test_numbers_of_machine_makers_are_shared_by_makers_of_one_part_only(
    products: list[Product],
) -> None:
    titles: dict[str, set[str]] = {}
    makers: dict[str, set[str]] = {}
    for product in products:
        for number in product.goods.part.maker_numbers:
            titles.setdefault(article_key(number), set()).add(product.goods.part.title)
            makers.setdefault(article_key(number), set()).add(product.goods.brand.name)
    assert all(len(found) == 1 for found in titles.values())
    assert Counter(len(found) for found in makers.values()).most_common(1)[0][0] == 3
    assert not set(titles) & {article_key(product.article) for product in products}


def test_barcodes_are_valid_and_unique(products: list[Product]) -> None:
    codes = [product.barcode for product in products if product.barcode]
    assert len(set(codes)) == len(codes)
    assert COUNT * 0.9 < len(codes) < COUNT
    for code in codes:
        assert len(code) == 13
        weighed = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code))
        assert weighed % 10 == 0


def test_prices_fall_from_retail_to_dealer_and_with_the_quantity(products: list[Product]) -> None:
    seen: Counter[str] = Counter()
    for product in products:
        wholesale = [price for price in product.prices if price.type is WHOLESALE]
        assert wholesale[0].min_quantity == 0
        minors = [price.minor for price in wholesale]
        assert minors == sorted(minors, reverse=True)
        steps = [price.min_quantity for price in wholesale]
        assert steps == sorted(set(steps))
        seen["tiers"] += len(wholesale) > 1
        for price in product.prices:
            seen[price.type.name] += 1
            if price.type is RETAIL:
                assert price.minor == 0 or price.minor > wholesale[0].minor
            if price.type is DEALER:
                assert 0 < price.minor < wholesale[0].minor
    assert seen["Оптовая"] > seen["Розничная"] == COUNT > seen["Дилерская"] > seen["Экспорт USD"]
    assert seen["tiers"] > COUNT // 10
    assert {price.type for product in products for price in product.prices} == set(PRICE_TYPES)


def test_stock_is_mostly_there_sometimes_not_and_rarely_below_zero(products: list[Product]) -> None:
    nowhere = sum(not any(product.stock) for product in products)
    below = sum(min(product.stock) < 0 for product in products)
    assert COUNT * 0.08 < nowhere < COUNT * 0.25
    assert 0 < below < COUNT * 0.01
    assert all(len(product.stock) == 4 for product in products)
    fractions = {p.goods.leaf.unit.name for p in products if any(q % 1000 for q in p.stock)}
    assert fractions == {"м", "кг"}


def test_a_product_does_not_depend_on_how_many_there_are(products: list[Product]) -> None:
    assert product_at(3, 12_345) == products[12_345]
    assert product_at(4, 12_345).external_id != products[12_345].external_id


def test_all_leaves_are_filled(products: list[Product]) -> None:
    leaves = Counter(product.goods.leaf.name for product in products)
    assert len(leaves) == 65
    assert min(leaves.values()) > 50
    assert all("{" not in product.name for product in products)
