"""Products, prices, stock and lots as they change, by the rules of every import."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from fondaco.exchange.inbound import receive
from fondaco.exchange.staging import sweep
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.testing.erp import Erp

Rows = Callable[[str], Awaitable[list[tuple[Any, ...]]]]


@pytest.fixture
def rows(ask: AskContext) -> Rows:
    async def read(sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await ask.fetch(text(sql))]

    return read


@pytest.fixture
async def known(erp: Erp, owner: Callable[..., Awaitable[Any]], rows: Rows) -> tuple[str, str]:
    """The ERP's ids of the goods and the place of the fixtures."""
    await owner("update fondaco.product set external_id = 'ext-' || sku")
    await owner("update fondaco.place set external_id = 'W1'")
    return "ext-A-1", "ext-A-2"


STOCK = (
    "select p.sku, r.lot, r.on_hand from fondaco.stock_row r join fondaco.product p"
    " on p.id = r.product_id order by 1, 2"
)
PRICES = (
    "select p.sku, r.min_quantity, r.price from fondaco.price_row r join fondaco.product p"
    " on p.id = r.product_id order by 1, 2"
)
LEFT = (
    "select (select count(*) from fondaco.staging_stock)"
    " + (select count(*) from fondaco.staging_price) + (select count(*) from fondaco.staging_offer)"
    " + (select count(*) from fondaco.staging_stock_change)"
    " + (select count(*) from fondaco.staging_section)"
    " + (select count(*) from fondaco.import_run)"
)


async def test_stock_is_written_and_what_is_unknown_is_told(
    erp: Erp, known: tuple[str, str], rows: Rows
) -> None:
    answer = await erp.send(
        "stock",
        {"product": known[0], "place": "W1", "quantity": "7.5"},
        {"product": "nobody", "place": "W1", "quantity": "1"},
        {"product": known[1], "place": "W9", "quantity": "1"},
        {"product": known[1], "place": "W1", "quantity": "NaN"},
        {"product": "", "place": "W1", "quantity": "1"},
    )
    assert answer.accepted == 1
    assert answer.refused == [
        (1, "stock.product_unknown"),
        (2, "stock.place_unknown"),
        (3, "stock.unreadable"),
        (4, "erp.external_id"),
    ]
    assert all(answer.reasons)
    assert ("A-1", "", Decimal("7.500")) in await rows(STOCK)
    assert await rows(LEFT) == [(0,)]


async def test_an_article_names_a_product(erp: Erp, known: tuple[str, str], rows: Rows) -> None:
    await erp.all_of("stock", [{"product": "sku:a 1", "place": "W1", "quantity": 3}])
    assert ("A-1", "", Decimal("3.000")) in await rows(STOCK)


async def test_versions_decide_not_arrival(erp: Erp, known: tuple[str, str], rows: Rows) -> None:
    first, second = known
    await erp.all_of(
        "stock",
        [
            {"product": first, "place": "W1", "quantity": 5, "version": 5},
            {"product": first, "place": "W1", "quantity": 3, "version": 3},
            {"product": second, "place": "W1", "quantity": 9, "version": 9},
        ],
    )
    await erp.all_of("stock", [{"product": second, "place": "W1", "quantity": 8, "version": 8}])
    assert await rows(STOCK) == [
        ("A-1", "", Decimal("5.000")),
        ("A-2", "", Decimal("9.000")),
    ]
    await erp.all_of("stock", [{"product": second, "place": "W1", "quantity": 1, "version": 10}])
    assert ("A-2", "", Decimal("1.000")) in await rows(STOCK)


async def test_what_is_refused_leaves_no_version_behind(
    erp: Erp, known: tuple[str, str], rows: Rows, owner: Any
) -> None:
    record = {"product": known[0], "place": "W2", "quantity": 5, "version": 5}
    assert (await erp.send("stock", record)).refused == [(0, "stock.place_unknown")]
    await owner(
        "insert into fondaco.place (uuid, name, external_id)"
        " values (gen_random_uuid(), 'Тверь', 'W2')"
    )
    await erp.all_of("stock", [record])
    assert ("A-1", "", Decimal("5.000")) in await rows(STOCK)


