"""A page of 48 found products with prices and stock, against its own statements run bare.

And the same page behind an assortment, against the page without one. The house has fifty of them.
"""

import re
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from benchmarks.assortments import narrowed_outlet
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import Bare, House
from benchmarks.measure import by_turns
from benchmarks.served import browser, browser_inside, own_statements, served
from benchmarks.statements import keeping, run_bare
from fondaco.testing.client import Client

ROWS = 48
PRODUCT = re.compile(r'href="/products/([0-9a-f-]{36})')
LOOKS_ALIKE = "колотки тормозные"
TEXTS = ("подшипник", "фильтр масляный", "колодки тормозные дисковые")


async def measure(house: House) -> Sequence[Figure]:
    """A broad word and narrower ones."""
    figures: list[Figure] = []
    async with house.bare() as bare:
        with served(house) as address:
            async with browser(address) as client:
                for text in TEXTS:
                    figures += await _measure(house, client, bare, text)
        figures += await _measure_assortment(house)
    return figures


async def _measure_assortment(house: House) -> Sequence[Figure]:
    """One person in two browsers: one works for an outlet that has an assortment."""
    figures = []
    async with house.hall() as hall, narrowed_outlet(hall) as outlet:
        with served(house) as address:
            async with browser(address) as client, browser(address) as narrow:
                chosen = await narrow.send_form("/acting", {"outlet": outlet})
                assert chosen.status_code == 303, chosen.text
                for text in (*TEXTS, LOOKS_ALIKE):
                    href = f"/search?{urlencode({'q': text})}"
                    ours, floor = await by_turns(
                        partial(_read, narrow, href), partial(_read, client, href)
                    )
                    figures.append(
                        Figure(
                            what=f"  with an assortment, «{text}»",
                            unit="ms",
                            ours=ours,
                            floor=floor,
                            limit=Limit(times=1.3),
                        )
                    )
    return figures


async def _measure(house: House, client: Client, bare: Bare, text: str) -> Sequence[Figure]:
    href = f"/search?{urlencode({'q': text})}"
    async with house.hall() as hall, browser_inside(hall) as inside:
        # The process that is measured remembers what it has read, so the floor has no more either.
        await _read(inside, href)
        with keeping(hall) as statements:
            await _read(inside, href)
        number = own_statements(hall, hall.traces.recent()[0])
    ours, floor = await by_turns(lambda: _read(client, href), lambda: run_bare(bare, statements))
    return (
        Figure(
            what=f"search page of {ROWS}, «{text}», HTTP",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(times=1, plus=25),
        ),
        Figure(what="  statements beside the session", unit="", ours=once(number)),
    )


async def _read(client: Client, href: str) -> None:
    answer = await client.get(href)
    assert answer.status_code == 200, answer.text
    rows = len(set(PRODUCT.findall(answer.text)))
    assert rows == ROWS, f"{href} shows {rows} products"
