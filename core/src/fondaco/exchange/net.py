"""HTTP to the outside: a deadline for the whole call, a breaker per neighbour, and no database.

Redirects are not followed, cookies are not kept, and the environment's proxies and passwords are
not taken: a call goes where its address says and carries what it was given.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy

import httpx

from fondaco.exchange.breaker import Breaker
from fondaco_sdk.context import HttpAnswer
from fondaco_sdk.errors import Fault, Unavailable

CONNECT_SECONDS = 1.0
LARGEST_ANSWER = 10 * 1024 * 1024
_CANNOT = frozenset({502, 503, 504})


class Outside:
    """This process's way out: one client for all calls, one breaker per neighbour."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            follow_redirects=False, trust_env=False, headers={"user-agent": "fondaco"}
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)

    @asynccontextmanager
    async def net(self) -> AsyncIterator["OpenNet"]:
        """Calls, until the block ends."""
        net = OpenNet(self)
        try:
            yield net
        finally:
            net.close()

    async def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        seconds: float,
    ) -> HttpAnswer:
        """One call; see `OpenNet.request`."""
        neighbour = _neighbour(url)
        breaker = self._breakers[neighbour]
        if wait := breaker.wait(_now()):
            raise Unavailable(neighbour, math.ceil(wait))
        try:
            async with asyncio.timeout(seconds):
                answer = await self._send(method, url, headers, body, seconds)
        except httpx.LocalProtocolError as wrong:
            breaker.given_up()
            raise Fault(f"the call to {neighbour} is not proper HTTP: {wrong}") from wrong
        except (httpx.RequestError, TimeoutError) as silence:
            breaker.failed(_now())
            raise Unavailable(neighbour) from silence
        except BaseException:
            breaker.given_up()
            raise
        if answer.status in _CANNOT:
            breaker.failed(_now())
        else:
            breaker.succeeded()
        return answer

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        seconds: float,
    ) -> HttpAnswer:
        limits = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        async with self._client.stream(
            method, url, headers=headers, content=body, timeout=limits
        ) as response:
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > LARGEST_ANSWER:
                    raise Fault(
                        f"{_neighbour(url)} answered with more than"
                        f" {LARGEST_ANSWER // 1024 // 1024} MB; ask for less at a time"
                    )
            return HttpAnswer(response.status_code, dict(response.headers), bytes(received))

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class OpenNet:
    """Calls to the outside while its block is open (implements `fondaco_sdk.Net`)."""

    def __init__(self, outside: Outside) -> None:
        self._outside: Outside | None = outside

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: Decimal = Decimal(5),
    ) -> HttpAnswer:
        """One call of at most `seconds`; an answer of any status is returned.

        Raises `Unavailable` when nobody answers in time or the breaker is open, `Fault` when the
        address is not one, the answer is larger than 10 MB, or the block of `net()` has ended.
        """
        if self._outside is None:
            raise Fault("a call to the outside after its net() block has ended; keep it inside")
        return await self._outside.call(method, url, headers, body, float(seconds))

    def close(self) -> None:
        """Refuse further calls."""
        self._outside = None


def _neighbour(url: str) -> str:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise Fault(f"{url!r} is not an address: {wrong}") from wrong
    if address.scheme not in ("http", "https") or not address.host:
        raise Fault(f"{url!r} is not an http or https address")
    return address.netloc.decode()


def _now() -> float:
    return asyncio.get_running_loop().time()
