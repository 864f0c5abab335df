"""The service: a token for all calls, one call a parcel, and what refusals mean."""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote as quoted
from urllib.parse import urlencode

import msgspec

from fondaco_delivery_cdek.contract import (
    Office,
    Said,
    Tariffs,
    Token,
    asked_of,
    point_of,
    quote_of,
    worth_offering,
)
from fondaco_delivery_cdek.parcels import Told, order_of, read_of, refusal
from fondaco_delivery_cdek.settings import Cdek
from fondaco_sdk.context import HttpAnswer, Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.carriage import CarriageRead, CarriageWanted, NotTaken
from fondaco_sdk.providers.carrier import PickupPoint, Quote
from fondaco_sdk.types.delivery import Parcel
from fondaco_sdk.types.reason import Reason

T = TypeVar("T")
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
QUOTE_SECONDS, PAGE_SECONDS, ORDER_SECONDS = Decimal("1.5"), Decimal(30), Decimal(8)
QUOTES_SECONDS, READ_SECONDS = 1.8, 18.0
"""For all parcels of a call: less than the kernel waits."""
WITH_ORDERS = frozenset((200, 202, 400, 404))
UNDECIDED = frozenset(("v2_similar_request_still_processed", "v2_internal_error"))
HOLDS = timedelta(hours=6)
POINTS_A_PAGE = 1000
AT_ONCE = 5
"""CDEK names no limit of calls; this many go out together."""
EARLY = 60
DAY, REFUSED, OFTEN = 24 * 3600, 600, 10


