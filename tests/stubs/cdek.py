"""CDEK's API v2, as a server on this machine: well, or broken in one of many ways."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

from wire import Answered, Asked, listening

Mood = Literal[
    "well",
    "slow",
    "hang",
    "refusing",
    "500",
    "garbage",
    "half",
    "shape",
    "429",
    "account",
    "errors",
    "undecided",
    "lost",
    "invalid",
]

ACCOUNT, SECRET = "stub-account", "stub-secret"
MODES = {136: 4, 137: 3, 138: 2, 139: 1, 233: 3, 234: 4, 368: 7, 62: 5}
RATES = {136: 300, 137: 520, 138: 480, 139: 700, 233: 390, 234: 210, 368: 190, 62: 900}


def office(code: str, city: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    """An office as `deliverypoints` tells of it."""
    return {
        "code": code,
        "uuid": f"00000000-0000-4000-8000-{abs(hash(code)) % 10**12:012d}",
        "type": "PVZ",
        "name": f"{city}, {code}",
        "work_time": "Пн-Пт 09:00-20:00, Сб-Вс 10:00-18:00",
        "phones": [{"number": "+74950000000"}],
        "is_handout": True,
        "have_cashless": True,
        "have_cash": False,
        "allowed_cod": True,
        "weight_max": 30.0,
        "location": {
            "country_code": "RU",
            "region": city,
            "city": city,
            "city_code": 44,
            "postal_code": "101000",
            "longitude": lon,
            "latitude": lat,
            "address": f"ул. {code}, 1",
            "address_full": f"Россия, {city}, ул. {code}, 1",
        },
        **more,
    }


OFFICES = [
    office("MSK1", "Москва", 55.7558, 37.6173, nearest_metro_station="Лубянка"),
    office("MSK2", "Москва", 55.7000, 37.5000, weight_max=5.0, have_cashless=False),
    office("MSK3", "Москва", 55.8000, 37.7000, weight_max=None),
    office("TVR1", "Тверь", 56.8587, 35.9176),
    office("KHM1", "Химки", 55.8887, 37.4304),
]

SMALL, LARGE = (10, 40, 50), (40, 40, 60)
"""Cells of lockers: width, height, depth in centimetres."""


def locker(code: str, city: str, lat: float, lon: float, *cells: tuple[int, int, int]) -> Any:
    """A parcel locker as `deliverypoints` tells of it."""
    sizes = [dict(zip(("width", "height", "depth"), cell, strict=True)) for cell in cells]
    return office(
        code, city, lat, lon, type="POSTAMAT", weight_min=0.0, weight_max=15.0,
        work_time="Пн-Вс 00:00-23:59", **({"dimensions": sizes * 9} if sizes else {}),
    )  # fmt: skip


LOCKERS = [
    locker("MSKL1", "Москва", 55.7600, 37.6200, SMALL),
    locker("MSKL2", "Москва", 55.7700, 37.6300, SMALL, LARGE),
    locker("TVRL1", "Тверь", 56.8600, 35.9200, LARGE),
]


class Cdek:
    """The server; `mood` may change at any time. `asked` are paths with their bodies or queries.

    `forgets` makes it refuse the token once, as at the end of an hour; `ill` are answers of its own
    about some orders, by their uuid, and for parcels of `endless` grams it never tells a price.
    """

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.offices: list[dict[str, Any]] = list(OFFICES)
        self.prices = dict(RATES)
        self.orders: dict[str, dict[str, Any]] = {}
        """What was taken, by CDEK's uuid; `entity` and `requests` as it tells of them."""
        self.forgets = False
        self.status, self.code = 400, "v2_internal_error"
        """What the mood "undecided" answers."""
        self.endless: set[int] = set()
        self.ill: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.tokens = 0
        self.url = ""

    def calls(self, path: str) -> Sequence[Any]:
        """What was asked there."""
        return [said for asked, said in self.asked if asked == path]

    async def answer(self, asked: Asked) -> Answered | None:
        """Answer one request."""
        if self.mood == "refusing":
            return None
        if self.mood in ("hang", "slow"):
            await asyncio.sleep(30 if self.mood == "hang" else 0.6)
        if asked.path.endswith("tarifflist") and self._hangs_for(asked.json()):
            await asyncio.sleep(30)
        status, answer = self._answer(asked)
        if self.mood == "lost" and asked.path == "/v2/orders" and asked.body:
            return None
        return Answered(status, answer, headers={"retry-after": "7"})

    def _hangs_for(self, asked: dict[str, Any]) -> bool:
        return any(package["weight"] in self.endless for package in asked["packages"])

    def _answer(self, asked: Asked) -> tuple[int, bytes]:
        path = asked.path.removeprefix("/v2/")
        if self.mood == "500":
            return 500, b"<html>oops</html>"
        if self.mood == "garbage":
            return 200, b"\x00\xff{]"
        if self.mood == "429":
            return 429, b"{}"
        if path == "oauth/token":
            return self._token(asked)
        if (
            self.mood == "account"
            or self.forgets
            or asked.headers.get("authorization") != f"Bearer token-{self.tokens}"
        ):
            self.forgets = False
            return 401, b'{"errors":[{"code":"v2_token_expired"}]}'
        if self.mood == "half":
            return 200, b'{"tariff_codes":[{"tariff_code":136,'
        if self.mood == "shape":
            return 200, b'{"tariff_codes":{"tariff_code":"x"}}'
        if path == "calculator/tarifflist":
            self.asked.append((path, asked.json()))
            if self.mood == "undecided":
                return self.status, json.dumps({"errors": [{"code": self.code}]}).encode()
            return 200, json.dumps(self._tariffs(asked.json()), ensure_ascii=False).encode()
        if path.startswith("orders"):
            return self._orders(path, asked)
        self.asked.append((path, asked.query))
        size, page = int(asked.query["size"]), int(asked.query["page"])
        told = asked.query["type"]
        kinds = ("PVZ", "POSTAMAT") if told == "ALL" else (told,)
        offices = [one for one in self.offices if one.get("type", "PVZ") in kinds]
        return 200, json.dumps(offices[size * page : size * (page + 1)]).encode()

    def _token(self, asked: Asked) -> tuple[int, bytes]:
        if self.mood == "account" or asked.form().get("client_secret") != SECRET:
            return 401, b'{"error":"invalid_client"}'
        self.tokens += 1
        token = {"access_token": f"token-{self.tokens}", "token_type": "bearer", "expires_in": 3599}
        return 200, json.dumps(token).encode()

    def _orders(self, path: str, asked: Asked) -> tuple[int, bytes]:
        if asked.body:
            return self._take(asked.json())
        _, _, uuid = path.partition("/")
        number = asked.query.get("im_number", "")
        self.asked.append((path, number))
        if uuid in self.ill:
            return self.ill[uuid]
        # The last one of a number, as after one that was invalid.
        found = [
            told for key, told in self.orders.items()
            if key == uuid or told["entity"]["number"] == number != ""
        ]  # fmt: skip
        if not found:
            errors = [{"code": "v2_entity_not_found", "message": "нет такого заказа"}]
            return 400, json.dumps({"errors": errors}).encode()
        return 200, json.dumps(found[-1], ensure_ascii=False).encode()

    def _take(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        self.asked.append(("orders", asked))
        if self.mood == "errors":
            errors = [{"code": "v2_field_is_empty", "message": "не указан телефон"}]
            refused = {"requests": [{"type": "CREATE", "state": "INVALID", "errors": errors}]}
            return 400, json.dumps(refused, ensure_ascii=False).encode()
        if not _fits(asked):
            errors = [{"code": "v2_bad_request", "message": "тариф и место отправки не подходят"}]
            refused = {"requests": [{"type": "CREATE", "state": "INVALID", "errors": errors}]}
            return 400, json.dumps(refused, ensure_ascii=False).encode()
        uuid = f"72753031-0000-4000-8000-{len(self.orders) + 1:012}"
        state, errors = "SUCCESSFUL", []
        if self.mood == "invalid":
            state = "INVALID"
            errors = [{"code": "v2_sender_location_not_recognized", "message": "нет города"}]
        self.orders[uuid] = {
            "entity": {"uuid": uuid, "number": asked["number"], "statuses": []},
            "requests": [{"type": "CREATE", "state": state, "errors": errors}],
        }
        accepted = [{"type": "CREATE", "state": "ACCEPTED", "errors": []}]
        return 202, json.dumps({"entity": {"uuid": uuid}, "requests": accepted}).encode()

    def tell(self, code: str, at: str, number: str = "1105551234") -> None:
        """Every order moves on to a state, at a moment such as 2026-03-01T10:00:00+0700."""
        for told in self.orders.values():
            told["entity"]["cdek_number"] = number
            told["entity"]["statuses"].append({"code": code, "name": code, "date_time": at})

    def _tariffs(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.mood == "errors":
            errors = [{"code": "v2_recipient_location_not_recognized", "message": "нет места"}]
            return {"tariff_codes": [], "errors": errors}
        weight = sum(package["weight"] for package in asked["packages"])
        return {
            "tariff_codes": [
                {
                    "tariff_code": code,
                    "tariff_name": f"Тариф {code}",
                    "delivery_mode": MODES[code],
                    "delivery_sum": price + weight // 1000 * 10 + 0.5,
                    "period_min": 1,
                    "period_max": 3,
                    "calendar_min": 2,
                    "calendar_max": 4,
                }
                for code, price in self.prices.items()
            ]
        }


def _fits(asked: dict[str, Any]) -> bool:
    """Exactly one start and one end, of the kinds that the tariff is for."""
    mode = MODES[asked["tariff_code"]]
    starts = ("shipment_point" in asked, "from_location" in asked)
    ends = ("delivery_point" in asked, "to_location" in asked)
    from_office, to_door = mode in (3, 4, 7), mode in (1, 3)
    return starts == (from_office, not from_office) and ends == (not to_door, to_door)


@asynccontextmanager
async def cdek() -> AsyncIterator[Cdek]:
    """The server at work."""
    found = Cdek()
    async with listening(found.answer) as address:
        found.url = f"{address}/v2"
        yield found
