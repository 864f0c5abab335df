"""The four warehouses and what lies in them."""

from random import Random

from msgspec import Struct

from fondaco.demo.ids import guid


class Warehouse(Struct, frozen=True):
    """A warehouse of the accounting system; `share`: percent of the goods it holds.

    `timezone` is an IANA name; the exchange does not carry it.
    """

    external_id: str
    name: str
    address: str
    timezone: str
    share: int


WAREHOUSES = (
    Warehouse(
        guid("warehouse", "moscow"),
        "Москва",
        "142715, Московская обл, Ленинский г.о., п Развилка, Складской проезд, д 4",
        "Europe/Moscow",
        100,
    ),
    Warehouse(
        guid("warehouse", "petersburg"),
        "Санкт-Петербург",
        "196626, г Санкт-Петербург, п Шушары, Новгородский пр-кт, д 31",
        "Europe/Moscow",
        45,
    ),
    Warehouse(
        guid("warehouse", "yekaterinburg"),
        "Екатеринбург",
        "620024, Свердловская обл, г Екатеринбург, ул Бисертская, д 132",
        "Asia/Yekaterinburg",
        38,
    ),
    Warehouse(
        guid("warehouse", "novosibirsk"),
        "Новосибирск",
        "630088, г Новосибирск, ул Петухова, д 67",
        "Asia/Novosibirsk",
        30,
    ),
)

_OUT_OF_STOCK = 0.12
_ONLY_IN_MOSCOW = 0.25
_MISCOUNTED = 0.002


def stock_of(wholesale: int, divisible: bool, multiple: int, chance: Random) -> tuple[int, ...]:
    """Thousandths of the base unit in each warehouse, in the order of `WAREHOUSES`.

    Dear goods lie in ones, cheap ones in thousands; some are nowhere, some only in Moscow. A few
    balances are below zero, as they are where a sale was entered before the receipt.
    """
    fate = chance.random()
    if fate < _OUT_OF_STOCK:
        return (0,) * len(WAREHOUSES)
    typical = min(max(4_000_000 // wholesale, 6), 20_000)
    held = [
        _held(typical * house.share // 100, divisible, multiple, chance) for house in WAREHOUSES
    ]
    if fate < _OUT_OF_STOCK + _ONLY_IN_MOSCOW:
        held[1:] = [0] * (len(WAREHOUSES) - 1)
    if chance.random() < _MISCOUNTED:
        held[chance.randrange(len(WAREHOUSES))] = -1000 * chance.randint(1, 6)
    return tuple(held)


def _held(typical: int, divisible: bool, multiple: int, chance: Random) -> int:
    if chance.random() < 0.1:
        return 0
    luck = chance.randrange(1000)
    quantity = typical * 3 * luck * luck // 1000
    if divisible:
        return quantity // 100 * 100
    return quantity // (1000 * multiple) * 1000 * multiple
