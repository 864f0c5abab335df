"""Messages go from the link's thread to the event loop, whatever the moment."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

from fondaco.exchange.amqp.consuming import Inlet

MOST_BYTES = 10**6


def _inlet() -> Inlet:
    return Inlet("words", check=lambda: None, in_thread=lambda work: work())


def _comes(inlet: Inlet, properties: Any, tag: int) -> None:
    inlet._on_message(None, SimpleNamespace(delivery_tag=tag), properties, b"{}")


class _Slow:
    """Properties whose reading lasts until `go`: the thread was taken from the processor there."""

    headers = None
    app_id = correlation_id = ""

    def __init__(self) -> None:
        self.reading, self.go = threading.Event(), threading.Event()

    @property
    def message_id(self) -> str:
        self.reading.set()
        assert self.go.wait(10)
        return "slow"


async def test_a_message_that_comes_while_the_last_one_is_taken_wakes_whoever_waits() -> None:
    inlet = _inlet()
    quick = SimpleNamespace(headers=None, app_id="", correlation_id="", message_id="quick")
    _comes(inlet, quick, 1)
    slow = _Slow()
    thread = threading.Thread(target=_comes, args=(inlet, slow, 2))
    thread.start()
    assert await asyncio.to_thread(slow.reading.wait, 10)
    assert [one.id for one in await inlet.take(10, MOST_BYTES)] == ["quick"]
    taking = asyncio.create_task(inlet.take(10, MOST_BYTES))
    await asyncio.sleep(0.1)
    slow.go.set()
    async with asyncio.timeout(5):
        assert [one.id for one in await taking] == ["slow"]
    thread.join()
