"""1C over HTTP: orders by «Обмен с сайтом», everything else as records of the JSON API."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from fondaco_erp_1c.sim import letters, told
from fondaco_erp_1c.sim.books import Books, Kept
from fondaco_erp_1c.sim.client import Onec
from fondaco_erp_1c.sim.letters import Letter
from fondaco_erp_1c.sim.papers import states_xml
from fondaco_erp_1c.sim.play import Take
from fondaco_erp_1c.sim.reading import read_told

_MOST_QUERIES = 1000
_VERSION = "3.1"


class HttpLine:
    """`call` begins an exchange of orders; what comes is put into `folder` to be read."""

    def __init__(self, folder: Path, call: Callable[[], Onec]) -> None:
        self._folder = folder
        self._call = call
        self._open: Onec | None = None

    async def fetch(self, take: Take) -> int:
        """The portal gives orders by portions; each counts as received once it is in the books."""
        # A session goes on only as long as all went well: another `query` within it says that the
        # answer to the last one is stored, which after a failure nobody knows.
        onec, self._open = self._open or await self._begun(), None
        fetched = 0
        for _ in range(_MOST_QUERIES):
            path = self._folder / "orders.xml"
            path.write_bytes(await onec.query())
            found = await asyncio.to_thread(read_told, path)
            if not found:
                break
            take(found)
            await onec.confirm()
            fetched += len(found)
        self._open = onec
        return fetched

    async def tell(
        self, books: Books, documents: Sequence[Kept], found: Sequence[Letter], now: datetime
    ) -> None:
        """The states in one file, then the letters; those of a kind in a row go together."""
        onec, self._open = self._open or await self._begun(), None
        if documents:
            lines = {
                id: one
                for id in told.amended_ones(books)
                if (one := told.of_document(books, id)) is not None
            }
            await onec.send("states.xml", states_xml(documents, now, lines))
            if onec.imports:
                await onec.load("states.xml")
            books.told(documents)
        for name, group in groupby(found, key=lambda one: one.name):
            some = list(group)
            letters.sent(books, some, await _send(onec, name, some))
        self._open = onec

    async def _begun(self) -> Onec:
        onec = self._call()
        await onec.begin(_VERSION)
        return onec


async def _send(onec: Onec, name: str, some: Sequence[Letter]) -> Mapping[int, str]:
    """Send letters of a kind; why some had no effect, by their places. Raises `Failure`."""
    answer = await onec.records(name, [one.record for one in some])
    if answer is None:
        return dict.fromkeys(range(len(some)), "the portal does not take such records")
    return {one["record"]: one["reason"] for one in answer["unmatched"]}
