"""The stock and the prices of 1C: what it has exported once, and what has come and gone since."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fondaco_erp_1c.commerceml import read_package
from fondaco_erp_1c.sim import prices
from fondaco_erp_1c.sim.books import Books, Impossible
from fondaco_erp_1c.sim.letters import write
from fondaco_erp_1c.sim.told import Told
from fondaco_sdk.types.records import (
    PlaceRecord,
    PriceListRecord,
    PriceRecord,
    ProductRecord,
    Record,
    StockRecord,
    VariantRecord,
)

STOCK = "erp.stock"
# Books that were begun before they held price lists have them added.
_OPENED = "goods and price lists"
_LOT_EVERY, _PRICE_EVERY, _PRODUCTS = 4, 3, 3


def open_goods(books: Books, package: Path) -> None:
    """Remember the package that the portal was filled with; once."""
    if books.fact(_OPENED):
        return
    found: dict[type[Record], list[Any]] = {}
    for _, records in read_package(package):
        for record in records:
            found.setdefault(type(record), []).append(record)
    goods = _goods(found.get(ProductRecord, ()), found.get(VariantRecord, ()))
    prices_found = [
        (one.offer_external_id, one.price_list_external_id, f"{one.min_quantity:f}", str(one.price))
        for one in found.get(PriceRecord, ())
        if one.price is not None and one.factor == 1
    ]
    with books.together() as base:
        base.executemany("insert or ignore into goods values (?, ?, ?)", goods)
        base.executemany(
            "insert or ignore into price_list values (?, ?, ?)",
            [
                (one.external_id, one.currency, one.vat_included is not False)
                for one in found.get(PriceListRecord, ())
            ],
        )
        base.executemany("insert or ignore into priced values (?, ?, ?, ?, 1)", prices_found)
        base.executemany(
            "insert or ignore into stock values (?, ?, ?)",
            [
                (one.offer_external_id, one.place_external_id, str(one.quantity))
                for one in found.get(StockRecord, ())
                if one.place_external_id and not one.lot
            ],
        )
        base.executemany(
            "insert or ignore into place values (?, ?)",
            [(one.external_id, one.name) for one in found.get(PlaceRecord, ())],
        )
        books.note(_OPENED, "yes")


def _goods(
    products: Sequence[ProductRecord], variants: Sequence[VariantRecord]
) -> Sequence[tuple[str, str, str]]:
    """Id, article and percent of VAT of each product and each offer."""
    known: dict[str, tuple[str, str]] = {}
    for one in products:
        vat = str(one.vat or "0")
        known[one.external_id] = (str(one.sku or ""), vat if vat.isdecimal() else "0")
    for offer in variants:
        sku, vat = known.get(offer.product_external_id, ("", "0"))
        known[offer.external_id] = (str(offer.sku or sku), vat)
    return [(id, sku, vat) for id, (sku, vat) in known.items()]


def reprice(books: Books, sku: str, percent: Decimal) -> int:
    """All prices of an article go up by so many percent, or down; in how many lists.

    The portal hears of it when it asks, or with the next `trade`.
    """
    with books.together() as base:
        product = _product(books, sku)
        rows = base.execute(
            "select distinct list from priced where product = ? and now", (product,)
        ).fetchall()
        for (price_list,) in rows:
            prices.scale(books, product, price_list, 100 + percent)
            _unsaid(books, prices.PRICES, product, price_list)
    return len(rows)


def count(books: Books, sku: str, quantity: Decimal) -> int:
    """Each warehouse has so much of an article; how many warehouses. Heard of as `reprice` is."""
    with books.together() as base:
        product = _product(books, sku)
        places = [row[0] for row in base.execute("select id from place order by id")]
        for place in places:
            base.execute(
                "insert or replace into stock values (?, ?, ?)", (product, place, str(quantity))
            )
            _unsaid(books, STOCK, product, place)
    return len(places)


def _product(books: Books, sku: str) -> str:
    with books.together() as base:
        row = base.execute(
            "select product from goods where sku = ? order by length(product) desc limit 1", (sku,)
        ).fetchone()
    if row is None:
        raise Impossible(f"there is no article {sku!r}")
    return str(row[0])


def _unsaid(books: Books, name: str, product: str, at: str) -> None:
    with books.together() as base:
        base.execute("insert or ignore into unsaid values (?, ?, ?)", (name, product, at))


def _export(books: Books, now: datetime) -> int:
    """Write to the portal what it has not been told; how many things."""
    with books.together() as base:
        rows = base.execute("select name, product, at from unsaid order by name, product, at")
        found = rows.fetchall()
        for name, product, at in found:
            if name == STOCK:
                _move(books, product, at, Decimal(0), now)
            else:
                prices.tell(books, product, at, now)
        base.execute("delete from unsaid")
    return len(found)


def ship(books: Books, one: Told, now: datetime) -> None:
    """The goods of a document leave their place; the portal is told what is left."""
    with books.together() as base:
        row = base.execute(
            "select id from place where id = ? or name = ?", (one.place, one.place)
        ).fetchone()
        if row is None:
            return
        for line in one.lines:
            _move(books, line.product, str(row[0]), -line.quantity, now)


def trade(books: Books, seed: int, now: datetime) -> int:
    """A turn of 1C's other business: sales elsewhere, receipts, now and then a price and a lot.

    What has not been exported is told with it. The same for the same seed and number of the turn.
    How many things have changed.
    """
    with books.together():
        number = int(books.fact("turn") or 0) + 1
        books.note("turn", str(number))
        chance = random.Random(f"{seed}:turn:{number}")
        done = _export(books, now)
        done += sum(_sale_or_receipt(books, chance, now) for _ in range(_PRODUCTS))
        if number % _PRICE_EVERY == 0:
            done += _reprice(books, chance, now)
        if number % _LOT_EVERY == 0:
            done += _order_lot(books, chance, number, now)
        return done


def _sale_or_receipt(books: Books, chance: random.Random, now: datetime) -> int:
    with books.together() as base:
        rows = base.execute(
            "select product, place, quantity from stock"
            " where cast(quantity as real) >= 10 order by product, place"
        ).fetchall()
        if not rows:
            return 0
        product, place, quantity = rows[chance.randrange(len(rows))]
        part = Decimal(int(Decimal(quantity) * chance.randint(2, 10) / 100) or 1)
        _move(books, product, place, part if chance.random() < 0.3 else -part, now)
    return 1


def _reprice(books: Books, chance: random.Random, now: datetime) -> int:
    with books.together() as base:
        rows = base.execute(
            "select distinct product, list from priced where now order by product, list"
        ).fetchall()
        if not rows:
            return 0
        product, price_list = rows[chance.randrange(len(rows))]
        prices.scale(books, product, price_list, Decimal(100 + chance.choice((-3, -2, 2, 3))))
        prices.tell(books, product, price_list, now)
    return 1


def _order_lot(books: Books, chance: random.Random, number: int, now: datetime) -> int:
    with books.together() as base:
        rows = base.execute("select product, place from stock order by product, place").fetchall()
        if not rows:
            return 0
        product, place = rows[chance.randrange(len(rows))]
        record = {
            "product": product,
            "place": place,
            "lot": f"ПТ-{number:06}",
            "arrives_on": (now + timedelta(days=chance.randint(3, 14))).date().isoformat(),
            "quantity": str(chance.randint(2, 20) * 10),
            "at": now.isoformat(),
        }
        write(books, "erp.lots", f"{product}@{place}", record, at=now)
    return 1


def _move(books: Books, product: str, place: str, quantity: Decimal, now: datetime) -> None:
    with books.together() as base:
        row = base.execute(
            "select quantity from stock where product = ? and place = ?", (product, place)
        ).fetchone()
        left = (Decimal(row[0]) if row else Decimal(0)) + quantity
        base.execute("insert or replace into stock values (?, ?, ?)", (product, place, str(left)))
        record: Mapping[str, str] = {
            "product": product,
            "place": place,
            "quantity": str(left),
            "at": now.isoformat(),
        }
        write(books, STOCK, f"{product}@{place}", record, at=now)
