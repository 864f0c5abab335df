"""DaData's suggestions, as a server on this machine: well, or broken in one of many ways."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from wire import Answered, Asked, listening

Mood = Literal["well", "hang", "500", "garbage", "half", "429", "quota", "401", "refusing", "shape"]

TOKEN = "stub-token"


def _company(inn: str, name: str, status: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    return {
        "value": name,
        "data": {
            "inn": inn,
            "kpp": "773601001",
            "ogrn": "1027700132195",
            "type": "LEGAL",
            "branch_type": "MAIN",
            "name": {"full_with_opf": f"{name} ПОЛНОЕ", "short_with_opf": name},
            "state": {"status": status, "registration_date": 677376000000},
            "address": {
                "value": "г Москва, ул Вавилова, д 19",
                "unrestricted_value": "117312, г Москва, ул Вавилова, д 19",
                "invalidity": None,
            },
            "finance": None,
            **more,
        },
    }


COMPANIES = [
    _company("7707083893", "ПАО СБЕРБАНК", kpp="550143001", branch_type="BRANCH"),
    _company("7707083893", "ПАО СБЕРБАНК"),
    _company("7721581040", "ООО «ЗАКРЫТО»", "LIQUIDATED"),
    _company("500100732259", "ИП Иванов И. И.", type="INDIVIDUAL", kpp=None),
]
BANK = {
    "value": "ПАО Сбербанк",
    "data": {
        "bic": "044525225",
        "correspondent_account": "30101810400000000225",
        "payment_city": "г. Москва",
        "name": {"payment": "ПАО СБЕРБАНК", "full": "ПАО Сбербанк"},
        "state": {"status": "ACTIVE"},
    },
}


def _address(value: str, code: str, **data: Any) -> dict[str, Any]:
    known = {"country_iso_code": "RU", "postal_code": code, "region_with_type": "г Москва"}
    return {"value": value, "unrestricted_value": value, "data": {**known, **data}}


ADDRESSES = [
    _address("г Москва, ул Сухонская", "127642", street_with_type="ул Сухонская", qc_geo="2"),
    _address(
        "г Москва, ул Сухонская, д 11",
        "127642",
        street_with_type="ул Сухонская",
        house="11",
        house_type="д",
        fias_id="5ee84ac0-eb9a-4b42-b814-2f5f7c27c255",
        geo_lat="55.878315",
        geo_lon="37.65372",
        qc_geo="0",
    ),
    _address("г Москва, ул Вавилова, д 19", "117312", house="19", house_type="д", qc_geo="0"),
    _address(
        "г Новосибирск, ул Ленина, д 5",
        "630004",
        region_with_type="Новосибирская обл",
        city_with_type="г Новосибирск",
        street_with_type="ул Ленина",
        house="5",
        house_type="д",
        geo_lat="55.028",
        geo_lon="82.914",
        qc_geo="0",
    ),
]


class DaData:
    """The server; `mood` may be changed at any time. `asked` are the paths with their questions."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.bad: set[str] = set()
        """Questions that it fails at."""
        self.asked: list[tuple[str, str]] = []
        self.url = ""
        self.called = asyncio.Event()

    async def answer(self, asked: Asked) -> Answered | None:
        """Answer one request."""
        path, body = asked.path.removeprefix("/rs/"), asked.json()
        self.asked.append((path, body["query"]))
        self.called.set()
        if self.mood == "refusing":
            return None
        if self.mood == "hang":
            await asyncio.sleep(30)
        status, answer = self._answer(path, body, asked.headers.get("authorization", ""))
        return Answered(status, answer, headers={"retry-after": "7"})

    def _answer(self, path: str, body: dict[str, Any], key: str) -> tuple[int, bytes]:
        if self.mood == "500" or body["query"] in self.bad:
            return 500, b"<html>oops</html>"
        if self.mood == "garbage":
            return 200, b"\x00\xff{]"
        if self.mood == "half":
            return 200, b'{"suggestions":[{"value":"'
        if self.mood == "shape":
            return 200, b'{"suggestions":[{"value":1,"data":[]}]}'
        if self.mood == "429":
            return 429, b"{}"
        if self.mood == "quota":
            return 403, b'{"family":"CLIENT_ERROR","reason":"Forbidden"}'
        if self.mood == "401" or key != f"Token {TOKEN}":
            return 401, b"{}"
        return 200, json.dumps({"suggestions": list(_found(path, body))}).encode()


def _found(path: str, body: dict[str, Any]) -> list[Any]:
    query = body["query"]
    if path == "findById/party":
        return [one for one in COMPANIES if one["data"]["inn"] == query]
    if path == "findById/bank":
        return [BANK] if query == BANK["data"]["bic"] else []  # type: ignore[index]
    words = query.lower().replace(",", " ").split()
    fitting = [one for one in ADDRESSES if all(w in one["value"].lower() for w in words)]
    if body["count"] == 1:
        fitting.sort(key=lambda one: one["value"].lower() != query.lower())
    return fitting[: body["count"]]


@asynccontextmanager
async def dadata() -> AsyncIterator[DaData]:
    """The server at work."""
    found = DaData()
    async with listening(found.answer) as address:
        found.url = f"{address}/rs"
        yield found
