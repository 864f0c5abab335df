"""Functions that badly written plugins would bring, named by manifests of the tests."""

import asyncio
from collections.abc import Mapping, Sequence

from msgspec import Struct

from fondaco_sdk.context import Act, Ask
from fondaco_sdk.events import Event


class Shape(Struct, frozen=True):
    """Settings with one field."""

    percent: int = 5


async def slot(ask: Ask, subjects: Sequence[object]) -> Mapping[str, object]:
    return {}


def plain_slot(ask: Ask, subjects: Sequence[object]) -> Mapping[str, object]:
    return {}


async def handler(act: Act, event: Event) -> None:
    await asyncio.sleep(0)


async def page(ask: Ask) -> None:
    await asyncio.sleep(0)
