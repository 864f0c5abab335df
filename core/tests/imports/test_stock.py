"""Stock: by place or in total, gross or free; what a full package does not name is nothing."""

from collections.abc import Sequence

import msgspec

from fondaco.hooks.hall import Hall
from fondaco.settings import Stock
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.records import ImportRecord, PlaceRecord

from .conftest import Imports, Shop
from .said import catalog, goods, offers, stock

STOCK = (
    "select g.external_id, p.external_id, s.on_hand::int from fondaco.stock_row s"
    " join fondaco.product g on g.id = s.product_id join fondaco.place p on p.id = s.place_id"
    " order by 1, 2"
)


def setting(full: bool = True) -> Sequence[ImportRecord]:
    """Two products and two warehouses."""
    places = (PlaceRecord(row=2, external_id=f"w{n}", name=f"Склад {n}") for n in (1, 2))
    return (catalog(), goods("g1", sku="A-1"), goods("g2"), offers(full=full), *places)


async def test_stock_stands_by_place_and_what_differs_is_written(
    imports: Imports, shop: Shop
) -> None:
    await imports(*setting(), stock("g1", "5"), stock("g1", "7", "w2"), stock("g2", "0"))
    assert await shop(STOCK) == [("g1", "w1", 5), ("g1", "w2", 7)]
    run = await imports(*setting(), stock("g1", "5"), stock("g1", "8", "w2"), stock("g2", "0"))
    assert run.counts["stock.changed"] == 1
    assert await shop(STOCK) == [("g1", "w1", 5), ("g1", "w2", 8)]
    assert await shop("select reported_at is not null from fondaco.place") == [True, True]


async def test_a_full_package_empties_what_it_does_not_name_in_its_places(
    imports: Imports, shop: Shop
) -> None:
    await imports(*setting(), stock("g1", "5"), stock("g1", "7", "w2"), stock("g2", "3"))
    await imports(PlaceRecord(row=1, external_id="partner", name="П"), importer="partner")
    await imports(stock("g1", "9", "partner"), importer="partner")

    await imports(*setting(full=False), stock("g1", "6"))
    assert await shop(STOCK) == [
        ("g1", "partner", 9),
        ("g1", "w1", 6),
        ("g1", "w2", 7),
        ("g2", "w1", 3),
    ]
    await imports(*setting(), stock("g1", "6"))
    assert await shop(STOCK) == [
        ("g1", "partner", 9),
        ("g1", "w1", 6),
        ("g1", "w2", 0),
        ("g2", "w1", 0),
    ]


async def test_a_package_of_prices_only_empties_nothing(imports: Imports, shop: Shop) -> None:
    await imports(*setting(), stock("g1", "5"))
    await imports(*setting())
    assert await shop(STOCK) == [("g1", "w1", 5)]


async def test_a_total_is_not_counted_beside_the_places(imports: Imports, shop: Shop) -> None:
    await imports(*setting(False), stock("g1", "5", None), stock("g2", "4", None))
    assert await shop("select name from fondaco.place where external_id = 'default'") == [
        "Основной склад"
    ]
    await imports(*setting(False), stock("g1", "3"))
    assert await shop(STOCK) == [("g1", "default", 0), ("g1", "w1", 3), ("g2", "default", 4)]
    await imports(*setting(False), stock("g1", "2", None))
    assert await shop(STOCK) == [("g1", "default", 2), ("g1", "w1", 0), ("g2", "default", 4)]


async def test_negative_stock_is_kept_and_remarked(imports: Imports, shop: Shop) -> None:
    run = await imports(*setting(), stock("g1", "-3"), stock("g2", "1", "w9"), stock("x", "1"))
    assert await shop(STOCK) == [("g1", "w1", -3)]
    assert sorted(await shop.report()) == [
        ("stock.negative", "g1"),
        ("stock.place_unknown", "g2"),
        ("stock.product_unknown", "x"),
    ]
    assert (run.counts["refused"], run.counts["warnings"]) == (2, 1)


async def test_a_list_of_articles_sets_stock(imports: Imports, shop: Shop) -> None:
    await imports(*setting())
    await imports(stock("sku:a1", "12"), stock("sku:A-1", "13", "w2"), importer="list")
    assert await shop(STOCK) == [("g1", "w1", 12), ("g1", "w2", 13)]


async def test_what_the_erp_has_taken_off_is_not_taken_off_twice(
    imports: Imports, shop: Shop, hall: Hall, wholesaler: Wholesaler
) -> None:
    """Of a confirmed order 4 are held; of one that the ERP does not know yet 2 more."""
    await imports(*setting(), stock("g1", "10"))
    await _reserve(shop, wholesaler, confirmed=4, placed=2)
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports="free"))

    run = await imports(*setting(), stock("g1", "6"))

    assert run.counts["stock.changed"] == 0
    assert await shop("select on_hand - reserved from fondaco.stock_row") == [4]


async def test_what_people_confirmed_the_erp_need_not_know(
    imports: Imports, shop: Shop, hall: Hall, wholesaler: Wholesaler
) -> None:
    await imports(*setting(), stock("g1", "10"))
    await _reserve(shop, wholesaler, confirmed=4)
    await shop.do("update fondaco.order_entry set user_id = 1")
    hall.settings = msgspec.structs.replace(hall.settings, stock=Stock(erp_reports="free"))

    await imports(*setting(), stock("g1", "10"))

    assert await shop("select on_hand - reserved from fondaco.stock_row") == [6]


async def test_gross_stock_is_what_is_on_hand(
    imports: Imports, shop: Shop, wholesaler: Wholesaler
) -> None:
    await imports(*setting(), stock("g1", "10"))
    await _reserve(shop, wholesaler, confirmed=4)
    await imports(*setting(), stock("g1", "9"))
    assert await shop("select on_hand, reserved from fondaco.stock_row") == [(9, 4)]


async def _reserve(shop: Shop, wholesaler: Wholesaler, **held: int) -> None:
    """An order of each state that holds so many of the only stock row."""
    lists = [await wholesaler.price_list()]
    buyer = (await wholesaler.company("Ромашка", await wholesaler.seller(), lists)).customer
    for state, quantity in held.items():
        await shop.do(
            f"""
            with o as (
                insert into fondaco.customer_order (uuid, number, company_id, legal_entity_id,
                       agreement_id, seller_id, state, currency, total, vat_total)
                values (gen_random_uuid(), '{state}', {buyer.company_id}, {buyer.legal_entity_id},
                        {buyer.agreement_id}, {buyer.seller_id}, '{state}', 'RUB', 1, 0)
                returning id, seller_id
            ), e as (
                insert into fondaco.order_entry (order_id, kind)
                select id, 'state.{state}' from o where '{state}' <> 'placed'
            ), s as (
                insert into fondaco.shipment (uuid, order_id, seller_id)
                select gen_random_uuid(), id, seller_id from o returning id, order_id
            ), l as (
                insert into fondaco.order_line (uuid, order_id, shipment_id, position, product_id,
                       name, quantity, unit_price, total, vat, vat_rate, vat_amount)
                select gen_random_uuid(), s.order_id, s.id, 1, r.product_id, '', {quantity}, 1, 1,
                       '22', 22, 0 from s, fondaco.stock_row r
                returning id
            ), v as (
                insert into fondaco.reservation (stock_id, order_line_id, quantity)
                select r.id, l.id, {quantity} from l, fondaco.stock_row r
            )
            update fondaco.stock_row set reserved = reserved + {quantity}
            """
        )