async def test_prices_bring_their_tiers_and_take_the_others_away(
    erp: Erp, known: tuple[str, str], rows: Rows
) -> None:
    tiers = [{"min_quantity": 0, "price": "90"}, {"min_quantity": 10, "price": "80.5"}]
    await erp.all_of("prices", [{"product": known[0], "price_list": "L1", "tiers": tiers}])
    assert [row[1:] for row in await rows(PRICES) if row[0] == "A-1"] == [
        (Decimal(0), Decimal("90.0000")),
        (Decimal(10), Decimal("80.5000")),
    ]
    await erp.all_of("prices", [{"product": known[0], "price_list": "L1", "price": "95"}])
    assert [row[1:] for row in await rows(PRICES) if row[0] == "A-1"] == [
        (Decimal(0), Decimal("95.0000"))
    ]
    await erp.all_of("prices", [{"product": known[0], "price_list": "L1", "price": None}])
    assert [row for row in await rows(PRICES) if row[0] == "A-1"] == []
    answer = await erp.send(
        "prices",
        {"product": known[0], "price_list": "L9", "price": 1},
        {"product": known[0], "price_list": "L1", "price": 1, "currency": "EUR"},
        {"product": known[1], "price_list": "L1", "price": 1, "tiers": tiers},
        {"product": "nobody", "price_list": "L1", "price": 1},
    )
    assert answer.refused == [
        (0, "price.list_unknown"),
        (1, "price.currency_differs"),
        (2, "erp.price_and_tiers"),
        (3, "price.product_unknown"),
    ]


async def test_lots_are_expected_on_their_day(erp: Erp, known: tuple[str, str], rows: Rows) -> None:
    day = (datetime.now(UTC) + timedelta(days=10)).date()
    lot = {"product": known[0], "place": "W1", "lot": "CN-7", "arrives_on": str(day)}
    await erp.all_of("lots", [{**lot, "quantity": 40}])
    assert ("A-1", "CN-7", Decimal("40.000")) in await rows(STOCK)
    past = {**lot, "arrives_on": "2020-01-01", "quantity": 1}
    assert (await erp.send("lots", past)).refused == [(0, "stock.lot_past")]


async def test_a_product_changes_field_by_field_and_is_found_at_once(
    erp: Erp, known: tuple[str, str], rows: Rows
) -> None:
    await erp.all_of(
        "products",
        [
            {"external_id": known[0], "name": "Фильтр масляный", "version": 2},
            {"external_id": known[0], "brand": "Knecht", "version": 3},
            {"external_id": "new", "name": "Свеча", "sku": "SV-1", "vat": "22", "version": 1},
            {"external_id": "new#red", "goods": "new", "characteristics": {"Цвет": "красный"}},
        ],
    )
    assert await rows("select name, brand, active from fondaco.product where sku = 'A-1'") == [
        ("Фильтр масляный", "Knecht", True)
    ]
    assert await rows(
        "select name, active from fondaco.product where external_id like 'new%' order by id"
    ) == [("Свеча", False), ("Свеча (красный)", True)]
    # An older word on another field counts, one on the same does not.
    await erp.all_of(
        "products", [{"external_id": known[0], "name": "Старое", "country": "DE", "version": 1}]
    )
    assert await rows("select name, country from fondaco.product where sku = 'A-1'") == [
        ("Фильтр масляный", "DE")
    ]
    assert await rows(
        "select count(*) from fondaco.search_document where words like '%масляный%'"
    ) == [(1,)]
    events = await rows("select type from fondaco.outbox")
    assert events == [("products.changed.v1",)] * 2
    assert await rows(LEFT) == [(0,)]