class CdekCarrier:
    """Implements `fondaco_sdk.providers.carrier.Carrier` and `.carriage.Registers`."""

    title = Reason("delivery_cdek.title", "СДЭК", "CDEK")

    def __init__(self, settings: Cdek) -> None:
        self._settings = settings
        self._token = ""
        self._expires = 0.0
        self._renewing = asyncio.Lock()

    async def quotes(self, net: Net, parcels: Sequence[Parcel]) -> Sequence[Sequence[Quote] | None]:
        """The tariffs for each parcel, side by side; None where there was no answer in time.

        A parcel that CDEK refuses has none, and the others have theirs. Raises `Unavailable` where
        no parcel was answered.
        """
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(parcel: Parcel) -> Sequence[Quote]:
            async with turn:
                return await self._quotes(net, parcel)

        found = await _in_time([one(parcel) for parcel in parcels], QUOTES_SECONDS)
        return [None if isinstance(quotes, Unavailable) else quotes for quotes in found]

    async def points(self, net: Net, page: int) -> Sequence[PickupPoint] | None:
        """A page of counters and lockers that hand parcels out. Raises `Unavailable`."""
        query = {"type": "ALL", "is_handout": "true", "size": POINTS_A_PAGE, "page": page}
        answer = await self._call(
            net, "GET", f"deliverypoints?{urlencode(query)}", None, PAGE_SECONDS
        )
        found = _read(answer, list[msgspec.Raw])
        if not found:
            return None
        return [point for point in map(_office, found) if point is not None]

    async def register(self, net: Net, wanted: CarriageWanted) -> CarriageRead:
        """An order at CDEK, once: one that is there under the shipment's key is not made again.

        Raises `NotTaken`, `Unavailable`.
        """
        query = urlencode({"im_number": str(wanted.key)})
        there = await self._call(net, "GET", f"orders?{query}", None, ORDER_SECONDS, WITH_ORDERS)
        found = _read(there, Told)
        if found.entity is None and not found.unknown:
            raise Unavailable("CDEK (it does not say whether it has the order)", OFTEN)
        if found.entity is not None and not (found.invalid or found.gone):
            return _parcel(found)
        body = order_of(wanted, self._settings)
        answer = await self._call(net, "POST", "orders", body, ORDER_SECONDS, WITH_ORDERS)
        told = _read(answer, Told)
        _refuse_undecided(told.errors)
        if told.entity is None or told.invalid:
            raise NotTaken(refusal(told))
        return _parcel(told)

    async def read(self, net: Net, ids: Sequence[str]) -> Mapping[str, CarriageRead]:
        """How orders stand, side by side; CDEK tells of one at a time. Those of which it does not
        tell in time, or nonsense, are absent. Raises `Unavailable` where it tells of none."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(uuid: str) -> CarriageRead | None:
            async with turn:
                path = f"orders/{quoted(uuid, safe='')}"
                answer = await self._call(net, "GET", path, None, ORDER_SECONDS, WITH_ORDERS)
            told = _read(answer, Told)
            return None if told.entity is None else _parcel(told)

        found = await _in_time([one(uuid) for uuid in ids], READ_SECONDS)
        return {
            uuid: read
            for uuid, read in zip(ids, found, strict=True)
            if isinstance(read, CarriageRead)
        }

    async def _quotes(self, net: Net, parcel: Parcel) -> Sequence[Quote]:
        now = datetime.now(UTC)
        body = asked_of(parcel, self._settings, now)
        if body is None:
            return ()
        answer = await self._call(net, "POST", "calculator/tarifflist", body, QUOTE_SECONDS)
        told = _read(answer, Tariffs)
        _refuse_undecided(told.errors)
        quotes = (
            quote_of(tariff, parcel, self._settings, now.date(), now + HOLDS)
            for tariff in told.tariff_codes
        )
        return worth_offering([quote for quote in quotes if quote is not None])

    async def _call(
        self,
        net: Net,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        seconds: Decimal,
        taken: frozenset[int] = frozenset((200, 400)),
    ) -> HttpAnswer:
        """A call with the token; one that is no longer taken is renewed once.

        Raises `Unavailable` for any status that is not among those `taken`.
        """
        answer = await self._send(
            net, method, path, body, seconds, await self._bearer(net, seconds)
        )
        if answer.status == 401:
            self._expires = 0.0
            answer = await self._send(
                net, method, path, body, seconds, await self._bearer(net, seconds)
            )
        if answer.status not in taken:
            raise _refused(answer)
        return answer

    async def _send(
        self,
        net: Net,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        seconds: Decimal,
        token: str,
    ) -> HttpAnswer:
        return await net.request(
            method,
            f"{self._settings.url.rstrip('/')}/{path}",
            headers={
                "authorization": f"Bearer {token}",
                "accept": "application/json",
                **({"content-type": "application/json"} if body is not None else {}),
            },
            body=None if body is None else _ENCODE(body),
            seconds=seconds,
        )

    async def _bearer(self, net: Net, seconds: Decimal) -> str:
        if not self._settings.client_id:
            raise Unavailable("CDEK (no account)", DAY, _NO_ACCOUNT)
        async with self._renewing:
            if time.monotonic() >= self._expires:
                await self._renew(net, seconds)
            return self._token

    async def _renew(self, net: Net, seconds: Decimal) -> None:
        said = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
        }
        answer = await net.request(
            "POST",
            f"{self._settings.url.rstrip('/')}/oauth/token",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(said).encode(),
            seconds=seconds,
        )
        if answer.status in (400, 401, 403):
            raise _account_refused(answer)
        if answer.status != 200:
            raise _refused(answer)
        token = _read(answer, Token)
        self._token = token.access_token
        self._expires = time.monotonic() + max(token.expires_in - EARLY, 1)


async def _in_time(
    calls: Sequence[Coroutine[Any, Any, T]], seconds: float
) -> Sequence[T | Unavailable]:
    """What each call came to, once all have or the time is over. Raises `Unavailable` where none of
    them was answered."""
    if not calls:
        return ()
    tasks = [asyncio.ensure_future(_heard(call)) for call in calls]
    try:
        await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    found = [_late() if task.cancelled() else task.result() for task in tasks]
    silent = [one for one in found if isinstance(one, Unavailable)]
    if len(silent) == len(found):
        raise max(silent, key=lambda one: one.retry_after)
    return found


async def _heard(call: Coroutine[Any, Any, T]) -> T | Unavailable:
    try:
        return await call
    except Unavailable as silent:
        return silent


def _late() -> Unavailable:
    return Unavailable("CDEK (no answer in time)", why=_TOO_LATE)


def _read(answer: HttpAnswer, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except msgspec.DecodeError as nonsense:
        raise Unavailable("CDEK (an answer that cannot be read)", why=_NONSENSE) from nonsense


def _refuse_undecided(errors: Sequence[Said]) -> None:
    """Raises `Unavailable` where CDEK says neither yes nor no."""
    if any(error.code in UNDECIDED for error in errors):
        raise Unavailable("CDEK (it has not decided)", OFTEN)


def _parcel(told: Told) -> CarriageRead:
    try:
        return read_of(told)
    except msgspec.ValidationError as nonsense:
        raise Unavailable("CDEK (an answer that cannot be read)", why=_NONSENSE) from nonsense


def _office(raw: msgspec.Raw) -> PickupPoint | None:
    try:
        return point_of(msgspec.json.decode(raw, type=Office))
    except (msgspec.DecodeError, ValueError):
        return None


def _refused(answer: HttpAnswer) -> Unavailable:
    if answer.status == 429:
        said = answer.headers.get("retry-after", "")
        rest = int(said) if said.isdigit() else OFTEN
        return Unavailable("CDEK (429: too often)", rest, _TOO_OFTEN)
    if answer.status in (401, 403):
        return _account_refused(answer)
    status = str(answer.status)
    why = Reason("delivery_cdek.status", f"ответ с кодом {status}", f"an answer of status {status}")
    return Unavailable(f"CDEK ({status})", why=why)


def _account_refused(answer: HttpAnswer) -> Unavailable:
    return Unavailable(f"CDEK ({answer.status}: the account is refused)", REFUSED, _ACCOUNT)


_NO_ACCOUNT = Reason(
    "delivery_cdek.no_account",
    "в настройках нет учётной записи (client_id, client_secret)",
    "the settings name no account (client_id, client_secret)",
)
_ACCOUNT = Reason(
    "delivery_cdek.account",
    "учётная запись не принята: проверьте client_id и client_secret",
    "the account is refused: check client_id and client_secret",
)
_TOO_OFTEN = Reason("delivery_cdek.often", "слишком частые запросы (429)", "asked too often (429)")
_TOO_LATE = Reason("delivery_cdek.late", "не ответил вовремя", "no answer in time")
_NONSENSE = Reason(
    "delivery_cdek.nonsense", "ответ не удалось прочитать", "the answer cannot be read"
)


def create(settings: Cdek) -> CdekCarrier:
    """The factory named in the manifest."""
    return CdekCarrier(settings)
