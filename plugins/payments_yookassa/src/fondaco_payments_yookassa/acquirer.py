"""The acquirer: YooKassa's HTTP API through the kernel's own way out."""

import asyncio
import base64
import logging
from collections.abc import Callable, Sequence
from decimal import Decimal
from time import monotonic
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from fondaco_payments_yookassa import contract
from fondaco_payments_yookassa.settings import YooKassa
from fondaco_payments_yookassa.wording import NO_RECEIPT, NO_REFUNDS, NOT_RETURNED, REFUSED
from fondaco_sdk.context import HttpAnswer, Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.payment import (
    ChargeRead,
    ChargeWanted,
    Declined,
    RefundRead,
    RefundWanted,
)
from fondaco_sdk.types.reason import Reason

log = logging.getLogger("fondaco_payments_yookassa")

# Within the five seconds that the kernel gives to a call with all its repetitions.
SECONDS = 4.5
SHORTEST_PAUSE = 0.1
PROCESSING, NOT_FOUND, BAD_REQUEST = 202, 404, 400
NAME = "YooKassa"

T = TypeVar("T")


class _Processing(Struct):
    retry_after: int = 1800


class _Error(Struct):
    code: str = ""
    description: str = ""
    parameter: str = ""


class YooKassaAcquirer:
    """Implements `fondaco_sdk.providers.payment.Acquirer`."""

    def __init__(self, settings: YooKassa) -> None:
        self._settings = settings
        both = (settings.webhook_secret, settings.webhook_secret_before)
        self.secrets: Sequence[str] = tuple(one for one in both if one)
        self.networks: Sequence[str] = settings.networks
        login = f"{settings.shop_id}:{settings.secret_key}".encode()
        self._login = f"Basic {base64.b64encode(login).decode()}"

    async def start(self, net: Net, wanted: ChargeWanted) -> ChargeRead:
        """A payment, to be confirmed on YooKassa's page."""
        try:
            body = contract.charge_body(self._settings, wanted)
        except ValueError as impossible:
            log.error("order %s cannot be paid: %s", wanted.order_number, impossible)
            raise Declined(REFUSED) from impossible
        answer = await self._call(net, "POST", "/payments", body, wanted.key)
        return _read(_agreed(answer, REFUSED), contract.charge_read)

    async def read(self, net: Net, charge_id: str) -> ChargeRead | None:
        """A payment as it stands."""
        answer = await self._call(net, "GET", f"/payments/{charge_id}")
        if answer.status == NOT_FOUND:
            return None
        return _read(_agreed(answer, REFUSED), contract.charge_read)

    def refusal(self, way: str, amount: Decimal, currency: str) -> Reason | None:
        """Payments by SberBusiness cannot be returned over the API."""
        return NO_REFUNDS if way == contract.BUSINESS else None

    async def refund(self, net: Net, wanted: RefundWanted) -> RefundRead:
        """A refund, with its receipt."""
        try:
            body = contract.refund_body(self._settings, wanted)
        except ValueError as impossible:
            log.error("charge %s cannot be returned: %s", wanted.charge_id, impossible)
            raise Declined(NO_RECEIPT) from impossible
        answer = await self._call(net, "POST", "/refunds", body, wanted.key)
        return _read(_agreed(answer, NOT_RETURNED), contract.refund_read)

    async def read_refund(self, net: Net, refund_id: str) -> RefundRead:
        """A refund as it stands."""
        answer = await self._call(net, "GET", f"/refunds/{refund_id}")
        return _read(_agreed(answer, NOT_RETURNED), contract.refund_read)

    def told_of(self, body: bytes) -> str | None:
        """The payment that a notification names."""
        return contract.told_of(body)

    async def _call(
        self, net: Net, method: str, path: str, body: bytes | None = None, key: UUID | None = None
    ) -> HttpAnswer:
        """One call; while YooKassa is still at work on it, the same once more, in the time left."""
        headers = {"authorization": self._login, "content-type": "application/json"}
        if key is not None:
            headers["idempotence-key"] = str(key)
        ends = monotonic() + SECONDS
        while (left := ends - monotonic()) > 0:
            answer = await net.request(
                method,
                self._settings.url.rstrip("/") + path,
                headers=headers,
                body=body,
                seconds=Decimal(f"{left:.3f}"),
            )
            if answer.status != PROCESSING:
                return answer
            pause = _read(answer, _pause)
            if monotonic() + pause > ends:
                break
            await asyncio.sleep(pause)
        raise Unavailable(f"{NAME}, which is still at work on it,")


def _agreed(answer: HttpAnswer, refused: Reason) -> HttpAnswer:
    """The answer, if it is a yes. Raises `Declined` for a no, `Unavailable` for anything else."""
    if answer.status == 200:
        return answer
    error = _said(answer.body)
    log.warning("%s answered %s: %s", NAME, answer.status, error)
    if answer.status in (BAD_REQUEST, NOT_FOUND) and error.code:
        raise Declined(refused)
    raise Unavailable(f"{NAME} ({answer.status})")


def _said(body: bytes) -> _Error:
    try:
        return msgspec.json.decode(body, type=_Error)
    except ValueError:
        return _Error(description="something that is no error of its own")


def _pause(body: bytes) -> float:
    return max(SHORTEST_PAUSE, msgspec.json.decode(body, type=_Processing).retry_after / 1000)


def _read(answer: HttpAnswer, reader: Callable[[bytes], T]) -> T:
    try:
        return reader(answer.body)
    except ValueError as garbage:
        log.warning("%s answered what cannot be read: %s", NAME, garbage)
        raise Unavailable(f"{NAME}, whose answer cannot be read,") from garbage


def create(settings: YooKassa) -> YooKassaAcquirer:
    """The factory named in the manifest."""
    return YooKassaAcquirer(settings)
