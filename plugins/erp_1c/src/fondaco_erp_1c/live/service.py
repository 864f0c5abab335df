"""1C's HTTP service: a cart in one call, or in packets at once; prices by packets."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from msgspec.structs import replace

from fondaco_erp_1c.live.contract import confirm_body, prices_body, read_confirm, read_prices
from fondaco_erp_1c.settings import Erp1cSettings, LiveService
from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.erp import LiveAnswer, LiveAsk, LivePrices, Terms

T = TypeVar("T")
SECONDS = Decimal(2)
PACKET_SECONDS = Decimal(10)


class Erp1cGateway:
    """Implements `fondaco_sdk.providers.erp.ErpGateway`."""

    def __init__(self, service: LiveService) -> None:
        self._service = service

    async def confirm(self, net: Net, asked: LiveAsk) -> LiveAnswer:
        """The whole cart, or nothing. Raises `Unavailable`."""
        size = self._service.lines_at_once
        packets = [
            replace(asked, lines=asked.lines[at : at + size])
            for at in range(0, len(asked.lines), size)
        ]
        answers = await asyncio.gather(
            *(
                self._call(net, "confirm", confirm_body(packet), SECONDS, read_confirm)
                for packet in packets
            )
        )
        currencies = {one.currency for one in answers}
        if len(currencies) != 1:
            raise Unavailable("1C (packets in different currencies)")
        return LiveAnswer(
            min(one.as_of for one in answers),
            currencies.pop(),
            [line for one in answers for line in one.lines],
        )

    async def prices(self, net: Net, terms: Terms, products: Sequence[str]) -> LivePrices:
        """One packet. Raises `Unavailable`."""
        body = prices_body(terms, products)
        return await self._call(net, "prices", body, PACKET_SECONDS, read_prices)

    async def _call(
        self, net: Net, path: str, body: bytes, seconds: Decimal, read: Callable[[bytes], T]
    ) -> T:
        service = self._service
        if not service.url:
            raise Unavailable("1C (no address of its service)")
        key = b64encode(f"{service.login}:{service.password}".encode()).decode()
        answer = await net.request(
            "POST",
            f"{service.url.rstrip('/')}/{path}",
            headers={
                "authorization": f"Basic {key}",
                "content-type": "application/json",
                "accept": "application/json",
            },
            body=body,
            seconds=seconds,
        )
        if answer.status != 200:
            raise Unavailable(f"1C ({answer.status})")
        try:
            return read(answer.body)
        except (ValueError, TypeError, RecursionError) as nonsense:
            raise Unavailable("1C (an answer that cannot be read)") from nonsense


def create(settings: Erp1cSettings) -> Erp1cGateway:
    """The factory named in the manifest."""
    return Erp1cGateway(settings.live)
