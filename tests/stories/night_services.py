"""What stands outside of the night's site: DaData, YooKassa, CDEK; a broker where there is one."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest
from cdek import ACCOUNT, SECRET, Cdek, cdek
from dadata import TOKEN, DaData, dadata
from msgspec import Struct
from yookassa import KEY, SHOP, YooKassaStub, yookassa

from fondaco.testing.broker import any_broker


class Services(Struct, frozen=True):
    """The stubs, whose moods may be changed at any time."""

    dadata: DaData
    yookassa: YooKassaStub
    cdek: Cdek

    def hang(self) -> None:
        """None of them answers any more."""
        self.dadata.mood = "hang"
        self.yookassa.mood = "hang"
        self.cdek.mood = "hang"

    def recover(self) -> None:
        """All of them answer."""
        self.dadata.mood = "well"
        self.yookassa.mood = "well"
        self.cdek.mood = "well"

    def settings(self) -> str:
        """`fondaco.toml` of a site that uses them."""
        return f"""
[lookup]
service = "dadata"
[plugins.delivery_dadata]
token = "{TOKEN}"
url = "{self.dadata.url}"
[plugins.delivery_cdek]
client_id = "{ACCOUNT}"
client_secret = "{SECRET}"
url = "{self.cdek.url}"
sender = 44
shipment_point = "MSK5"
[plugins.payments_yookassa]
shop_id = "{SHOP}"
secret_key = "{KEY}"
url = "{self.yookassa.url}"
ways = ["card"]
receipt_email = "buh@fondaco.example"
"""


@contextmanager
def services() -> Iterator[Services]:
    """The stubs at work, in a thread of their own: Playwright has the loop of this one."""
    ready: Future[Services] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            lookup = await stack.enter_async_context(dadata())
            acquirer = await stack.enter_async_context(yookassa())
            carrier = await stack.enter_async_context(cdek())
            ready.set_result(Services(lookup, acquirer, carrier))
            await stop.wait()
        # Answers that still hang belong to a loop that ends here.
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    try:
        yield ready.result(20)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


@contextmanager
def dialect(folder: Path) -> Iterator[Mapping[str, str]]:
    """The environment of a demo whose 1C speaks over RabbitMQ; without a broker, over HTTP."""
    try:
        broker = any_broker(folder)
    except pytest.skip.Exception:
        yield {}
        return
    try:
        yield {"FONDACO_AMQP_URL": broker.url, "ERP_SIM_DIALECT": "rabbitmq"}
    finally:
        broker.stop()
