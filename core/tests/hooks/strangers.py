"""Functions that badly written plugins would bring, named by manifests of the tests."""

import asyncio
from collections.abc import Mapping, Sequence

from msgspec import Struct

from fondaco_sdk.context import Act, Ask, Subject
from fondaco_sdk.events import Event
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.web import Fragment


class Shape(Struct, frozen=True):
    """Settings with one field."""

    percent: int = 5


async def slot(ask: Ask, subjects: Sequence[object]) -> Mapping[str, object]:
    return {}


def plain_slot(ask: Ask, subjects: Sequence[object]) -> Mapping[str, object]:
    return {}


async def handler(act: Act, event: Event) -> None:
    await asyncio.sleep(0)


async def records(act: Act, records: Sequence[Shape]) -> Report:
    await asyncio.sleep(0)
    return Report(len(records))


async def failing_slot(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    raise RuntimeError("the slot's plugin broke")


async def first_piece(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    return _said(subjects, "Первый кусок")


async def second_piece(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    return _said(subjects, "Второй кусок")


def _said(subjects: Sequence[Subject], text: str) -> Mapping[str, Fragment]:
    fragment = Fragment("kernel/fragments/slot_failed.html", {"plugin": text})
    return {subject.key: fragment for subject in subjects}


async def unprintable_slot(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    return {subject.key: Fragment("nowhere/at_all.html") for subject in subjects}


async def endless_slot(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    await asyncio.sleep(60)
    return {}


async def page(ask: Ask) -> None:
    await asyncio.sleep(0)
