"""1C's HTTP service of live prices and stock, as a server on this machine: well, or broken."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec.structs import replace
from wire import Answered, Asked, listening

Mood = Literal[
    "well",
    "slow",
    "hang",
    "drip",
    "refusing",
    "500",
    "401",
    "garbage",
    "half",
    "huge",
    "currency",
    "negative_stock",
    "comma",
    "missing_line",
    "zero_price",
]
LOGIN, PASSWORD = "portal", "секрет"


class Erp1cStub:
    """The server; everything may be changed at any time.

    `prices` and `stock` are by product, and by (product, place), on top of what is asked: what is
    not named is as the portal has it. `asked` are the bodies of the questions by path.
    """

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.prices: dict[str, Any] = {}
        self.stock: dict[tuple[str, str], Any] = {}
        self.gone: set[str] = set()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.url = ""
        self.on_hand = 50
        self.called = asyncio.Event()

    async def answer(self, asked: Asked) -> Answered | None:
        """Answer one request."""
        body = asked.json()
        self.asked.append((asked.path, body))
        self.called.set()
        if self.mood == "refusing":
            return None
        if self.mood == "hang":
            await asyncio.sleep(30)
        if self.mood == "slow":
            await asyncio.sleep(0.4)
        answer = self._answer(asked.path, body, asked.headers.get("authorization", ""))
        return replace(answer, drips=30) if self.mood == "drip" else answer

    def _answer(self, path: str, body: dict[str, Any], key: str) -> Answered:
        if self.mood == "401" or not _known(key):
            return Answered(401, b"")
        if self.mood == "500":
            return Answered(500, "{ОбщийМодуль}: ошибка".encode())
        if self.mood == "garbage":
            return Answered(200, b"\x00\xff{]")
        if self.mood == "half":
            return Answered(200, b'{"as_of":"2026-11-28T10:00:00+03:00","lines":[{"product":"')
        if self.mood == "huge":
            return Answered(200, b'{"lines":"' + b"x" * 11_000_000 + b'"}')
        said = self._confirmed(body) if path.endswith("/confirm") else self._prices(body)
        # Modules of 1C write a byte order mark.
        return Answered(200, b"\xef\xbb\xbf" + json.dumps(said).encode())

    def _confirmed(self, body: dict[str, Any]) -> dict[str, Any]:
        lines = [self._line(line) for line in body["lines"]]
        if self.mood == "missing_line":
            lines = lines[1:]
        return {"as_of": _now(), "currency": self._currency(body), "lines": lines}

    def _line(self, asked: dict[str, Any]) -> dict[str, Any]:
        product = asked["product"]
        price = self.prices.get(product, asked["price"])
        if self.mood == "comma" and price is not None:
            price = f"{int(float(price))},00"
        if self.mood == "zero_price":
            price = "0"
        stock = [
            {"place": at["place"], "quantity": self._stock(product, at["place"])}
            for at in asked["places"]
        ]
        return {"product": product, "price": price, "stock": stock, "gone": product in self.gone}

    def _stock(self, product: str, place: str) -> Any:
        if self.mood == "negative_stock":
            return "-3"
        return self.stock.get((product, place), str(self.on_hand))

    def _prices(self, body: dict[str, Any]) -> dict[str, Any]:
        return {
            "as_of": _now(),
            "currency": self._currency(body),
            "prices": [
                {"product": product, "price": self.prices.get(product)}
                for product in body["products"]
            ],
        }

    def _currency(self, body: dict[str, Any]) -> Any:
        return "USD" if self.mood == "currency" else body["currency"]


def _known(key: str) -> bool:
    scheme, _, said = key.partition(" ")
    return scheme == "Basic" and b64decode(said).decode() == f"{LOGIN}:{PASSWORD}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@asynccontextmanager
async def erp_http() -> AsyncIterator[Erp1cStub]:
    """The server at work."""
    found = Erp1cStub()
    async with listening(found.answer) as address:
        found.url = f"{address}/ut/hs/fondaco"
        yield found
