"""A file of 500 articles in a house with 1,000,000 cross-references, from upload to answered page.

Of its rows 60 % are our articles, 20 % numbers of another brand, 10 % articles with two letters
changed about, and 10 % are nowhere. Every plugin of the repository is at work.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook

from benchmarks.article_list import FORGET_LISTS, Buying
from benchmarks.figures import Figure, Limit, once
from benchmarks.house import FOLDER, SEED, Bare, House
from benchmarks.measure import by_turns
from benchmarks.place_order import FORGET as FORGET_CARTS
from benchmarks.served import browser, browser_inside, served, value_of
from benchmarks.statements import Statement, keeping, undone
from benchmarks.trade import CROSSES, FOREIGN, trading

ROWS = 500
ROUNDS = 15
EXACT, CROSSED, SLIPPED = 300, 100, 50
_ARTICLES = """
    select sku from fondaco.product where active and length(sku) > 4
     order by md5(external_id) limit $1
"""


async def measure(house: House) -> Sequence[Figure]:
    """The whole way over HTTP, and how many statements it takes."""
    async with trading(house) as there, there.bare() as bare, there.bare(owner=True) as owner:
        file = FOLDER / f"file-with-analogues-{there.skus}.xlsx"
        _write(file, await _rows(owner))
        try:
            page, number = await _look_inside(there, file, owner)
            with served(there) as address:
                async with browser(address) as client:
                    buying = await Buying.open(client, file, owner)
                    await buying.forget()
                    ours, floor = await by_turns(
                        buying.upload, lambda: undone(bare, page), rounds=ROUNDS
                    )
        finally:
            await owner.execute(FORGET_LISTS)
            await owner.execute(FORGET_CARTS)
    return (
        Figure(
            what=f"list of {ROWS} rows, {CROSSES:,} cross-references: upload to page, HTTP",
            unit="ms",
            ours=ours,
            floor=floor,
            limit=Limit(plus=1000),
        ),
        Figure(what="  statements, all plugins", unit="", ours=once(number)),
    )


async def _rows(owner: Bare) -> Sequence[str]:
    """The articles as a buyer would write them, mixed."""
    found = [row[0] for row in await owner.fetch(_ARTICLES, EXACT + SLIPPED)]
    assert len(found) == EXACT + SLIPPED, f"the house has {len(found)} articles only"
    chance = random.Random(SEED)
    rows = [
        *found[:EXACT],
        *(f"{FOREIGN} W {chance.randint(1, CROSSES // 2)}" for _ in range(CROSSED)),
        *(_slipped(article, chance) for article in found[EXACT:]),
    ]
    rows += [f"НЕТ-{n:05}-ЯЯ" for n in range(ROWS - len(rows))]
    chance.shuffle(rows)
    return rows


def _slipped(article: str, chance: random.Random) -> str:
    """Two neighbours that differ, changed about."""
    places = [n for n in range(len(article) - 1) if article[n] != article[n + 1]]
    at = chance.choice(places)
    return article[:at] + article[at + 1] + article[at] + article[at + 2 :]


def _write(path: Path, rows: Sequence[str]) -> None:
    with Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Артикул", "Количество"))
        for at, article in enumerate(rows, 1):
            sheet.write_string(at, 0, article)
            sheet.write_number(at, 1, 1 + at % 7)


async def _look_inside(house: House, file: Path, owner: Bare) -> tuple[Sequence[Statement], int]:
    """The statements of the way; the page must have answered what the file is made of."""
    async with house.hall() as hall, browser_inside(hall) as client:
        buying = await Buying.open(client, file, owner)
        with keeping(hall) as page:
            await buying.upload()
        number = sum(trace.statements for trace in hall.traces.recent()[:2])
        nowhere = int(value_of(await buying.page(), r'href="#not_found">(\d+)'))
        unknown = ROWS - EXACT - CROSSED - SLIPPED
        assert unknown <= nowhere <= unknown + SLIPPED, f"{nowhere} rows were not found"
        return page, number
