"""The price types of the house and what a product costs in each."""

from random import Random

from msgspec import Struct

from fondaco.demo.ids import guid

KOPECKS_PER_DOLLAR = 8_460
VAT_PERCENT = 22


class PriceType(Struct, frozen=True):
    """A price type of the accounting system; `currency` is ISO 4217."""

    external_id: str
    name: str
    currency: str
    vat_included: bool


RETAIL = PriceType(guid("price-type", "retail"), "Розничная", "RUB", True)
WHOLESALE = PriceType(guid("price-type", "wholesale"), "Оптовая", "RUB", True)
DEALER = PriceType(guid("price-type", "dealer"), "Дилерская", "RUB", True)
EXPORT = PriceType(guid("price-type", "export"), "Экспорт USD", "USD", False)

PRICE_TYPES = (RETAIL, WHOLESALE, DEALER, EXPORT)


class Price(Struct, frozen=True):
    """Minor units (kopecks, cents) for one base unit, from `min_quantity` units on; 0: no price."""

    type: PriceType
    minor: int
    min_quantity: int = 0


def prices_of(market: int, level: int, pack: int, chance: Random) -> tuple[Price, ...]:
    """All prices of a product.

    `market`: kopecks retail of an average maker; `level`: this maker's percent of it; `pack`:
    pieces in a pack, 0 where there is none. A few products have no dealer or no export price, and
    very few a retail price of zero, as a price list that nobody looked after has.
    """
    retail = _shelf_price(market * level * chance.randint(94, 106) // 10_000)
    wholesale = max(retail * chance.randint(76, 84) // 100, 1)
    dealer = max(wholesale * chance.randint(87, 93) // 100, 1)
    prices = [Price(RETAIL, retail if chance.random() > 0.003 else 0), Price(WHOLESALE, wholesale)]
    if pack and chance.random() < 0.6:
        prices.append(Price(WHOLESALE, wholesale * 97 // 100, pack))
        prices.append(Price(WHOLESALE, wholesale * 94 // 100, pack * 5))
    if chance.random() > 0.04:
        prices.append(Price(DEALER, dealer))
    cents = dealer * 100 * 100 // ((100 + VAT_PERCENT) * KOPECKS_PER_DOLLAR)
    if cents and chance.random() > 0.15:
        prices.append(Price(EXPORT, cents))
    return tuple(prices)


def _shelf_price(kopecks: int) -> int:
    """Rounded as a price tag is: to 10 rubles, to a ruble, to half a ruble, to 10 kopecks."""
    for least, step in ((500_000, 1000), (20_000, 100), (2_000, 50)):
        if kopecks >= least:
            return kopecks // step * step
    return max(kopecks // 10 * 10, 10)
