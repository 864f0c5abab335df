"""The played 1C of `catch_up`: `python -m benchmarks.onec ADDRESS LOGIN PASSWORD ORDERS`.

At a wholesaler's it is a machine of its own, so here it is a process that gives way to the site's.
It gets all orders, and then tells that each is confirmed.
"""

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import httpx

from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.client import Onec
from fondaco_erp_1c.sim.over_http import HttpLine
from fondaco_erp_1c.sim.play import Player

GIVES_WAY = 19


async def catch_up(address: str, login: str, password: str, number: int) -> None:
    """Two rounds of the played 1C, which confirms at once what it has."""
    with tempfile.TemporaryDirectory() as folder:
        books = Books(Path(folder) / "books.db")

        def call() -> Onec:
            web = httpx.AsyncClient(base_url=address, timeout=600)
            return Onec(web, login, password, "sale")

        onec = Player(books, HttpLine(Path(folder), call), pace=3600)
        fetched = (await onec.round(datetime.now(UTC))).fetched
        assert fetched == number, f"{fetched} of {number} orders came"
        with books.together():
            for one in books.documents():
                books.move(one, "confirmed", None)
        await onec.round(datetime.now(UTC))


if __name__ == "__main__":
    os.nice(GIVES_WAY)
    asyncio.run(catch_up(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