async def test_what_is_off_sale_stays_so_until_somebody_says_otherwise(
    erp: Erp, known: tuple[str, str], rows: Rows
) -> None:
    active = "select active, brand from fondaco.product where sku = 'A-1'"
    await erp.all_of("products", [{"external_id": known[0], "deleted": True}])
    assert (await rows(active))[0][0] is False
    await erp.all_of("products", [{"external_id": known[0], "brand": "Mann"}])
    assert await rows(active) == [(False, "Mann")]
    await erp.all_of("products", [{"external_id": known[0], "deleted": False}])
    assert await rows(active) == [(True, "Mann")]
    answer = await erp.send("products", {"external_id": "nameless", "brand": "X"})
    assert answer.refused == [(0, "product.name_missing")]


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("stock", {"place": "W1", "quantity": 5}),
        ("prices", {"price_list": "L1", "price": "77"}),
        ("products", {"brand": "Mann"}),
    ],
)
async def test_the_number_of_statements_does_not_depend_on_the_records(
    hall: Hall, erp: Erp, known: tuple[str, str], wholesaler: Any, owner: Any, sql_budget: Any,
    name: str, record: dict[str, Any],
) -> None:  # fmt: skip
    place = await wholesaler.place()
    await wholesaler.products(300, price_list=await wholesaler.price_list("Вторая"), place=place)
    await owner("update fondaco.product set external_id = 'p' || id")
    async with hall.database.reading.connect() as connection:
        ids = [
            row[0]
            for row in await connection.execute(
                text("select external_id from fondaco.product order by id limit 302")
            )
        ]
    key = "external_id" if name == "products" else "product"
    counts = []
    for some in (ids[:1], ids[1:301]):
        with sql_budget() as count:
            report = await receive(hall, f"erp.{name}", [{key: id_, **record} for id_ in some])
        assert report.accepted == len(some)
        counts.append(count.number)
    assert counts[0] == counts[1]


async def test_what_passed_through_the_staging_tables_is_swept_up_but_not_under_an_import(
    hall: Hall, erp: Erp, known: tuple[str, str], rows: Rows, owner: Any, monkeypatch: Any
) -> None:
    size = "select pg_relation_size('fondaco.staging_stock') > 0"
    monkeypatch.setattr(sweep, "MOST_BYTES", 1)
    await erp.all_of("stock", [{"product": known[0], "place": "W1", "quantity": 5}])
    await owner("insert into fondaco.import_lease (run_id) values (7)")
    await sweep.clear_staging(hall)
    assert await rows(size) == [(True,)]
    await owner("update fondaco.import_lease set run_id = null")
    await sweep.clear_staging(hall)
    assert await rows(size) == [(False,)]


async def test_a_stock_report_is_true_of_its_moment(
    hall: Hall, erp: Erp, known: tuple[str, str], rows: Rows, owner: Any
) -> None:
    """What was shipped after the report was made is taken off, what was before is in it."""
    await owner(
        "insert into fondaco.reservation (stock_id, user_id, quantity, state, ended_at)"
        " select r.id, (select min(id) from fondaco.user_account), 2, 'taken',"
        " now() - interval '1 hour' from fondaco.stock_row r"
        " join fondaco.product p on p.id = r.product_id where p.sku = 'A-1'"
    )
    now = datetime.now(UTC)
    record = {"product": known[0], "place": "W1", "quantity": 10}
    await erp.all_of("stock", [{**record, "at": str(now - timedelta(minutes=30))}])
    assert ("A-1", "", Decimal("10.000")) in await rows(STOCK)
    await erp.all_of("stock", [{**record, "at": str(now - timedelta(hours=2))}])
    assert ("A-1", "", Decimal("8.000")) in await rows(STOCK)
    await erp.all_of("stock", [{**record, "at": str(now + timedelta(days=365))}])
    assert ("A-1", "", Decimal("10.000")) in await rows(STOCK)
