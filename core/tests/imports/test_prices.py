"""Prices: tiers, lists, currencies; what a full package no longer names goes."""

from decimal import Decimal

from .conftest import Imports, Shop
from .said import catalog, goods, offers, price, price_list

PRICES = (
    "select p.external_id, l.external_id, r.min_quantity::int, r.price from fondaco.price_row r"
    " join fondaco.product p on p.id = r.product_id"
    " join fondaco.price_list l on l.id = r.price_list_id order by 1, 2, 3"
)
SETTING = (catalog(), goods("g1", sku="A-1"), goods("g2", sku="A-2"), offers(), price_list())


async def test_prices_stand_per_base_unit_with_their_tiers(imports: Imports, shop: Shop) -> None:
    run = await imports(
        *SETTING,
        price("g1", "100"),
        price("g1", "90.5", from_quantity=10),
        price("g2", "120", factor=Decimal(12)),
    )
    assert run.counts["prices.changed"] == 3
    assert await shop(PRICES) == [
        ("g1", "opt", 0, 100),
        ("g1", "opt", 10, Decimal("90.5")),
        ("g2", "opt", 0, 10),
    ]


async def test_only_what_differs_is_written(imports: Imports, shop: Shop) -> None:
    await imports(*SETTING, price("g1", "100"), price("g2", "200"))
    before = await shop("select changed_at from fondaco.price_row order by price")
    run = await imports(*SETTING, price("g1", "100"), price("g2", "210"))
    after = await shop("select changed_at from fondaco.price_row order by price")
    assert run.counts["prices.changed"] == 1
    assert before[0] == after[0] and before[1] != after[1]


async def test_a_named_price_replaces_the_tiers_of_its_list_and_no_others(
    imports: Imports, shop: Shop
) -> None:
    await imports(
        *SETTING,
        price_list("vip"),
        price("g1", "100"),
        price("g1", "90", from_quantity=10),
        price("g1", "80", "vip"),
        price("g2", "200"),
    )
    run = await imports(offers(), price("g1", "101"), price("g2", None))
    assert await shop(PRICES) == [("g1", "opt", 0, 101), ("g1", "vip", 0, 80)]
    assert (run.counts["prices.changed"], run.counts["prices.removed"]) == (1, 2)


async def test_a_full_package_removes_what_its_offers_no_longer_have_in_its_lists(
    imports: Imports, shop: Shop
) -> None:
    await imports(
        *SETTING,
        price_list("vip"),
        price_list("web"),
        goods("g3"),
        *(price(g, "10", o) for g in ("g1", "g2", "g3") for o in ("opt", "vip", "web")),
    )
    await imports(offers(full=True), price("g1", "10"), price("g2", "10"), price("g2", "10", "vip"))
    assert [(g, o) for g, o, _, _ in await shop(PRICES)] == [
        ("g1", "opt"),
        ("g1", "web"),
        ("g2", "opt"),
        ("g2", "vip"),
        ("g2", "web"),
        ("g3", "opt"),
        ("g3", "vip"),
        ("g3", "web"),
    ]


async def test_what_cannot_be_used_is_reported_and_the_rest_goes_on(
    imports: Imports, shop: Shop
) -> None:
    run = await imports(
        *SETTING,
        price("g1", "100", row=1),
        price("nowhere", "1", row=2),
        price("g1", "1", "nowhere", row=3),
        price("g2", "1", currency="USD", row=4),
        price("g2", "1", vat_included=False, from_quantity=2, row=5),
        price("g2", "-1", row=6),
        price("g2", "NaN", row=7),
        price("g2", "1", factor=Decimal(0), row=8),
        price_list("eur", currency="euro"),
    )
    assert sorted(await shop("select row_number, code from fondaco.import_refusal")) == [
        (2, "price.product_unknown"),
        (3, "price.list_unknown"),
        (4, "price.currency_differs"),
        (5, "price.vat_differs"),
        (5, "price_list.currency_unknown"),
        (6, "price.unreadable"),
        (7, "price.unreadable"),
        (8, "price.unreadable"),
    ]
    assert run.counts["refused"] == 8
    assert await shop(PRICES) == [("g1", "opt", 0, 100)]


async def test_a_list_in_a_new_currency_shows_no_old_price(imports: Imports, shop: Shop) -> None:
    await imports(*SETTING, price("g1", "100"), price("g2", "200"))
    await imports(offers(), price_list(currency="USD"), price("g1", "2", currency="USD"))
    assert await shop(PRICES) == [("g1", "opt", 0, 2)]
    assert await shop.report() == [("price_list.currency_changed", "opt")]


async def test_a_list_of_articles_sets_prices_and_says_which_article_is_not_one_product(
    imports: Imports, shop: Shop
) -> None:
    await imports(*SETTING, goods("g3", sku="A 2"))
    await imports(
        price_list("vip"),
        price("sku:а-1", "70", "vip", row=1),
        price("sku:A2", "70", "vip", row=2),
        price("sku:Z", "70", "vip", row=3),
        price("g1", "75", "vip", row=4),
        importer="list",
    )
    assert await shop(PRICES) == [("g1", "vip", 0, 75)]
    assert await shop.report() == [
        ("price.product_ambiguous", "sku:A2"),
        ("price.product_unknown", "sku:Z"),
    ]
