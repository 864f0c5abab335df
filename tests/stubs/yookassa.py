"""YooKassa on this machine: its API v3, its page where a buyer pays, its webhooks, its faults.

    python tests/stubs/yookassa.py 8499

It keeps to the public reference in what the plugin uses: basic authentication, idempotence keys,
202 while it is at work, amounts as texts. Everything is in memory.
"""

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from wire import Answered, Asked, listening, said

Mood = Literal["well", "slow", "hang", "500", "garbage", "half", "202", "lost", "401"]
SHOP, KEY = "100500", "test_secret"

_PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>Тестовая оплата</title>
<link rel="icon" href="data:,">
<h1>Тестовая оплата</h1><p>{description}: {value} {currency}</p>
<form method="post"><button name="end" value="succeeded">Оплатить</button>
<button name="end" value="canceled">Отказаться</button></form></html>"""


class YooKassaStub:
    """The server; `mood` may be changed at any time. `calls` are (method, path, body)."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.slow_seconds = 30.0
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.back: dict[str, str] = {}
        self.url = ""
        self.read_hook: Callable[[dict[str, Any]], dict[str, Any]] = lambda payment: payment

    def pay(self, payment_id: str, *, amount: str | None = None) -> None:
        """The buyer has paid; with `amount`, another one than was asked for."""
        payment = self.payments[payment_id]
        payment |= {"status": "succeeded", "paid": True}
        if amount is not None:
            payment["amount"] = {"value": amount, "currency": payment["amount"]["currency"]}

    def cancel(self, payment_id: str, reason: str = "insufficient_funds") -> None:
        """The buyer's bank has said no."""
        details = {"party": "payment_network", "reason": reason}
        self.payments[payment_id] |= {"status": "canceled", "cancellation_details": details}

    def strange(self, value: str = "100.00", currency: str = "RUB") -> str:
        """A paid payment that nobody here has asked for."""
        key = str(uuid4())
        self.payments[key] = _payment(key, {"amount": {"value": value, "currency": currency}})
        self.payments[key]["status"] = "succeeded"
        return key

    def notification(self, payment_id: str, event: str = "payment.succeeded") -> bytes:
        """What the webhook would send."""
        payment = self.payments.get(payment_id, {"id": payment_id, "status": "succeeded"})
        body = {"type": "notification", "event": event, "object": payment}
        return json.dumps(body).encode()

    async def answer(self, asked: Asked) -> Answered | None:
        """Answer one request."""
        if asked.path.startswith("/pay/"):
            return self._page(asked.method, asked.path.removeprefix("/pay/"), asked.body)
        self.calls.append((asked.method, asked.path, asked.json()))
        login = base64.b64encode(f"{SHOP}:{KEY}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {login}" or self.mood == "401":
            return _error(401, "invalid_credentials")
        if self.mood in ("slow", "hang"):
            await asyncio.sleep(self.slow_seconds)
        if self.mood == "500":
            return _error(500, "internal_server_error")
        if self.mood == "garbage":
            return Answered(200, b"\x00\xff<html>")
        status, answer = self._api(asked)
        if self.mood == "lost":
            self.mood = "well"
            return None
        if self.mood == "half":
            return Answered(200, json.dumps(answer).encode()[:40])
        if self.mood == "202":
            self.mood = "well"
            return said({"type": "processing", "retry_after": 200}, 202)
        return said(answer, status)

    def _api(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        _, kind, *rest = asked.path.removeprefix("/v3").split("/")
        body = asked.body
        if asked.method == "GET" and rest:
            found = (self.payments if kind == "payments" else self.refunds).get(rest[0])
            if found is None:
                return 404, {"type": "error", "id": "e", "code": "not_found"}
            return 200, self.read_hook(found)
        key = asked.headers.get("idempotence-key", "")
        if asked.method != "POST" or not 1 <= len(key) <= 64:
            return 400, {"type": "error", "id": "e", "code": "invalid_request"}
        if key in self.by_key:
            before, answer = self.by_key[key]
            if before != body:
                return 400, {"type": "error", "id": "e", "code": "invalid_request"}
            return 200, answer
        wanted = json.loads(body)
        if kind == "payments":
            status, answer = self._start(wanted, asked.headers["host"])
        else:
            status, answer = self._refund(wanted)
        if status == 200:
            self.by_key[key] = body, dict(answer)
        return status, answer

    def _start(self, wanted: dict[str, Any], host: str) -> tuple[int, dict[str, Any]]:
        value = Decimal(wanted["amount"]["value"])
        positions = wanted.get("receipt", {}).get("items", [])
        whole = sum(Decimal(p["quantity"]) * Decimal(p["amount"]["value"]) for p in positions)
        unreachable = "receipt" in wanted and "email" not in wanted["receipt"]["customer"]
        if (positions and whole != value) or unreachable:
            return 400, {
                "type": "error",
                "id": "e",
                "code": "invalid_request",
                "parameter": "receipt",
                "description": f"items come to {whole}",
            }
        key = str(uuid4())
        payment = _payment(key, wanted)
        payment["confirmation"] = {
            "type": "redirect",
            "confirmation_url": f"http://{host}/pay/{key}",
        }
        self.payments[key] = payment
        self.back[key] = wanted["confirmation"]["return_url"]
        return 200, payment

    def _refund(self, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        payment = self.payments.get(wanted["payment_id"])
        if payment is None or payment["status"] != "succeeded":
            return 400, {"type": "error", "id": "e", "code": "invalid_request"}
        gone = sum(
            Decimal(one["amount"]["value"])
            for one in self.refunds.values()
            if one["payment_id"] == payment["id"]
        )
        if gone + Decimal(wanted["amount"]["value"]) > Decimal(payment["amount"]["value"]):
            return 400, {"type": "error", "id": "e", "code": "invalid_request"}
        key = str(uuid4())
        refund = {
            "id": key,
            "status": "succeeded",
            "amount": wanted["amount"],
            "payment_id": payment["id"],
        }
        self.refunds[key] = refund
        return 200, refund

    def _page(self, method: str, key: str, body: bytes) -> Answered:
        payment = self.payments.get(key)
        if payment is None:
            return Answered(404, kind="text/html")
        if method == "POST":
            if b"end=succeeded" in body:
                self.pay(key)
            else:
                self.cancel(key)
            return Answered(303, kind="text/html", headers={"location": self.back[key]})
        page = _PAGE.format(description=payment.get("description", ""), **payment["amount"])
        return Answered(200, page.encode(), "text/html; charset=utf-8")


def _payment(key: str, wanted: dict[str, Any]) -> dict[str, Any]:
    kept = ("amount", "description", "metadata")
    return {
        "id": key,
        "status": "pending",
        "paid": False,
        "refundable": False,
        "test": True,
        **{name: wanted[name] for name in kept if name in wanted},
    }


def _error(status: int, code: str) -> Answered:
    return said({"type": "error", "id": "e", "code": code}, status)


@asynccontextmanager
async def yookassa(port: int = 0) -> AsyncIterator[YooKassaStub]:
    """The server at work."""
    found = YooKassaStub()
    async with listening(found.answer, port) as address:
        found.url = f"{address}/v3"
        yield found


async def _forever(port: int) -> None:
    async with yookassa(port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_forever(int(sys.argv[1])))
