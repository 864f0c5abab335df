"""Goods become products; a snapshot takes off sale what it lacks; no row is written twice."""

from decimal import Decimal

from fondaco_sdk.types.records import (
    AttributeKind,
    AttributeRecord,
    CategoryRecord,
    PackageRecord,
    ProductRecord,
    Section,
    UnitRecord,
)

from .conftest import Imports, Shop
from .said import catalog, goods, offers, variant

CLASSIFIER = PackageRecord(row=1, section=Section.CLASSIFIER, full=True, catalog_id="catalog-1")


async def test_goods_become_products_with_all_that_is_said_of_them(
    imports: Imports, shop: Shop
) -> None:
    run = await imports(
        CLASSIFIER,
        UnitRecord(row=2, code="006", name="м", full_name="Метр"),
        CategoryRecord(row=3, external_id="c1", name="Крепёж"),
        CategoryRecord(row=4, external_id="c2", name="Болты", parent_external_id="c1"),
        AttributeRecord(row=5, external_id="d", name="Диаметр", kind=AttributeKind.NUMBER),
        AttributeRecord(
            row=6,
            external_id="t",
            name="Тип",
            kind=AttributeKind.OPTION,
            options={"o1": "Шестигранный"},
        ),
        catalog(full=True),
        goods(
            "g1",
            "Болт М8",
            sku="ам-104.5 в",
            code="00-017",
            barcodes=("4600000000017", "4600000000017"),
            unit_code="006",
            packs=(("778", "упак", Decimal("100.0")),),
            multiple=Decimal(10),
            vat="10",
            brand="Метиз",
            category_external_ids=("c2",),
            attributes={"d": ("1 008,50",), "t": ("o1",), "x": ()},
        ),
    )

    assert run.counts["products.added"] == 1 and not await shop.report()
    assert await shop(
        "select p.name, p.sku, p.unit_code, p.multiple, p.packs, p.vat, p.brand, c.name,"
        " u.name, p.attributes, p.active from fondaco.product p"
        " join fondaco.category c on c.id = p.category_id"
        " join fondaco.category u on u.id = c.parent_id"
    ) == [
        (
            "Болт М8",
            "ам-104.5 в",
            "006",
            10,
            [{"name": "упак", "factor": "100"}],
            "10",
            "Метиз",
            "Болты",
            "Крепёж",
            {"d": 1008.5, "t": "Шестигранный"},
            True,
        )
    ]
    assert await shop("select kind, key from fondaco.product_code order by kind") == [
        ("barcode", "4600000000017"),
        ("erp", "00017"),
        ("sku", "AM1045B"),
    ]
    assert await shop("select codes, words from fondaco.search_document") == [
        ("00017 4600000000017 AM1045B", "болт м8 метиз болты")
    ]


async def test_the_same_file_again_changes_nothing(imports: Imports, shop: Shop) -> None:
    records = (
        CLASSIFIER,
        CategoryRecord(row=2, external_id="c1", name="Крепёж"),
        catalog(full=True),
        goods("g1", sku="A-1", weight_kg=Decimal("0.5"), images=("a.jpg",), unit_name="бухта"),
        goods("g2", characteristics=(("Цвет", "белый"),)),
        offers(full=True),
        variant("g1", barcodes=("46",), multiple=Decimal("2.5")),
        variant("g2#1", characteristics=(("Размер", "42"),), attributes={"a": ("1", "2")}),
    )
    await imports(*records)
    before = await shop("select id, changed_at, content_hash from fondaco.product order by id")

    run = await imports(*records)

    assert run.changed == 0
    assert await shop("select generation from fondaco.catalogue_state") == [1]
    assert before == await shop(
        "select id, changed_at, content_hash from fondaco.product order by id"
    )


async def test_a_snapshot_takes_off_sale_what_it_does_not_name(
    imports: Imports, shop: Shop
) -> None:
    foreign = PackageRecord(row=1, section=Section.CATALOG, full=True, catalog_id="other")
    await imports(catalog(full=True), goods("g1"), goods("g2"), foreign, goods("f1"))

    partial = await imports(catalog(), goods("g1", "Новое имя"))
    assert partial.counts["products.removed"] == 0

    full = await imports(catalog(full=True), goods("g1", "Новое имя"))
    assert full.counts["products.removed"] == 1 and full.counts["products.changed"] == 0
    active = "select external_id from fondaco.product where active order by external_id"
    assert await shop(active) == ["f1", "g1"]
    assert len(await shop("select 1 from fondaco.search_document")) == 2

    back = await imports(catalog(full=True), goods("g1", "Новое имя"), goods("g2"))
    assert back.counts["products.changed"] == 1
    assert await shop(active) == ["f1", "g1", "g2"]


