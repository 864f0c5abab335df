"""Goods with variants are a family; each variant has its own and inherits the rest."""

from decimal import Decimal

from fondaco_sdk.types.records import ProductRecord

from .conftest import Imports, Shop
from .said import catalog, goods, offers, variant

SALE = "select external_id, name, sku, brand from fondaco.product where active order by 1"


async def test_variants_are_sold_and_their_goods_are_not(imports: Imports, shop: Shop) -> None:
    await imports(
        catalog(full=True),
        goods("g", "Гантель", sku="G", brand="Сила", attributes={"m": ("сталь",)}),
        offers(full=True),
        variant("g#1", sku="G-1", characteristics=(("Вес", "1 кг"),)),
        variant("g#2", name="Гантель два", barcodes=("462",)),
    )
    assert await shop(SALE) == [
        ("g#1", "Гантель (1 кг)", "G-1", "Сила"),
        ("g#2", "Гантель два", "G", "Сила"),
    ]
    assert await shop("select name, external_id from fondaco.family") == [("Гантель", "g")]
    assert await shop("select attributes from fondaco.product where external_id = 'g#1'") == [
        {"m": "сталь", "name:Вес": "1 кг"}
    ]
    assert await shop("select name from fondaco.attribute") == ["Вес"]


async def test_a_change_of_the_goods_reaches_variants_but_not_what_they_said_themselves(
    imports: Imports, shop: Shop
) -> None:
    await imports(catalog(), goods("g", "Гантель", sku="G"), offers(), variant("g#1", sku="G-1"))
    await imports(catalog(), goods("g", "Гантель литая", sku="GG", brand="Сила"))
    assert await shop(SALE) == [("g#1", "Гантель литая", "G-1", "Сила")]


async def test_a_new_variant_inherits_from_goods_of_an_earlier_import(
    imports: Imports, shop: Shop
) -> None:
    await imports(catalog(), goods("g", "Гантель", brand="Сила", images=("g.jpg",)))
    assert [row[0] for row in await shop(SALE)] == ["g"]

    await imports(offers(), variant("g#1", sku="G-1", multiple=Decimal(2)))
    assert await shop(SALE) == [("g#1", "Гантель", "G-1", "Сила")]
    assert await shop("select source_path from fondaco.product_image order by product_id") == [
        "g.jpg",
        "g.jpg",
    ]


async def test_a_snapshot_of_offers_takes_off_the_variant_it_does_not_name(
    imports: Imports, shop: Shop
) -> None:
    await imports(catalog(full=True), goods("g"), offers(full=True), variant("g#1"), variant("g#2"))
    await imports(catalog(full=True), goods("g"), offers(full=True), variant("g#2"))
    assert [row[0] for row in await shop(SALE)] == ["g#2"]

    await imports(catalog(full=True), goods("g"))
    assert [row[0] for row in await shop(SALE)] == ["g#2"]


async def test_goods_that_go_take_their_variants_with_them(imports: Imports, shop: Shop) -> None:
    await imports(catalog(full=True), goods("g"), goods("h"), offers(), variant("g#1"))
    await imports(catalog(full=True), goods("h"))
    assert [row[0] for row in await shop(SALE)] == ["h"]

    await imports(catalog(), goods("g"), offers(), variant("g#1"))
    assert [row[0] for row in await shop(SALE)] == ["g#1", "h"]

    await imports(catalog(), ProductRecord(row=1, external_id="g", deleted=True))
    assert [row[0] for row in await shop(SALE)] == ["h"]


async def test_an_offer_without_goods_is_refused(imports: Imports, shop: Shop) -> None:
    await imports(
        offers(), variant("nowhere#1", name="Болт"), variant("gone", row=21, name="Гайка")
    )
    assert await shop.report() == [
        ("offer.product_unknown", "nowhere#1"),
        ("offer.product_unknown", "gone"),
    ]
    assert not await shop("select 1 from fondaco.product")
