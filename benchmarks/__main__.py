"""`python -m benchmarks [SUBJECT ...]`: measure, print the table; 1 if a limit is missed."""

import argparse
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

import uvloop

from benchmarks import (
    allocation,
    article_list,
    catch_up,
    dated_quote,
    edit_quantity,
    explained_quote,
    file_with_analogues,
    hook_runner,
    import_catalogue,
    inbox,
    neighbours_hung,
    orders_over_http,
    outbox_relay,
    outlets,
    place_order,
    price_fold,
    quote_and_supply,
    search_page,
    searching,
    upd,
    warehouses,
)
from benchmarks.figures import Figure, table
from benchmarks.house import SKUS, House, furnish, open_house, say

SUBJECTS: Mapping[str, Callable[[House], Awaitable[Sequence[Figure]]]] = {
    "hook_runner": hook_runner.measure,
    "quote_and_supply": quote_and_supply.measure,
    "price_fold": price_fold.measure,
    "allocation": allocation.measure,
    "explained_quote": explained_quote.measure,
    "dated_quote": dated_quote.measure,
    "article_list": article_list.measure,
    "file_with_analogues": file_with_analogues.measure,
    "edit_quantity": edit_quantity.measure,
    "place_order": place_order.measure,
    "outlets": outlets.measure,
    "warehouses": warehouses.measure,
    "orders_over_http": orders_over_http.measure,
    "neighbours_hung": neighbours_hung.measure,
    "catch_up": catch_up.measure,
    "search_page": search_page.measure,
    "searching": searching.measure,
    "outbox_relay": outbox_relay.measure,
    "inbox": inbox.measure,
    "import_catalogue": import_catalogue.measure,
    "upd": upd.measure,
}


def main() -> int:
    """Run the subjects named, or all of them."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[[], *SUBJECTS], metavar="SUBJECT")
    parser.add_argument("--skus", type=int, default=SKUS, help=f"products; {SKUS:,} by default")
    words = parser.parse_args()
    logging.disable(logging.INFO)
    with open_house(words.skus) as house:
        # The loop that the web processes run on.
        figures = uvloop.run(_measure(house, words.subjects or list(SUBJECTS)))
    print(table(figures))
    missed = [figure.what for figure in figures if not figure.kept]
    print(f"\n{words.skus:,} products; {_load()}. {len(missed)} limits missed.")
    return 1 if missed else 0


async def _measure(house: House, names: Sequence[str]) -> list[Figure]:
    await furnish(house)
    figures: list[Figure] = []
    for name in names:
        say(f"{name} ({_load()}) ...")
        figures += await SUBJECTS[name](house)
    return figures


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


if __name__ == "__main__":
    sys.exit(main())
