"""HTTP to the outside: a deadline for the whole call, a breaker per neighbour, and no database.

Redirects are not followed, cookies are not kept, and the environment's proxies and passwords are
not taken: a call goes where its address says and carries what it was given. An address that the
settings do not name is resolved once, must be public, and is called at the address found.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy

import httpx

from fondaco.exchange.addresses import named_origins, origin, public_address
from fondaco.exchange.breaker import Breaker
from fondaco.hooks.context import ActContext, AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.context import HttpAnswer
from fondaco_sdk.errors import Fault, Unavailable

CONNECT_SECONDS = 1.0
STRANGER_SECONDS = 10.0
LARGEST_ANSWER = 10 * 1024 * 1024
_OUTSIDE = ("net", "outside")
_CANNOT = frozenset({502, 503, 504})


class Outside:
    """This process's way out: one client for all calls, one breaker per neighbour."""

    def __init__(self) -> None:
        self._client = _client()
        # A kept connection belongs to an IP address; two strangers' names may lead to the same.
        self._strangers = _client(kept=0)
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)

    @asynccontextmanager
    async def net(self, named: frozenset[str] = frozenset()) -> AsyncIterator["OpenNet"]:
        """Calls, until the block ends; `named` are the origins that need not be public."""
        net = OpenNet(self, named)
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
        *,
        stranger: bool,
    ) -> HttpAnswer:
        """One call; see `OpenNet.request`. A `stranger` is one that the settings do not name."""
        neighbour = _neighbour(url)
        if stranger:
            seconds = min(seconds, STRANGER_SECONDS)
        breaker = self._breakers[neighbour]
        if wait := breaker.wait(_now()):
            raise Unavailable(neighbour, math.ceil(wait))
        try:
            async with asyncio.timeout(seconds):
                answer = await self._send(method, url, headers, body, seconds, stranger=stranger)
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
        *,
        stranger: bool,
    ) -> HttpAnswer:
        limits = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        client = self._strangers if stranger else self._client
        request = client.build_request(method, url, headers=headers, content=body, timeout=limits)
        if stranger:
            await _pin(request)
        async with _streamed(client, request) as response:
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
        await self._strangers.aclose()


class OpenNet:
    """Calls to the outside while its block is open (implements `fondaco_sdk.Net`)."""

    def __init__(self, outside: Outside, named: frozenset[str]) -> None:
        self._outside: Outside | None = outside
        self._named = named

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

        Where the settings do not name the address it must be public, and a call takes ten seconds
        at most. Raises `Unavailable` when nobody answers in time or the breaker is open, `Fault`
        when the address is not one or not public, the answer is larger than 10 MB, or the block of
        `net()` has ended.
        """
        if self._outside is None:
            raise Fault("a call to the outside after its net() block has ended; keep it inside")
        stranger = origin(url) not in self._named
        return await self._outside.call(
            method, url, headers, body, float(seconds), stranger=stranger
        )

    def close(self) -> None:
        """Refuse further calls."""
        self._outside = None


@asynccontextmanager
async def net_of(ask: AskContext) -> AsyncIterator[OpenNet]:
    """Calls to the outside for a page, by this process's one way out.

    Raises `Fault` inside a transaction, which would be held as long as the neighbour takes.
    """
    if isinstance(ask, ActContext):
        raise Fault("a call to the outside must not hold a transaction; end it first")
    async with outside_of(ask.hall).net(named_origins(ask.hall)) as net:
        yield net


def outside_of(hall: Hall) -> Outside:
    """The way out of whoever answers requests in this process, closed with the hall."""
    known = hall.providers.get(_OUTSIDE)
    if not isinstance(known, Outside):
        known = hall.providers[_OUTSIDE] = Outside()
        hall.on_close.append(known.close)
    return known


def _client(*, kept: int = 20) -> httpx.AsyncClient:
    client = httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": "fondaco"},
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=kept),
    )
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client


async def _pin(request: httpx.Request) -> None:
    """Lead a request to the IP address its name has now: asked again, it might have another.

    The host of the request and of its certificate stays the name.
    """
    host = request.url.host
    port = request.url.port or {"http": 80, "https": 443}[request.url.scheme]
    address = await public_address(host, port)
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.url = request.url.copy_with(host=address)


@asynccontextmanager
async def _streamed(
    client: httpx.AsyncClient, request: httpx.Request
) -> AsyncIterator[httpx.Response]:
    response = await client.send(request, stream=True)
    try:
        yield response
    finally:
        await response.aclose()


def _neighbour(url: str) -> str:
    return origin(url).partition("://")[2]


def _now() -> float:
    return asyncio.get_running_loop().time()