async def test_what_is_deleted_goes_off_sale_and_keeps_its_row(
    imports: Imports, shop: Shop
) -> None:
    await imports(catalog(), goods("g1"))
    await imports(
        catalog(),
        ProductRecord(row=1, external_id="g1", deleted=True),
        ProductRecord(row=2, external_id="never-seen", deleted=True),
    )
    assert await shop("select external_id, name, active from fondaco.product") == [
        ("g1", "Болт", False)
    ]


async def test_what_is_not_mentioned_stays_and_what_is_empty_goes(
    imports: Imports, shop: Shop
) -> None:
    await imports(
        catalog(),
        goods("g1", sku="A-1", barcodes=("46",), brand="Метиз", weight_kg=Decimal(2)),
    )
    await imports(catalog(), ProductRecord(row=1, external_id="g1", brand="", weight_kg=None))
    assert await shop("select name, sku, brand, weight_kg from fondaco.product") == [
        ("Болт", "A-1", "", None)
    ]
    assert await shop("select value from fondaco.product_code order by 1") == ["46", "A-1"]


async def test_sizes_go_as_weights_do(imports: Imports, shop: Shop) -> None:
    of = "select length_cm, width_cm, height_cm from fondaco.product"
    whole = Decimal("120.5"), Decimal(30), Decimal(20)
    await imports(catalog(), goods("g1", length_cm=whole[0], width_cm=whole[1], height_cm=whole[2]))
    assert await shop(of) == [whole]
    await imports(catalog(), ProductRecord(row=1, external_id="g1", height_cm=None))
    assert await shop(of) == [(*whole[:2], None)]
    await imports(catalog(), goods("g1", length_cm=Decimal(-1), width_cm=Decimal(31)))
    assert await shop(of) == [(whole[0], Decimal(31), None)]
    assert await shop.report() == [("product.size_unreadable", "g1")]


async def test_goods_of_an_unknown_category_wait_for_it_in_its_place(
    imports: Imports, shop: Shop
) -> None:
    await imports(catalog(), goods("g1", category_external_ids=("c9",)))
    assert await shop.report() == [("category.unknown", "c9")]
    assert await shop("select name, active from fondaco.category") == [("", False)]

    await imports(CLASSIFIER, CategoryRecord(row=1, external_id="c9", name="Болты"))
    assert await shop(
        "select c.name, c.active from fondaco.product p"
        " join fondaco.category c on c.id = p.category_id"
    ) == [("Болты", True)]
    assert await shop("select words from fondaco.search_document") == ["болт болты"]


async def test_categories_in_a_loop_do_not_stop_the_import(imports: Imports, shop: Shop) -> None:
    await imports(
        CLASSIFIER,
        CategoryRecord(row=1, external_id="a", name="А", parent_external_id="b"),
        CategoryRecord(row=2, external_id="b", name="Б", parent_external_id="a"),
        CategoryRecord(row=3, external_id="c", name="В", parent_external_id="b"),
    )
    assert await shop.report() == [("category.loop", "a"), ("category.loop", "b")]
    assert await shop(
        "select c.external_id, p.external_id from fondaco.category c"
        " left join fondaco.category p on p.id = c.parent_id order by 1"
    ) == [("a", None), ("b", None), ("c", "b")]


async def test_a_list_of_articles_finds_its_products(imports: Imports, shop: Shop) -> None:
    await imports(catalog(), goods("g1", "Фильтр", sku="LF-3032"), goods("g2", sku="X 1"))
    await imports(
        goods("sku:lf 3032", "Фильтр масляный"),
        goods("sku:NEW-1", "Новый", sku="NEW-1"),
        importer="list",
    )
    assert await shop("select external_id, name from fondaco.product order by 1") == [
        ("g1", "Фильтр масляный"),
        ("g2", "Болт"),
        ("sku:NEW1", "Новый"),
    ]


async def test_changed_products_are_told_in_one_event_a_batch(imports: Imports, shop: Shop) -> None:
    await imports(catalog(), goods("g1"), goods("g2"))
    await imports(catalog(), goods("g1"), goods("g2", "Другое"))
    [first, second] = await shop("select payload from fondaco.outbox order by id")
    assert [len(first["product_ids"]), len(second["product_ids"])] == [2, 1]
    assert [first["generation"], second["generation"]] == [1, 2]
