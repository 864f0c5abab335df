"""`fondaco search status` and `fondaco search rebuild`."""

import asyncio
import sys

from fondaco.cli.site import Site, hall_of
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.search.indexing import documents_there, rebuild_index
from fondaco.search.service import neighbour_of


def search_status(site: Site) -> int:
    """Print the chosen engine; 1 where it does not answer or has not as many documents."""
    return asyncio.run(_status(hall_of(site)))


def rebuild_search(site: Site) -> int:
    """Give the chosen engine the whole catalogue; 1 where it does not take it."""
    return asyncio.run(_rebuild(hall_of(site)))


async def _status(hall: Hall) -> int:
    try:
        name, neighbour = hall.settings.search.engine, neighbour_of(hall)
        there = await documents_there(system_ask(hall))
        if neighbour is None:
            print(f"{name}: {there} products can be found")
            return 0
        try:
            known = await neighbour.engine.documents()
        except Exception as failure:
            print(
                f"{name}: does not answer ({failure}); PostgreSQL answers instead of it"
                f" with {there} products",
                file=sys.stderr,
            )
            return 1
        remedy = "" if known == there else "; `fondaco search rebuild` makes them equal"
        print(f"{name}: {known} documents for {there} products on sale{remedy}")
        return 0 if known == there else 1
    finally:
        await hall.close()


async def _rebuild(hall: Hall) -> int:
    try:
        print(f"{hall.settings.search.engine}: {await rebuild_index(hall)} products can be found")
        return 0
    except Exception as failure:
        print(f"fondaco: {hall.settings.search.engine}: {failure}", file=sys.stderr)
        return 1
    finally:
        await hall.close()
