"""The price lists of 1C: what goods cost now, and what they ever cost."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from msgspec import Struct

from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.letters import write

PRICES = "erp.prices"
_KOPECK = Decimal("0.01")


class Listed(Struct, frozen=True):
    """A price of a base unit in a list, from `min_quantity` base units on; VAT is included.

    `now`: it is the price; else it was one.
    """

    list: str
    currency: str
    min_quantity: Decimal
    price: Decimal
    now: bool


def listed(books: Books, products: Iterable[str]) -> Mapping[str, Sequence[Listed]]:
    """All prices of goods that 1C has, by product; one without a price is there too."""
    with books.together() as base:
        rows = base.execute(
            "select g.product, p.list, l.currency, p.min_quantity, p.price, p.now,"
            " case when l.vat_included then '0' else g.vat end"
            " from goods g left join priced p on p.product = g.product"
            " left join price_list l on l.id = p.list"
            " where g.product in (select value from json_each(?))",
            (msgspec.json.encode(list(products)).decode(),),
        ).fetchall()
    found: dict[str, list[Listed]] = {}
    for product, price_list, currency, start, price, now, vat in rows:
        mine = found.setdefault(product, [])
        if currency:
            with_vat = _rounded(Decimal(price) * (100 + Decimal(vat or 0)) / 100)
            mine.append(Listed(price_list, currency, Decimal(start), with_vat, bool(now)))
    return found


def agreed(
    prices: Sequence[Listed], lists: Sequence[str], currency: str, quantity: Decimal
) -> Decimal | None:
    """What a base unit costs under these lists, of which the first that has a price counts."""
    for one in lists:
        tiers = [
            price
            for price in prices
            if price.now
            and (price.list, price.currency) == (one, currency)
            and price.min_quantity <= quantity
        ]
        if tiers:
            return max(tiers, key=lambda price: price.min_quantity).price
    return None


def scale(books: Books, product: str, price_list: str, percent: Decimal) -> None:
    """All tiers of a product in a list cost so many percent of what they did."""
    with books.together() as base:
        rows = base.execute(
            "select min_quantity, price from priced where product = ? and list = ? and now",
            (product, price_list),
        ).fetchall()
        base.execute(
            "update priced set now = 0 where product = ? and list = ?", (product, price_list)
        )
        for start, price in rows:
            changed = max(_rounded(Decimal(price) * percent / 100), _KOPECK)
            base.execute(
                "insert or replace into priced values (?, ?, ?, ?, 1)",
                (product, price_list, start, str(changed)),
            )


def tell(books: Books, product: str, price_list: str, now: datetime) -> None:
    """Write to the portal what the list says of the product, as a whole."""
    with books.together() as base:
        rows = base.execute(
            "select min_quantity, price from priced where product = ? and list = ? and now"
            " order by cast(min_quantity as real)",
            (product, price_list),
        ).fetchall()
    record: dict[str, object] = {"product": product, "price_list": price_list}
    if [start for start, _ in rows] == ["0"]:
        record["price"] = rows[0][1]
    else:
        record["tiers"] = [{"min_quantity": start, "price": price} for start, price in rows]
    write(books, PRICES, f"{product}@{price_list}", record, at=now)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_KOPECK, ROUND_HALF_UP)
